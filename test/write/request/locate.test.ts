/** The region call against odd replies; what it finds is in cli/region.test.ts and sandbox/create-sandbox.test.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { CioError } from '../../../lib/errors.ts';
import { locate } from '../../../lib/write/request/locate.ts';
import { fast } from '../../support/fake-clock.ts';
import { type Answer, serve } from '../../support/scripted-server.ts';

const ACCOUNT = { siteId: 'site', apiKey: 'very-secret-key' };
const { clock, timeoutMs } = fast(1_000);

test('hints before the answer, and a Retry-After, are heeded here too', async (t) => {
  const answers: Answer[] = [
    { status: 429, headers: { 'retry-after': '20' } },
    { status: 425 },
    { hints: true, body: { region: 'eu', environment_id: 7 } },
  ];
  const waits: string[] = [];
  const { url, received } = await serve(t, (_request, n) => answers[n] ?? {});
  const began = clock.now();
  const found = await locate({ ...ACCOUNT, baseUrl: url }, { clock, timeoutMs, giveUpMs: 600_000, onRetry: (why) => waits.push(why) });
  assert.deepEqual(found, { baseUrl: url, region: 'eu', environmentId: 7 });
  assert.deepEqual(waits, ['HTTP 429', 'HTTP 425']);
  assert.equal(received.length, 3);
  assert.ok(clock.now() - began >= 20_000);
});

test('a Retry-After that is longer than giveUpMs ends it at once, and is named', async (t) => {
  const { url, received } = await serve(t, () => ({ status: 503, headers: { 'retry-after': '3600' } }));
  await assert.rejects(locate({ ...ACCOUNT, baseUrl: url }, { clock, timeoutMs }), {
    code: 'CIO_NETWORK',
    message: `the Track API at ${url} answers HTTP 503, Retry-After 3600 s`,
  });
  assert.equal(received.length, 1);
});

test('JSON that is not an object is not the Track API', async (t) => {
  for (const body of ['null', '5', '"us"', '[]', '<html>']) {
    const { url } = await serve(t, () => ({ body }));
    await assert.rejects(locate({ ...ACCOUNT, baseUrl: url }, { clock, timeoutMs }), {
      code: 'CIO_API',
      message: /is it the Track API\?$/,
    });
  }
});

test('what it says is printable, and gives no credential away', async (t) => {
  const { url } = await serve(t, ({ headers }) => ({ body: { region: `us\u001b[2J${headers.authorization}`, environment_id: { a: 1 } } }));
  assert.deepEqual(await locate({ ...ACCOUNT, baseUrl: url }, { clock, timeoutMs }), {
    baseUrl: url,
    region: 'us [2JBasic ***=',
    environmentId: undefined,
  });
});

test('an API that can not be reached is named, with its port', async (t) => {
  const { url } = await serve(t, () => 'reset');
  const { host } = new URL(url);
  await assert.rejects(locate({ ...ACCOUNT, baseUrl: url }, { clock, timeoutMs, giveUpMs: 0 }), (error: unknown) => {
    assert.ok(error instanceof CioError);
    assert.equal(error.message, `the Track API can't be reached: UND_ERR_SOCKET (${host})`);
    assert.ok(!inspect(error, { depth: 20 }).includes(ACCOUNT.apiKey));
    return true;
  });
});
