/**
 * The regions, for real: the official host names over TLS, reached through a proxy of the environment that leads to a
 * server here. So region `auto`, redirects between regions and the proxy itself are what production would see.
 */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer as createHttp, type IncomingMessage } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, connect, type Server } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { generate } from 'selfsigned';
import { cli, folder, sandboxFor } from '../support/cli/run-cli.ts';

const US = 'track.customer.io';
const EU = 'track-eu.customer.io';
const ROW = '{"person_id":"a","x":1}\n';

type Reply = { status?: number; body?: object; headers?: Record<string, string> };
type World = Readonly<Record<string, (path: string) => Reply>>;

async function portOf(t: TestContext, server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** Of both hosts. A key takes a while, so there is one for all tests. */
const certificate = generate([{ name: 'commonName', value: US }], {
  extensions: [
    { name: 'basicConstraints', cA: true },
    { name: 'subjectAltName', altNames: [US, EU].map((value) => ({ type: 2 as const, value })) },
  ],
});

/** Customer.io behind a proxy; the environment that leads there, and the calls that came. */
async function internet(t: TestContext, world: World): Promise<{ env: Record<string, string>; calls: string[] }> {
  const { private: key, cert } = await certificate;
  const calls: string[] = [];
  const answer = async (request: IncomingMessage): Promise<Reply> => {
    const { method, url = '', headers } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const items = method === 'POST' ? JSON.parse(Buffer.concat(chunks).toString()).batch.length : 0;
    calls.push(`${method} ${headers.host}${url}${headers.authorization ? '' : ' without credentials'}${items ? ` ${items}` : ''}`);
    return world[headers.host ?? '']?.(url) ?? { status: 404 };
  };
  const api = createHttps({ key, cert }, async (request, response) => {
    const { status = 200, body = {}, headers = {} } = await answer(request);
    response.writeHead(status, headers).end(JSON.stringify(body));
  });
  const port = await portOf(t, api);
  t.after(() => api.closeAllConnections());
  const proxy = createHttp().on('connect', (_request, client, head) => {
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [upstream, client]) socket.on('error', () => {});
    t.after(() => upstream.destroy());
  });
  const proxyPort = await portOf(t, proxy);
  const trusted = join(await folder(t), 'ca.pem');
  await writeFile(trusted, cert);
  const env = {
    HTTPS_PROXY: `http://127.0.0.1:${proxyPort}`,
    NODE_EXTRA_CA_CERTS: trusted,
    CUSTOMERIO_SITE_ID: 'site',
    CUSTOMERIO_API_KEY: 'key',
  };
  return { env, calls };
}

const denied: Reply = { status: 401, body: { meta: { error: 'Unauthorized' } } };
const lives = (region: string): Reply => ({ body: { url: 'x', region, environment_id: 7 } });
const send = (env: Record<string, string>, ...args: string[]): ReturnType<typeof cli> => cli(['people', ...args], { input: ROW, env });

test('auto: denied in the US, found in the EU, and there the batch goes', async (t) => {
  const { env, calls } = await internet(t, { [US]: () => denied, [EU]: () => lives('eu') });
  const { status, stderr } = await send(env);
  assert.equal(status, 0, stderr);
  assert.deepEqual(calls, [`GET ${US}/api/v1/accounts/region`, `GET ${EU}/api/v1/accounts/region`, `POST ${EU}/api/v2/batch 1`]);
});

test('auto: the word of the API counts, whichever host said it; check reports it', async (t) => {
  const { env, calls } = await internet(t, { [US]: () => lives('eu'), [EU]: () => ({}) });
  assert.equal((await send(env)).status, 0);
  assert.deepEqual(calls, [`GET ${US}/api/v1/accounts/region`, `POST ${EU}/api/v2/batch 1`]);
  const { stdout } = await cli(['check'], { env });
  assert.equal(stdout, `credentials: good, region eu, workspace 7, at https://${EU}\n`);
});

test('a redirect between regions keeps method, body and credentials', async (t) => {
  const moved = (path: string): Reply => ({ status: 301, headers: { location: `https://${EU}${path}` } });
  const { env, calls } = await internet(t, { [US]: moved, [EU]: () => ({}) });
  const { status, stderr } = await send(env, '--region', 'us', '--no-check');
  assert.equal(status, 0, stderr);
  assert.deepEqual(calls, [`POST ${US}/api/v2/batch 1`, `POST ${EU}/api/v2/batch 1`]);
});

test('the wrong region by name: denied there, and nobody else is asked', async (t) => {
  const { env, calls } = await internet(t, { [US]: () => denied, [EU]: () => lives('eu') });
  assert.equal((await send({ ...env, CUSTOMERIO_REGION: 'us' })).status, 3);
  assert.deepEqual(calls, [`GET ${US}/api/v1/accounts/region`]);
});

test('a certificate that nobody vouches for stops the run', async (t) => {
  const { env, calls } = await internet(t, { [US]: () => lives('us') });
  const { status, stderr } = await send({ ...env, NODE_EXTRA_CA_CERTS: '' });
  assert.deepEqual([status, calls], [6, []]);
  assert.match(stderr, /can't be reached: (DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT)/);
});

test('NO_PROXY is kept', async (t) => {
  const sandbox = await sandboxFor(t);
  const nowhere = { HTTP_PROXY: 'http://127.0.0.1:1', HTTPS_PROXY: 'http://127.0.0.1:1' };
  assert.equal((await send({ ...sandbox.env, ...nowhere, NO_PROXY: '127.0.0.1' })).status, 0);
});
