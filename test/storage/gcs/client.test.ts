import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { GcsClient, type GcsReply, type GcsRequest } from '../../../lib/storage/gcs/client.ts';
import { type Answer, type Received, serve } from '../../support/scripted-server.ts';

const { signal } = new AbortController();
const GET: GcsRequest = { method: 'GET', path: '/storage/v1/b', signal };

async function start(
  t: TestContext,
  script: (request: Received, n: number) => Answer,
  below = '',
): Promise<{ client: GcsClient; url: string; received: Received[] }> {
  const { url, received } = await serve(t, script);
  const client = await GcsClient.open({ apiEndpoint: url + below, projectId: 'test' });
  t.after(() => client.close());
  return { client, url, received };
}

/** The status and the bytes of a reply. */
const read = async ({ status, body }: GcsReply): Promise<unknown> => [status, await body.text()];

test('a path lies below the endpoint, and a query has what is given', async (t) => {
  const { client, received } = await start(t, () => ({ body: 'x' }), '/below/');
  await read(await client.send({ ...GET, query: { prefix: 'a b&c', maxResults: 2, pageToken: undefined } }));
  await read(await client.send(GET));
  assert.deepEqual(
    received.map(({ path }) => path),
    ['/below/storage/v1/b?prefix=a+b%26c&maxResults=2', '/below/storage/v1/b'],
  );
  assert.deepEqual([received[0]?.headers['user-agent'], received[0]?.headers.authorization], ['customerio-streams', undefined]);
});

test('the address of a session is taken as it is, and gets no query of ours', async (t) => {
  const { client, url, received } = await start(t, () => ({ status: 308 }), '/below');
  const reply = await client.send({ method: 'PUT', path: `${url}/session?upload_id=1`, body: Buffer.from('{}'), signal });
  assert.deepEqual(await read(reply), [308, '{}\n']);
  assert.deepEqual([received[0]?.path, received[0]?.body], ['/session?upload_id=1', '{}']);
});

test('what is neither a 2xx nor a 308 is a refusal, in the words of GCS if there are any', async (t) => {
  const answers: [answer: Answer, code: number, message: string][] = [
    [{ status: 404, body: { error: { code: 404, message: 'not there' } } }, 404, 'not there'],
    [{ status: 502, body: ' <html>bad gateway</html>\n' }, 502, '<html>bad gateway</html>'],
    [{ status: 403, body: '{"error":{}}' }, 403, '{"error":{}}'],
    [{ status: 400, body: '' }, 400, ''],
    [{ status: 302, body: 'elsewhere', headers: { location: 'http://127.0.0.1:9/' } }, 302, 'elsewhere'],
  ];
  const { client, received } = await start(t, (_request, n) => answers[n]?.[0] ?? {});
  for (const [, code, message] of answers) await assert.rejects(client.send(GET), { code, message });
  assert.equal(received.length, answers.length, 'each is sent once, and no redirect is followed');
});

test('a 2xx without JSON is not an answer of GCS; one without a body has nothing in it', async (t) => {
  const bodies = ['<html>', '[1', '', '{"a":1}', '5'];
  const { client } = await start(t, (_request, n) => ({ body: bodies[n] }));
  for (const _ of [0, 1]) await assert.rejects(client.json(GET), { code: 200, message: 'the answer is not one of Google Cloud Storage' });
  assert.deepEqual([await client.json(GET), await client.json(GET)], [{}, { a: 1 }]);
  assert.equal((await client.json(GET)).name, undefined);
});

test('a body that nobody reads may be destroyed', async (t) => {
  const { client } = await start(t, () => ({ body: 'x'.repeat(1_000_000) }));
  const { body } = await client.send(GET);
  body.destroy(new Error('not wanted'));
  await new Promise((resolve) => body.once('close', resolve));
});

test('a proxy of the environment that is not an address is one clear error', async (t) => {
  const before = { ...process.env };
  t.after(() => {
    process.env = before;
  });
  process.env = { ...before, http_proxy: 'not a URL' };
  await assert.rejects(GcsClient.open({ apiEndpoint: 'http://127.0.0.1:9' }), { code: 'CIO_NETWORK', message: /http_proxy/ });
});
