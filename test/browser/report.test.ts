/** The page that `--report run.html` writes, opened as a file: its charts, its words, and that it needs nothing else. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { inBrowser, picture, seen, shownText } from '../support/browser.ts';
import { cli, folder } from '../support/cli/run-cli.ts';
import { faintTexts, namelessControls, overflow } from '../support/page-checks.ts';
import { start } from '../support/sandbox.ts';

const ROWS = 1_000;
const CHARTS = ['chart-rows', 'chart-requests', 'chart-retries'];

/** A run with retries and rejects, hostile text among them; gives the address of its report. */
async function report(t: TestContext): Promise<string> {
  const { url, siteId, apiKey } = await start(t, { faults: [{ path: '/api/v2', status: 503, times: 2 }] });
  const place = await folder(t);
  const row = (_: unknown, n: number): string => (n % 100 === 0 ? `,<img src=x onerror=alert(${n})>` : `p${n}@example.com,P ${n}`);
  writeFileSync(join(place, 'people.csv'), `Email,name\n${Array.from({ length: ROWS }, row).join('\n')}\n`);
  const env = { CUSTOMERIO_BASE_URL: url, CUSTOMERIO_SITE_ID: siteId, CUSTOMERIO_API_KEY: apiKey };
  const ran = await cli(['people', 'people.csv', '--email', 'Email', '--report', 'run.html', '--rejects', 'rejects'], { env, cwd: place });
  assert.equal(ran.status, 1, ran.stderr);
  return pathToFileURL(join(place, 'run.html')).href;
}

inBrowser('a report in the browser: its charts, its words, at every width, in the light and in the dark', async ({ t, page }) => {
  await page.goto(await report(t));
  for (const [id, count] of Object.entries({ read: '1,000', delivered: '990', rejected: '10' }))
    assert.equal(await shownText(page.locator(`#${id}`)), count);
  for (const id of CHARTS) {
    const chart = page.locator(`figure#${id} svg[role=img]`);
    await seen(chart);
    assert.notEqual(await chart.getAttribute('aria-labelledby'), null);
    const { width = 0, height = 0 } = (await chart.boundingBox()) ?? {};
    assert.ok(width > 300 && height > 80, `${id} is ${width} x ${height}`);
  }
  // A line begins at the bottom left and ends where its count is: higher the more it is.
  const end = async (name: string): Promise<number> =>
    Number((await page.locator(`#chart-rows path.line.${name}`).getAttribute('d'))?.split(' ').at(-1));
  const [read, delivered, rejected] = [await end('read'), await end('delivered'), await end('rejected')];
  assert.ok(read < delivered && delivered < rejected, `${read} ${delivered} ${rejected}`);
  assert.match(await shownText(page.locator('#chart-retries')), /2 of \d+ requests were retries/);
  const kinds = await shownText(page.locator('#rejected-rows'));
  assert.match(kinds, /has no identifier/);
  assert.match(kinds, /<img src=x onerror=alert\(0\)>/);
  assert.equal(await page.locator('img, iframe, [onerror], link:not([href^="data:"]), script[src]').count(), 0);
  for (const width of [1280, 400]) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize({ width, height: width === 400 ? 860 : 640 });
      await page.emulateMedia({ colorScheme });
      const name = `report-${width}-${colorScheme}`;
      assert.deepEqual(await page.evaluate(overflow), [], name);
      assert.deepEqual(await page.evaluate(namelessControls), [], name);
      assert.deepEqual(await page.evaluate(faintTexts), [], name);
      await picture(page, name);
    }
  }
});

inBrowser('a chart of a report opens to zoom, and closes again', async ({ t, page }) => {
  await page.goto(await report(t));
  for (const id of CHARTS) {
    const figure = page.locator(`figure#${id}`);
    await figure.getByRole('button', { name: 'Zoom' }).click();
    await seen(figure.locator('canvas'));
    assert.deepEqual(await page.evaluate(overflow), [], id);
    await figure.getByRole('button', { name: 'Close' }).click();
    await seen(figure.locator('svg[role=img]'));
  }
});

inBrowser(
  'without scripts a report says all the same',
  async ({ t, page }) => {
    await page.goto(await report(t));
    for (const id of CHARTS) await seen(page.locator(`figure#${id} svg[role=img]`));
    assert.match(await shownText(page.locator('main')), /has no identifier/);
    assert.equal(await page.getByRole('button').count(), 0);
  },
  { options: { javaScriptEnabled: false } },
);
