/**
 * Debian's chromium for a test, watched: a test fails with what its page writes to the console as an error, what breaks the
 * content security policy, and what is asked of another host. One browser serves all tests of a file.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core';
import { skipOrFail } from './skip-or-fail.ts';

/** What a test is given. */
export interface Watched {
  readonly t: TestContext;
  readonly page: Page;
  readonly context: BrowserContext;
}

interface BrowserTest {
  readonly options?: BrowserContextOptions;
  /** Console errors that belong to the test, such as those of a server that is gone. */
  readonly expected?: RegExp;
}

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** A slow machine that runs other tests beside takes seconds for what is there at once elsewhere. */
const MOST_MS = 60_000;
const OWN_HOSTS = ['127.0.0.1', 'localhost'];
/** The page itself says it: what the console says of it differs from version to version. */
const REPORT_VIOLATIONS =
  "addEventListener('securitypolicyviolation', (event) => console.error('violation of', event.violatedDirective, event.blockedURI))";

let launched: Promise<Browser> | undefined;
after(async () => (await launched)?.close());

/** The browser; where there is none, undefined. */
export async function browser(): Promise<Browser | undefined> {
  if (!existsSync(CHROMIUM)) return undefined;
  // Chromium refuses to be root with its sandbox, and a container's shared memory is too small for it.
  const args = [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-dev-shm-usage'];
  launched ??= chromium.launch({ executablePath: CHROMIUM, args, timeout: 2 * MOST_MS });
  return launched;
}

/** A test in a window of its own. It is skipped where there is no chromium, and fails in .ci/run. */
export function inBrowser(name: string, check: (watched: Watched) => Promise<void>, { options = {}, expected }: BrowserTest = {}): void {
  test(name, async (t) => {
    if (process.env.CIO_BROWSER === 'skip') return t.skip('CIO_BROWSER=skip leaves out the tests in a browser');
    const running = await browser();
    if (running === undefined) return skipOrFail(t, `no chromium at ${CHROMIUM}: install it, or name it in CHROMIUM`);
    const context = await running.newContext({ viewport: { width: 1280, height: 860 }, ...options });
    t.after(() => context.close());
    context.setDefaultTimeout(MOST_MS);
    const wrong = watch(context);
    await context.addInitScript(REPORT_VIOLATIONS);
    await check({ t, context, page: await context.newPage() });
    assert.deepEqual(
      wrong.filter((line) => !expected?.test(line)),
      [],
    );
  });
}

/** What goes wrong in the pages of a context, as it happens. */
function watch(context: BrowserContext): string[] {
  const wrong: string[] = [];
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) wrong.push(`console: ${message.text()}`);
  });
  context.on('weberror', (error) => wrong.push(`thrown: ${error.error().stack}`));
  context.on('dialog', (dialog) => {
    wrong.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (protocol.startsWith('http') && !OWN_HOSTS.includes(hostname)) wrong.push(`asked: ${request.url()}`);
  });
  return wrong;
}

/** Waits until it is seen. */
export async function seen(locator: Locator): Promise<void> {
  await locator.first().waitFor({ state: 'visible' });
}

/** The text as it is laid out. */
export async function shownText(locator: Locator): Promise<string> {
  return (await locator.allInnerTexts()).join('\n');
}

/** Waits until `read` gives `value`; fails with what it gave last. */
export async function becomes<T>(read: () => Promise<T>, value: T): Promise<void> {
  const end = Date.now() + MOST_MS;
  let last = await read();
  while (JSON.stringify(last) !== JSON.stringify(value) && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    last = await read();
  }
  assert.deepEqual(last, value);
}

/** A picture of what is seen now, if CIO_SCREENSHOTS names a folder for them. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.CIO_SCREENSHOTS;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
