/** What leaves and what comes back, over real HTTP: first one call at a time, then behind the writer. */
import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { type Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type TestContext, test } from 'node:test';
import { validate } from '../../../lib/stage/validate.ts';
import { type Call, Client } from '../../../lib/write/request/client.ts';
import { Permit, TooLate } from '../../../lib/write/request/rate-window.ts';
import { trackWriter } from '../../../lib/write/track-writer.ts';
import { assertCode, deliverRows, people, SECRET } from '../../support/deliver-rows.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { type Answer, type Received, serve } from '../../support/scripted-server.ts';
import { silentProxy } from '../../support/silent-proxy.ts';

type AnswerListener = NonNullable<Call['onAnswer']>;

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

test('how each exchange has ended is reported: with which status, how long it took, and what never left', async (t) => {
  const { url } = await answering(t, { status: 307, headers: { location: '/elsewhere' } }, { status: 503 }, 'reset');
  const ended: [status: number | undefined, left: boolean][] = [];
  const onAnswer: AnswerListener = ({ status, ms, waitedMs }) => {
    assert.ok(waitedMs >= 0 && !((ms ?? 0) < 0));
    ended.push([status, ms !== undefined]);
  };
  const { client } = await open(t, url);
  await client.call({ ...call(), onAnswer });
  await client.call({ ...call(), onAnswer });
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await (await open(t, `http://127.0.0.1:${port}`)).client.call({ ...call(), onAnswer });
  assert.deepEqual(ended, [
    [307, true],
    [503, true],
    [undefined, true],
    [undefined, false],
  ]);
  // What the writer cuts off has not ended by itself.
  const abort = new AbortController();
  const held = await serve(t, () => {
    abort.abort(new Error('stopped'));
    return { delayMs: 100 };
  });
  await assert.rejects((await open(t, held.url, abort.signal)).client.call({ ...call(), onAnswer }), { message: 'stopped' });
  assert.equal(ended.length, 4);
});

test('a redirect that leads away, or in a loop, ends it', async (t) => {
  for (const [location, message] of [
    ['https://example.com/', /to a place outside Customer\.io/],
    ['/again', /in a loop/],
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
  const silent = createTcpServer();
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

test('redirects: method, body and credentials are kept inside the origin, elsewhere they are not followed', async (t) => {
  for (const status of [301, 302, 307, 308]) {
    const { received, summary } = await deliverRows(t, people(1), ({ path }) =>
      path.startsWith('/moved') ? {} : { status, headers: { location: '/moved/batch' } },
    );
    assert.equal(received[1]?.method, 'POST');
    assert.equal(received[1]?.body, received[0]?.body);
    assert.equal(received[1]?.headers.authorization, received[0]?.headers.authorization);
    assert.deepEqual([summary.delivered, summary.requests], [1, 2]);
  }
  const elsewhere = await serve(t, () => ({}));
  const { error } = await deliverRows(t, people(1), () => ({ status: 307, headers: { location: `${elsewhere.url}/api/v2/batch` } }));
  assertCode(error, 'CIO_REGION');
  assert.equal(elsewhere.received.length, 0);
  assertCode((await deliverRows(t, people(1), () => ({ status: 308, headers: { location: '/again' } }))).error, 'CIO_REGION');
});

test('a redirect without a Location says so', async (t) => {
  for (const status of [301, 302, 307, 308]) {
    for (const headers of [{}, { location: ' ' }] as Record<string, string>[]) {
      const { error, received } = await deliverRows(t, people(1), () => ({ status, headers }));
      assertCode(error, 'CIO_REGION');
      assert.match(error.message, new RegExp(`^the API at http://127.* without a Location header \\(HTTP ${status}\\)$`));
      assert.equal(received.length, 1);
    }
  }
});

test('a 100, 102 or 103 before an answer is not the answer: each request leaves once', async (t) => {
  const { error, summary, sent } = await deliverRows(t, people(50), () => ({ hints: true }), { maxBatchBytes: 1_000 });
  assert.equal(error, undefined);
  assert.deepEqual([summary.delivered, summary.retries], [50, 0]);
  assert.equal(sent.flat().length, 50);
  const moved = await deliverRows(t, people(1), ({ path }) =>
    path.startsWith('/moved') ? { hints: true } : { hints: true, status: 307, headers: { location: '/moved' } },
  );
  assert.deepEqual([moved.summary.delivered, moved.summary.requests, moved.summary.retries], [1, 2, 0]);
});

test('a host that does not exist, and TLS against plain HTTP, stop with CIO_NETWORK', async (t) => {
  const { url } = await serve(t, () => ({}));
  for (const baseUrl of ['http://no-such-host.invalid', url.replace('http:', 'https:')]) {
    const { error } = await deliverRows(t, people(1), () => ({}), { baseUrl });
    assertCode(error, 'CIO_NETWORK');
  }
});

test('no credential in errors, causes or diagnostics', async (t) => {
  const messages: unknown[] = [];
  const listen = (message: unknown): void => void messages.push(message);
  const names = ['request', 'retry', 'wait', 'rejection'].map((name) => `customerio-streams:${name}`);
  for (const name of names) subscribe(name, listen);
  t.after(() => {
    for (const name of names) unsubscribe(name, listen);
  });
  const answers: Answer[] = [
    'reset',
    { status: 503 },
    { status: 207, body: { errors: [{ batch_index: 0, message: 'x' }] } },
    { status: 401 },
  ];
  const { error } = await deliverRows(t, people(3000), (_request, n) => answers[n] ?? { status: 401 }, { maxBatchBytes: 50_000 });
  assertCode(error, 'CIO_AUTH');
  const { inspect } = await import('node:util');
  const texts = inspect([error, error.stack, messages], { depth: 20 });
  assert.ok(messages.length >= 5);
  for (const secret of [SECRET, Buffer.from(`site:${SECRET}`).toString('base64')]) assert.ok(!texts.includes(secret));
});

test('an API that echoes the request gives no credential away', async (t) => {
  const { inspect } = await import('node:util');
  const echo = ({ headers }: Received): string =>
    `${headers.authorization} of ${SECRET}, in full ${encodeURIComponent(String(headers.authorization))}`;
  const answers: ((request: Received) => Answer)[] = [
    (request) => ({ status: 400, body: { errors: [{ field: SECRET, reason: echo(request), message: echo(request) }] } }),
    (request) => ({ status: 207, body: { errors: [{ batch_index: 0, message: echo(request) }] } }),
    (request) => ({ status: 422, body: echo(request) }),
    (request) => ({ status: 404, body: echo(request) }),
    (request) => ({ status: 301, headers: { location: `http://elsewhere.invalid/?${SECRET}` }, body: echo(request) }),
  ];
  for (const answer of answers) {
    const { error, rejects, summary } = await deliverRows(t, people(1), answer);
    assert.ok(error !== undefined || rejects.length === 1);
    const texts = inspect([error, (error as Error | undefined)?.stack, rejects, summary, JSON.stringify(summary)], { depth: 20 });
    for (const secret of [SECRET, Buffer.from(`site:${SECRET}`).toString('base64')]) assert.ok(!texts.includes(secret), texts);
  }
});

/** For one test; once in it. */
function setProxy(t: TestContext, address: string): void {
  const before = process.env.http_proxy;
  t.after(() => {
    if (before === undefined) delete process.env.http_proxy;
    else process.env.http_proxy = before;
  });
  process.env.http_proxy = address;
}

test('a proxy that can not be reached is named, without its password', async (t) => {
  setProxy(t, '');
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  for (const [host, place, code] of [
    [`127.0.0.1:${port}`, `127\\.0\\.0\\.1:${port}`, 'CIO_UNDELIVERED'],
    ['no-such-proxy.invalid', 'no-such-proxy\\.invalid', 'CIO_NETWORK'],
  ] as const) {
    process.env.http_proxy = `http://user:proxy-password@${host}`;
    const { error } = await deliverRows(t, people(1), () => ({}), { baseUrl: 'http://track.example', giveUpMs: 0 });
    assertCode(error, code);
    assert.match(error.message, new RegExp(`E\\w+ \\(track\\.example:80, by way of ${place}\\)`));
    assert.ok(!error.message.includes('proxy-password'));
  }
});

test('what is not HTTP is named as such; an answer in a coding is not asked for', async (t) => {
  let asked = '';
  const server = createTcpServer((socket) => {
    socket
      .on('error', () => {})
      .on('data', (data) => {
        asked += data;
        socket.end('SSH-2.0-OpenSSH_9.6\r\n');
      });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const { error } = await deliverRows(t, people(1), () => ({}), { baseUrl: `http://127.0.0.1:${port}`, giveUpMs: 0 });
  assertCode(error, 'CIO_UNDELIVERED');
  assert.match(error.message, /: the answer is not valid HTTP \(127\.0\.0\.1:/);
  assert.match(asked, /^accept-encoding: identity\r$/m);
});

test('a proxy address that can not be read is not repeated: it may hold a password', async (t) => {
  setProxy(t, 'http://user:proxy-password@[');
  const { inspect } = await import('node:util');
  const { error } = await deliverRows(t, people(1), () => ({}));
  assertCode(error, 'CIO_NETWORK');
  assert.ok(!inspect(error, { depth: 20 }).includes('proxy-password'), inspect(error));
});

test('an API that can not be reached is named by host and port', async (t) => {
  const { url } = await serve(t, () => 'reset');
  const { host } = new URL(url);
  const { error } = await deliverRows(t, people(1), () => ({}), { baseUrl: url, giveUpMs: 0 });
  assertCode(error, 'CIO_UNDELIVERED');
  assert.ok(error.message.includes(`UND_ERR_SOCKET (${host})`), error.message);
  for (const [baseUrl, place] of [
    ['http://no-such-host.invalid', 'no-such-host.invalid:80'],
    ['https://no-such-host.invalid/track', 'no-such-host.invalid:443'],
  ] as const) {
    const { error: unknown } = await deliverRows(t, people(1), () => ({}), { baseUrl });
    assertCode(unknown, 'CIO_NETWORK');
    assert.match(unknown.message, new RegExp(`can't be reached: E\\w+ \\(${place}\\)$`));
  }
});

test('the rate is kept where requests leave, also while connections are being opened', async (t) => {
  const server = createServer((_request, response) => void response.end('{}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  // A proxy that takes its time for each connection.
  const sockets: Duplex[] = [];
  const proxy = createServer().on('connect', (_request, socket) => {
    const beyond = connect(port, '127.0.0.1');
    sockets.push(socket, beyond);
    setTimeout(() => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(beyond).pipe(socket);
    }, 60);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  process.env.HTTP_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const times: number[] = [];
  const onHeaders = (message: unknown): void => {
    if ((message as { request: { method: string } }).request.method === 'POST') times.push(performance.now());
  };
  subscribe('undici:client:sendHeaders', onHeaders);
  t.after(() => {
    unsubscribe('undici:client:sendHeaders', onHeaders);
    delete process.env.HTTP_PROXY;
    for (const socket of sockets) socket.destroy();
    proxy.close();
    server.close();
  });
  const writer = trackWriter({
    ...{ siteId: 'site', apiKey: SECRET, baseUrl: 'http://track.example' },
    ...{ maxBatchBytes: 100, requestsPerSecond: 20, concurrency: 20, lingerMs: 0 },
  });
  await pipeline(Readable.from(people(60)), validate({ object: 'person_identify', identifier: 'id' }), writer);
  assert.equal(times.length, writer.summary.requests);
  assert.ok(times.length > 40, `${times.length} requests`);
  const most = Math.max(...times.map((start) => times.filter((at) => at >= start && at < start + 1_000).length));
  assert.ok(most <= 20, `${most} in a second`);
});

test('a request that comes too late for its permit is not written: it leaves with the next one, on the same connection', async (t) => {
  let connections = 0;
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    request.on('data', (chunk) => bodies.push(String(chunk))).on('end', () => response.end('{}'));
  }).on('connection', () => connections++);
  t.after(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const isLate = [true, true, false, true, false];
  const permit = (): Permit =>
    new Permit((isSent) => {
      if (isSent && isLate.shift()) throw new TooLate();
      return 7;
    });
  const pacer = { acquire: async () => permit(), pause: () => {}, stop: () => {} };
  const baseUrl = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const { signal } = new AbortController();
  const client = new Client({
    siteId: 'site',
    apiKey: KEY,
    baseUrl,
    concurrency: 1,
    timeoutMs: 10_000,
    clock: new FakeClock(),
    signal,
    pacer,
  });
  await client.open();
  t.after(() => client.close());
  const sent: number[] = [];
  for (let n = 0; n < 2; n++) assert.equal((await client.call(call((at) => sent.push(at)))).status, 200);
  assert.deepEqual([sent, bodies, isLate, connections], [[7, 7], ['{"batch":[]}', '{"batch":[]}'], [], 1]);
});

test('a request keeps its deadline while it connects', { timeout: 60_000 }, async (t) => {
  await silentProxy(t);
  const { error } = await deliverRows(t, people(1), () => ({}), { baseUrl: 'https://track.customer.io', timeoutMs: 1_000, giveUpMs: 0 });
  assertCode(error, 'CIO_UNDELIVERED');
});
