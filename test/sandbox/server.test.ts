import assert from 'node:assert/strict';
import { type IncomingMessage, request } from 'node:http';
import { connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { FakeClock, turn } from '../support/fake-clock.ts';
import { AUTHORIZATION, assertTaken, type Calls, event, identify, type Reply, start } from '../support/sandbox.ts';

const BATCH = '/api/v2/batch';

const send = (sandbox: Calls): Promise<Reply> => sandbox.batch(identify({ id: 'x' }, { a: 1 }));

test('GET /state is the first page of what state() is', async (t) => {
  const sandbox = await start(t);
  await sandbox.batch(identify({ email: 'ada@example.com' }, { name: 'Ada' }), event({ email: 'ada@example.com' }, 'bought'));
  const { json } = await sandbox.get('/state?x=1');
  const { counts, ...parts } = JSON.parse(JSON.stringify(sandbox.state()));
  const pages = Object.entries(parts).map(([name, items]) => [name, { total: (items as unknown[]).length, offset: 0, items }]);
  assert.deepEqual(json, { counts, ...Object.fromEntries(pages) });
  const [ada] = json.people.items;
  assert.deepEqual([ada.email, ada.attributes], ['ada@example.com', { name: 'Ada' }]);
});

/** Asks with a Host header, which fetch() does not let anybody choose. */
function ask(url: string, path: string, host: string, method = 'GET'): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { host, authorization: AUTHORIZATION, 'content-type': 'application/json' };
    request(url + path, { method, headers, agent: false }, (response) => resolve(response.resume()))
      .once('error', reject)
      .end(method === 'POST' ? '[]' : undefined);
  });
}

test('only its own host names are answered: a web page that leads a name of its own here reads nothing', async (t) => {
  const sandbox = await start(t, { hosts: ['Proxy.internal', 'sandbox'] });
  const { port } = new URL(sandbox.url);
  const own = ['127.0.0.1', 'localhost', '[::1]', 'LocalHost', 'proxy.internal', 'sandbox'];
  for (const host of own.flatMap((name) => [name, `${name}:${port}`, `${name}:9`]))
    for (const path of ['/', '/state', '/api/v1/accounts/region']) assert.equal((await ask(sandbox.url, path, host)).statusCode, 200, host);
  const { requests } = sandbox.state().counts;
  const foreign = ['evil.example', `evil.example:${port}`, 'localhost.evil.example', '127.0.0.1.evil.example', '127.0.0.2', 'x@localhost'];
  for (const host of foreign) {
    for (const path of ['/', '/state', '/api/v1/accounts/region']) assert.equal((await ask(sandbox.url, path, host)).statusCode, 421, host);
    for (const path of ['/faults', '/api/v2/batch']) assert.equal((await ask(sandbox.url, path, host, 'POST')).statusCode, 421, host);
  }
  const bare = connect(Number(port), '127.0.0.1');
  bare.write('GET /state HTTP/1.0\r\n\r\n');
  assert.match((await text(bare)).slice(0, 20), /^HTTP\/1\.1 421 /);
  assert.equal(sandbox.state().counts.requests, requests);
});

test('no answer may be framed, or be taken for something else than it is', async (t) => {
  const sandbox = await start(t, { faults: [{ path: '/api/v1', status: 503, body: '<html>' }] });
  for (const path of ['/', '/state', '/faults', '/api/v1/accounts/region', '/api/v2/batch', '/api/v2/nothing', '/favicon.ico']) {
    const { headers } = await sandbox.get(path);
    assert.deepEqual([headers.get('x-frame-options'), headers.get('x-content-type-options')], ['DENY', 'nosniff'], path);
  }
});

test('faults over HTTP: the list is replaced, a wrong one is refused and changes nothing', async (t) => {
  const sandbox = await start(t);
  assert.equal((await sandbox.post('/faults', [{ status: 503 }])).status, 200);
  assert.equal((await send(sandbox)).status, 503);
  for (const wrong of [
    [{ statuss: 500 }],
    [{ reset: 'never' }],
    {},
    'x',
    [{ headers: { a: 'b\r\nc: d' } }],
    [{ headers: { 'a b': 'c' } }],
    [{ headers: { Trailer: 'x' } }],
    [{ headers: { 'content-length': '5' } }],
    [{ headers: { 'transfer-encoding': 'chunked' } }],
    [{ latencyMs: 1e300 }],
    [{ slowMs: 2 ** 31 }],
    Array(1_001).fill({}),
    `[{"body":${'['.repeat(100_000)}${']'.repeat(100_000)}}]`,
    `[{"body":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}]`,
    '{"__proto__":[]}',
    '[{"__proto__":{"status":503}}]',
    `[{"headers":${'['.repeat(100_000)}${']'.repeat(100_000)}}]`,
    '[',
    '',
  ]) {
    const reply = await sandbox.post('/faults', wrong);
    assert.equal(reply.status, 400, JSON.stringify(wrong));
    assert.match(reply.json.meta.error, /./);
  }
  assert.equal((await sandbox.post('/faults', [], { 'content-type': 'text/plain' })).status, 400);
  assert.equal((await send(sandbox)).status, 503);
  assert.equal((await sandbox.post('/faults', [])).status, 200);
  assertTaken(await send(sandbox));
  assert.throws(() => sandbox.setFaults([{ status: 42 }]), { code: 'CIO_OPTIONS' });
});

test('the control calls are hit by no fault and no limit', async (t) => {
  const sandbox = await start(t, { clock: new FakeClock(), requestsPerSecond: 1, faults: [{ reset: 'before' }] });
  for (let n = 0; n < 3; n++) assert.equal((await sandbox.get('/state')).status, 200);
  assert.equal((await fetch(sandbox.url)).status, 200);
});

test('close breaks running requests and frees the port', async (t) => {
  const sandbox = await start(t, { faults: [{ latencyMs: 1_000_000 }] });
  const port = Number(new URL(sandbox.url).port);
  const waiting = assert.rejects(send(sandbox));
  while (sandbox.state().counts.faults === 0) await turn();
  await sandbox.close();
  await waiting;
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  await new Promise((resolve) => server.close(resolve));
});

test('a caller that leaves half-way does no harm', async (t) => {
  const sandbox = await start(t);
  const abort = new AbortController();
  const left = fetch(sandbox.url + BATCH, {
    method: 'POST',
    headers: { authorization: AUTHORIZATION, 'content-type': 'application/json' },
    body: new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from('{"batch":[')) }),
    duplex: 'half',
    signal: abort.signal,
  } as RequestInit);
  left.catch(() => {});
  while (sandbox.state().counts.requests === 0) await turn();
  abort.abort();
  await assert.rejects(left);
  assertTaken(await send(sandbox));
});

test('each path has its method; all that is not the API is not counted as a call of it', async (t) => {
  const sandbox = await start(t);
  for (const [path, allowed] of [
    ['/', 'GET'],
    ['/state', 'GET, DELETE'],
    ['/state/people', 'GET'],
    ['/requests', 'GET'],
    ['/requests/1', 'GET'],
    ['/refused', 'GET'],
    ['/events-stream', 'GET'],
    ['/faults', 'GET, POST'],
  ] as const) {
    const { status, headers } = await fetch(sandbox.url + path, { method: 'PUT', body: '{}' });
    assert.deepEqual([status, headers.get('allow')], [405, allowed], path);
  }
  for (const path of [
    '/favicon.ico',
    '/API/v2/batch',
    '/toString',
    '/__proto__',
    '/api',
    '/state/',
    '/state/toString',
    '/state/people/x',
    '/state/events/1',
    '/requests/x',
    '/requests/1',
    '/state/people/%',
  ])
    assert.equal((await sandbox.get(path)).status, 404, path);
  assert.equal(sandbox.state().counts.requests, 0);
  assert.equal((await sandbox.get('/api/nothing')).status, 404);
  assert.equal(sandbox.state().counts.requests, 1);
});

test('a request that a fault lets through has the real answer, but for what the fault says; one that it does not is a 500', async (t) => {
  const sandbox = await start(t);
  const real = await send(sandbox);
  const cases: [fault: object, status: number, body: string, applied: boolean][] = [
    [{ headers: { 'x-odd': '1' } }, 200, real.text, true],
    [{ body: 'odd' }, 200, 'odd', true],
    [{ status: 201 }, 201, real.text, true],
    [{ status: 500, apply: true }, 500, real.text, true],
    [{ body: 'odd', apply: false }, 500, 'odd', false],
  ];
  for (const [fault, status, body, isApplied] of cases) {
    sandbox.setFaults([fault]);
    const { applied } = sandbox.state().counts;
    const reply = await send(sandbox);
    const found = [reply.status, reply.text, sandbox.state().counts.applied - applied === 1];
    assert.deepEqual(found, [status, body, isApplied], JSON.stringify(fault));
  }
});
