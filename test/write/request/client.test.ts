/** One call at a time, over real HTTP; the replies of an API that misbehaves are in track-writer.test.ts. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { Client } from '../../../lib/write/request/client.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { type Answer, type Received, serve } from '../../support/scripted-server.ts';

const KEY = 'a-secret-key';
const call = (onSent?: (at: number) => void) =>
  ({ method: 'POST', path: '/api/v2/batch', body: Buffer.from('{"batch":[]}'), onSent }) as const;

async function open(t: TestContext, baseUrl: string, signal = new AbortController().signal) {
  const clock = new FakeClock();
  const client = new Client({ siteId: 'site', apiKey: KEY, baseUrl: new URL(baseUrl), concurrency: 2, timeoutMs: 10_000, clock, signal });
  await client.open();
  t.after(() => client.close());
  return { client, clock };
}

/** A server whose first requests get these answers, and all others `{}`. */
async function answering(t: TestContext, ...answers: Answer[]): Promise<{ url: string; received: Received[] }> {
  return serve(t, (_request, n) => answers[n] ?? {});
}

test('a request has the path behind that of the base URL, the credentials, and a type if it has a body', async (t) => {
  const { url, received } = await answering(t);
  const { client } = await open(t, `${url}/prefix/`);
  assert.deepEqual(await client.call(call()), { status: 200, text: '{}\n', askedMs: undefined });
  assert.equal((await client.call({ method: 'GET', path: '/api/v1/accounts/region' })).status, 200);
  const [post, get] = received as [Received, Received];
  assert.deepEqual([post.method, post.path, post.body], ['POST', '/prefix/api/v2/batch', '{"batch":[]}']);
  assert.deepEqual([get.method, get.path, get.body], ['GET', '/prefix/api/v1/accounts/region', '']);
  const authorization = `Basic ${Buffer.from(`site:${KEY}`).toString('base64')}`;
  assert.deepEqual([post.headers.authorization, get.headers.authorization], [authorization, authorization]);
  assert.deepEqual([post.headers['content-type'], get.headers['content-type']], ['application/json', undefined]);
});

test('a redirect has it sent once more, with method, body and credentials; each sending is reported', async (t) => {
  const { url, received } = await answering(t, { status: 307, headers: { location: '/elsewhere' } });
  const { client } = await open(t, url);
  let sent = 0;
  assert.equal((await client.call(call(() => sent++))).status, 200);
  assert.equal(sent, 2);
  const [first, second] = received as [Received, Received];
  assert.equal(second.path, '/elsewhere');
  assert.deepEqual([second.method, second.body, second.headers.authorization], [first.method, first.body, first.headers.authorization]);
});

test('a redirect that leads away, or in a circle, ends it', async (t) => {
  for (const [location, message] of [
    ['https://example.com/', /to a place outside Customer\.io/],
    ['/again', /in a circle/],
  ] as const) {
    const { url } = await serve(t, () => ({ status: 308, headers: { location } }));
    const { client } = await open(t, url);
    await assert.rejects(client.call(call()), { code: 'CIO_REGION', message });
  }
});

test('Retry-After and the text are handed on, without the credentials that an API repeats', async (t) => {
  const { url } = await answering(t, {
    status: 503,
    headers: { 'retry-after': '7' },
    body: `no: site:${KEY}, {"key":"\\u0061-secret-key"}`,
  });
  const { client } = await open(t, url);
  const { status, text, askedMs } = (await client.call(call())) as { status: number; text: string; askedMs: number };
  assert.deepEqual([status, askedMs, text.includes('secret-key')], [503, 7_000, false]);
});

test('no answer in time, and no server, are reasons to try again, which name host and port', async (t) => {
  const silent = createServer();
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as { port: number };
  const { client, clock } = await open(t, `http://127.0.0.1:${port}`);
  const connected = once(silent, 'connection');
  const late = client.call(call());
  const [socket] = await connected;
  await once(socket, 'data');
  await clock.run(10_000);
  assert.deepEqual(await late, { why: `timeout (127.0.0.1:${port})` });
  await once(socket, 'close');
  silent.close();
  await once(silent, 'close');
  assert.deepEqual(await client.call(call()), { why: `ECONNREFUSED (127.0.0.1:${port})` });
});

test('an abort ends a call with its reason, whether the request has left or not', async (t) => {
  const [stop, reason] = [new AbortController(), new Error('stop')];
  const { url, received } = await serve(t, () => ({ delayMs: 60_000 }));
  const { client } = await open(t, url, stop.signal);
  const first = assert.rejects(client.call(call()), reason);
  while (received.length === 0) await new Promise(setImmediate);
  stop.abort(reason);
  await first;
  await assert.rejects(client.call(call(() => assert.fail('it left'))), reason);
  assert.equal(received.length, 1);
});
