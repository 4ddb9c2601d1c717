/** The sandbox's page for whoever comes to it: hostile text, narrow screens, the dark, a keyboard, a sandbox that ends. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { createSandbox } from '../../lib/sandbox/create-sandbox.ts';
import { becomes, inBrowser, picture, seen, shownText } from '../support/browser.ts';
import { faintTexts, namelessControls, overflow } from '../support/page-checks.ts';
import { type Calls, event, identify, person, start } from '../support/sandbox.ts';

const TABS = ['people', 'events', 'requests', 'refused', 'objects', 'relationships', 'deliveries', 'suppressed', 'faults'];
const HOSTILE = [
  '<img src=x onerror=alert(1)>',
  '</script><script>alert(2)</script>',
  '<style>*{display:none}</style>',
  'javascript:alert(3)//\'"`><svg onload=alert(4)>',
  '{{constructor.constructor("alert(5)")()}} <!--?lit$1$-->',
  '\u202egnp.exe \u0007\u001b[31m\u2028 x',
];

/** Loads an address again: a change of its last part alone would not wait for what is there. */
async function visit(page: Page, address: string): Promise<void> {
  await page.goto('about:blank');
  await page.goto(address);
  await seen(page.getByText('Live', { exact: true }));
  await becomes(() => page.getByText('Loading …').count(), 0);
}

/** Opens every row, and what else can be opened; also what comes meanwhile. */
async function openAll(page: Page): Promise<void> {
  await becomes(async () => {
    await page.evaluate("document.querySelectorAll('[aria-expanded=false], details:not([open]) > summary').forEach((one) => one.click())");
    return page.locator('[aria-expanded=false]').count();
  }, 0);
}

/** Something of everything, as an export of a shop has it. */
async function shop(t: TestContext): Promise<Calls & { readonly ada: string }> {
  const sandbox = await start(t);
  const names = [
    'Ada Lovelace',
    'Grace Hopper',
    'Edsger Dijkstra',
    'Barbara Liskov',
    'Alan Turing',
    'Radia Perlman',
    'Zoë Ünal',
    'Donald Knuth',
  ];
  const emailOf = (name: string): string => `${name.split(' ')[1]?.toLowerCase()}@example.com`;
  const people = names.map((name, n) =>
    identify(
      { email: emailOf(name) },
      { first_name: name.split(' ')[0], plan: n % 3 ? 'free' : 'pro', ltv: 42.5 * n, opted_in: n % 2 === 0, note: 'long '.repeat(60) },
    ),
  );
  await sandbox.batch(...people);
  const visits = ['signed up', 'order placed', 'page_viewed'].map((name, n) =>
    event({ email: 'lovelace@example.com' }, name, {
      timestamp: 1_764_547_200 + n * 90_000,
      attributes: { total: 19.9 * n, items: [{ sku: 'A-1', quantity: n }] },
    }),
  );
  const related = { identifiers: { object_type_id: '1', object_id: 'acme' }, relationship_attributes: { role: 'admin' } };
  await sandbox.batch(
    ...visits,
    person('add_device', { email: 'lovelace@example.com' }, { device: { token: 'phone-1', platform: 'ios' } }),
    person('add_relationships', { email: 'lovelace@example.com' }, { cio_relationships: [related] }),
    person('suppress', { email: 'gone@example.com' }),
    event({ email: 'turing@example.com' }, ''),
    identify({ email: 'knuth@example.com' }, { created_at: 'yesterday' }),
  );
  sandbox.setFaults([
    { status: 503, times: 1 },
    { reset: 'during', times: 1 },
    { status: 429, headers: { 'retry-after': '2' }, times: 3 },
  ]);
  for (let n = 0; n < 3; n++) await sandbox.batch(people[0]).catch(() => {});
  return { ...sandbox, ada: sandbox.person('email', 'lovelace@example.com')?.cio_id ?? '' };
}

for (const width of [1280, 400]) {
  for (const colorScheme of ['light', 'dark'] as const) {
    const options = { viewport: { width, height: width === 400 ? 860 : 640 }, colorScheme };
    inBrowser(
      `at ${width} px in the ${colorScheme}: nothing sticks out, all can be read, every control has a name`,
      async ({ t, page }) => {
        const { url, ada } = await shop(t);
        for (const hash of [...TABS, `people/${ada}`, 'requests/2']) {
          await visit(page, `${url}/#/${hash}`);
          await openAll(page);
          const name = hash.replace(ada, 'one').replace('/', '-');
          assert.deepEqual(await page.evaluate(overflow), [], name);
          assert.deepEqual(await page.evaluate(namelessControls), [], name);
          assert.deepEqual(await page.evaluate(faintTexts), [], name);
          await picture(page, `${name}-${width}-${colorScheme}`);
        }
      },
      { options },
    );
  }
}

inBrowser(
  'hostile text is text, wherever it stands',
  async ({ t, page }) => {
    const sandbox = await start(t);
    for (const text of HOSTILE) {
      const ids = { id: text };
      const related = { identifiers: { object_type_id: '1', object_id: text }, relationship_attributes: { [text]: text } };
      await sandbox.batch(
        identify(ids, { [text]: text, nested: { [text]: [text] } }),
        event(ids, text.slice(0, 100), { attributes: { [text]: text } }),
        person('add_device', ids, { device: { token: text, platform: 'ios', attributes: { [text]: text } } }),
        person('add_relationships', ids, { cio_relationships: [related] }),
        { type: text, action: text, identifiers: { [text]: text } },
      );
      await sandbox.post('/api/v2/batch', `${text} is not JSON`);
      await fetch(`${sandbox.url}/api/${encodeURIComponent(text)}`);
    }
    sandbox.setFaults([{ path: HOSTILE[0], redirect: 'javascript:alert(7)', headers: { x: '<b>' } }]);
    const ids = sandbox.state().people.map(({ cio_id }) => `people/${cio_id}`);
    const evil = encodeURIComponent(HOSTILE[0] ?? '');
    for (const hash of [...TABS, ...ids, `${evil}/${evil}?search=${evil}`, `people/${evil}`, `requests?search=${evil}`]) {
      await visit(page, `${sandbox.url}/#/${hash}`);
      await openAll(page);
      // The page has one image, its own, and no style or frame.
      assert.equal(
        await page.locator('img:not([src="/page/icon.svg"]), svg, iframe, body style, body script, [onerror], [onload]').count(),
        0,
        hash,
      );
      assert.deepEqual(await page.evaluate("[...document.links].map((link) => link.protocol).filter((one) => one !== 'http:')"), [], hash);
    }
    await page.goto(`${sandbox.url}/#/people`);
    for (const text of HOSTILE.slice(0, -1)) await seen(page.getByText(text, { exact: true }));
    // What can't be seen is written down.
    await seen(page.getByText(String.raw`\u202egnp.exe \u0007\u001b[31m\u2028 x`));
  },
  { expected: /status of 404/ },
);

inBrowser('with a keyboard alone: to a row, into it, and away', async ({ t, page }) => {
  const { url } = await shop(t);
  await page.goto(`${url}/#/requests`);
  await seen(page.locator('table.rows'));
  const focused = (what: string): Promise<unknown> => page.evaluate(`document.activeElement.${what}`);
  for (let n = 0; n < 40 && (await focused("getAttribute('aria-expanded')")) === null; n++) await page.keyboard.press('Tab');
  assert.notEqual(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle'), 'none');
  await page.keyboard.press('Enter');
  await seen(page.locator('.exchange'));
  assert.equal(await focused("getAttribute('aria-expanded')"), 'true');
  await page.keyboard.press('Space');
  await becomes(() => page.locator('.exchange').count(), 0);
  await page.goto(`${url}/#/people`);
  await page.getByRole('link', { name: 'lovelace@example.com' }).focus();
  await page.keyboard.press('Enter');
  await seen(page.getByRole('heading', { name: 'Attributes' }));
  await becomes(() => focused('textContent') as Promise<string>, 'lovelace@example.com');
  await becomes(() => page.title(), 'lovelace@example.com · cio-stream sandbox');
});

// The browser says so, too.
const CUT_OFF = { expected: /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/ };

inBrowser(
  'a sandbox that ends is said to have ended; when there is one again, the page continues with that',
  async ({ t, page }) => {
    const first = await start(t);
    await first.batch(identify({ id: 'before' }));
    await page.goto(first.url);
    await seen(page.getByRole('link', { name: 'before' }));
    await first.close();
    await seen(page.getByText('The sandbox has stopped.'));
    assert.match(await shownText(page.locator('main')), /before/);
    const second = await createSandbox({ port: Number(new URL(first.url).port) });
    t.after(() => second.close());
    await seen(page.getByText('Nobody yet.'));
    await becomes(() => page.getByText('The sandbox has stopped.').count(), 0);
  },
  CUT_OFF,
);
