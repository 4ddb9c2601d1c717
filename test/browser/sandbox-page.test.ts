/** The sandbox's page as a person uses it: real rows, a real browser. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { becomes, inBrowser, seen, shownText } from '../support/browser.ts';
import { cli, folder } from '../support/cli/run-cli.ts';
import { assertTaken, type Calls, event, identify, person, start } from '../support/sandbox.ts';

const rows = (page: Page): Locator => page.locator('table.rows > tbody > tr:not(.content)');
const tab = (page: Page, name: string): Locator => page.getByRole('navigation', { name: 'What arrived' }).getByRole('link', { name });

/** A sandbox with so many people, the last one first. */
async function crowd(t: TestContext, count: number): Promise<Calls> {
  const sandbox = await start(t);
  await sandbox.batch(
    ...Array.from({ length: count }, (_, n) => identify({ email: `p${n}@example.com` }, { n, city: n % 2 ? 'Wien' : 'Graz' })),
  );
  return sandbox;
}

async function open(page: Page, { url }: Calls, hash = ''): Promise<void> {
  await page.goto(`${url}/${hash}`);
  await seen(page.getByText('Live', { exact: true }));
  await becomes(() => page.getByText('Loading …').count(), 0);
}

inBrowser('an empty sandbox says what to do; rows of cio-stream appear without a reload', async ({ t, page, context }) => {
  const sandbox = await start(t);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page, sandbox);
  await seen(page.getByText('cio-stream people crm.csv'));
  await page.getByRole('button', { name: 'Copy' }).click();
  await seen(page.getByRole('button', { name: 'Copied' }));
  const exports = String(await page.evaluate('navigator.clipboard.readText()'));
  const env = Object.fromEntries([...exports.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
  assert.deepEqual(env, {
    CUSTOMERIO_BASE_URL: sandbox.url,
    CUSTOMERIO_SITE_ID: sandbox.siteId,
    CUSTOMERIO_API_KEY: sandbox.apiKey,
  });
  await page.evaluate('globalThis.isTheSamePage = true');
  const crm = join(await folder(t), 'crm.csv');
  writeFileSync(crm, 'E-Mail Address,Name\nada@example.com,Ada Lovelace\ngrace@example.com,Grace Hopper\n');
  const ran = await cli(['people', crm, '--email', 'E-Mail Address'], { env });
  assert.equal(ran.status, 0, ran.stderr);
  await seen(page.getByText('Ada Lovelace'));
  await becomes(() => rows(page).count(), 2);
  await becomes(() => shownText(tab(page, 'People')), 'People 2');
  assert.equal(await page.evaluate('globalThis.isTheSamePage'), true);
});

inBrowser('search and pages are in the address: links and the back button work', async ({ t, page }) => {
  const sandbox = await crowd(t, 120);
  await open(page, sandbox);
  await becomes(() => rows(page).count(), 50);
  await seen(page.getByText('1–50 of 120'));
  await page.getByRole('link', { name: 'Next' }).click();
  await seen(page.getByText('51–100 of 120'));
  await seen(page.getByRole('link', { name: 'p69@example.com' }));
  await page.goBack();
  await seen(page.getByText('1–50 of 120'));
  await page.getByLabel('Search people').fill('p11');
  await seen(page.getByText('11 people found'));
  assert.match(page.url(), /#\/people\?search=p11$/);
  await page.reload();
  await seen(page.getByText('11 people found'));
  assert.equal(await page.getByLabel('Search people').inputValue(), 'p11');
  await page.getByLabel('Search people').fill('nobody at all');
  await seen(page.getByText('No people match “nobody at all”.'));
  await page.getByRole('link', { name: 'Show all people' }).click();
  await becomes(() => rows(page).count(), 50);
  await open(page, sandbox, '#/people?page=9');
  await page.getByRole('link', { name: 'Back to the first' }).click();
  await seen(page.getByText('1–50 of 120'));
});

inBrowser('one person: attributes digit for digit, devices, relationships, and events as a time line', async ({ t, page }) => {
  const sandbox = await start(t);
  const ids = { email: 'ada@example.com' };
  const exact =
    '{"type":"person","action":"identify","identifiers":{"email":"ada@example.com"},"attributes":{"balance":12345678901234567890,"rate":1.5}}';
  assertTaken(await sandbox.post('/api/v2/entity', exact));
  const many = Array.from({ length: 60 }, (_, n) => event(ids, `visit ${n}`, { timestamp: 1_764_547_200 + n, attributes: { n } }));
  const device = person('add_device', ids, { device: { token: 'phone-1', platform: 'ios' } });
  const related = { identifiers: { object_type_id: '1', object_id: 'acme' }, relationship_attributes: { role: 'admin' } };
  assertTaken(await sandbox.batch(...many, device, person('add_relationships', ids, { cio_relationships: [related] })));
  await open(page, sandbox);
  await page.getByRole('link', { name: 'ada@example.com' }).click();
  await seen(page.getByRole('heading', { name: 'ada@example.com' }));
  const attributes = page.getByRole('table', { name: 'Attributes' }).first();
  await seen(attributes);
  assert.deepEqual(await attributes.getByRole('row').allInnerTexts(), ['balance\t12345678901234567890', 'rate\t1.5']);
  await seen(page.getByRole('table', { name: 'Device' }).getByText('phone-1'));
  await seen(page.getByRole('table', { name: 'relationship' }).getByText('acme'));
  const line = page.locator('.timeline > li');
  await becomes(() => line.count(), 50);
  assert.match(await shownText(line.first()), /^2025-12-01T00:00:59Z visit 59/);
  await page.getByRole('link', { name: 'Next' }).click();
  await seen(page.getByText('51–60 of 60'));
  await seen(page.getByText('visit 0', { exact: true }));
  await page.goBack();
  assertTaken(await sandbox.batch(event(ids, 'just now')));
  await seen(page.getByText('just now'));
});

inBrowser('requests open to what was sent and answered; a refused item says why, and in which request', async ({ t, page }) => {
  const sandbox = await start(t);
  const sent =
    '{"batch":[{"type":"person","action":"identify","identifiers":{"id":"1"},"attributes":{"n":0.10000000000000000001}},{"type":"person","action":"event","identifiers":{"id":"1"}}]}';
  assert.equal((await sandbox.post('/api/v2/batch', sent)).status, 207);
  await open(page, sandbox, '#/requests');
  await seen(rows(page));
  const cells = await rows(page).first().locator('td:not(.opener)').allInnerTexts();
  assert.match(cells.join(' | '), /^\d{4}-\d\d-\d\dT[\d:.]+Z \| 207 \| POST \/api\/v2\/batch \| 2 \| 1 \| 176 B \| [\d.,]+ ms$/);
  await page.getByRole('button', { name: 'Details of request' }).click();
  await seen(page.locator('.exchange'));
  const [body, answer] = await page.locator('.exchange pre').allInnerTexts();
  assert.match(body ?? '', /^ {8}"n": 0\.10000000000000000001$/m);
  assert.deepEqual(JSON.parse(answer ?? ''), { errors: [{ batch_index: 1, reason: 'required', field: 'name', message: 'is required' }] });
  assert.ok(!(await shownText(page.locator('.exchange'))).includes('authorization'));
  await tab(page, 'Refused').click();
  await seen(rows(page).getByText('is required'));
  await page.getByRole('button', { name: 'Item 1 of request' }).click();
  await seen(page.locator('tr.content'));
  assert.match(await shownText(page.locator('tr.content')), /"action":\s*"event"/);
  await rows(page).getByRole('link').click();
  await seen(page.getByRole('heading', { name: 'POST /api/v2/batch' }));
  await seen(page.locator('.exchange'));
  await page.getByRole('link', { name: '← Requests' }).click();
  await page.getByLabel('Search requests').fill('no such thing');
  await seen(page.getByText('No requests match'));
});

inBrowser('while somebody reads nothing moves: what is new is counted, and shown when asked for', async ({ t, page }) => {
  const sandbox = await crowd(t, 60);
  await open(page, sandbox, '#/people?page=2');
  await becomes(() => rows(page).count(), 10);
  const before = await rows(page).allInnerTexts();
  await sandbox.batch(identify({ email: 'new1@example.com' }), identify({ email: 'new2@example.com' }));
  await seen(page.getByRole('button', { name: '2 new: show' }));
  assert.deepEqual(await rows(page).allInnerTexts(), before);
  await page.getByRole('button', { name: '2 new: show' }).click();
  await seen(rows(page).first().getByText('new2@example.com'));

  await tab(page, 'Requests').click();
  await page.getByRole('button', { name: 'Details of request' }).first().click();
  await seen(page.locator('.exchange'));
  await sandbox.batch(identify({ email: 'new3@example.com' }));
  await seen(page.getByRole('button', { name: '1 new: show' }));
  await becomes(() => rows(page).count(), 2);
  await page.getByRole('button', { name: 'Details of request' }).first().click();
  await becomes(() => rows(page).count(), 3);

  await page.getByRole('button', { name: 'Pause' }).click();
  await sandbox.batch(identify({ email: 'new4@example.com' }));
  await seen(page.getByRole('button', { name: '1 new: show' }));
  await page.getByRole('button', { name: 'Resume' }).click();
  await becomes(() => rows(page).count(), 4);
});

// The browser itself says on the console that a request was answered 400.
const REFUSED_RULES = { expected: /status of 400/ };

inBrowser(
  'faults from the page: chosen, as JSON, and cleared; each acts',
  async ({ t, page }) => {
    const sandbox = await start(t);
    const send = async (): Promise<number> => (await sandbox.batch(identify({ id: '1' }))).status;
    await open(page, sandbox, '#/faults');
    await seen(page.getByText('No fault is set'));
    await page.getByRole('radio', { name: 'Too many requests' }).check();
    await page.getByLabel('Retry after').fill('7');
    await page.getByLabel('For how many requests').fill('2');
    await page.getByRole('button', { name: 'Set this fault' }).click();
    await seen(page.getByText('has acted 0 of 2 times'));
    const limited = await sandbox.batch(identify({ id: '1' }));
    assert.deepEqual([limited.status, limited.headers.get('retry-after')], [429, '7']);
    await seen(page.getByText('has acted 1 of 2 times'));
    assert.deepEqual([await send(), await send()], [429, 200]);
    await seen(page.getByText('has acted 2 of 2 times, and is over'));

    await page.getByText('As JSON').click();
    await page.getByLabel('A list of rules').fill('[{"statuss": 500}]');
    await page.getByRole('button', { name: 'Set these faults' }).click();
    await seen(page.getByRole('alert').getByText('statuss'));
    // What arrives meanwhile does not take the message away.
    assert.equal(await send(), 200);
    await seen(tab(page, 'Requests').getByText('4'));
    await seen(page.getByRole('alert').getByText('statuss'));
    assert.equal(await page.getByLabel('A list of rules').inputValue(), '[{"statuss": 500}]');
    await page.getByLabel('A list of rules').fill('[{"status": 503}]');
    await page.getByRole('button', { name: 'Set these faults' }).click();
    await seen(page.getByText('until it is cleared').first());
    await becomes(() => shownText(page.getByRole('alert')), '');
    assert.equal(await send(), 503);
    await page.getByRole('button', { name: 'Clear all faults' }).click();
    await seen(page.getByText('No fault is set'));
    assert.equal(await send(), 200);
    await tab(page, 'Requests').click();
    await seen(rows(page).getByText('503'));
    await becomes(() => rows(page).getByText('fault').count(), 3);
  },
  REFUSED_RULES,
);

inBrowser('reset asks first, and empties everything', async ({ t, page }) => {
  const sandbox = await crowd(t, 3);
  sandbox.setFaults([{ path: '/nowhere' }]);
  await open(page, sandbox);
  await page.getByRole('button', { name: 'Reset' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  assert.equal(sandbox.state().people.length, 3);
  await page.getByRole('button', { name: 'Reset' }).click();
  await page.keyboard.press('Escape');
  assert.equal(sandbox.state().people.length, 3);
  await page.getByRole('button', { name: 'Reset' }).click();
  await page.getByLabel('Clear the faults, too').check();
  await page.getByRole('button', { name: 'Empty it' }).click();
  await seen(page.getByText('Nobody yet.'));
  assert.equal(sandbox.state().people.length, 0);
  await tab(page, 'Faults').click();
  await seen(page.getByText('No fault is set'));
});
