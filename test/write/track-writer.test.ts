import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { type Duplex, Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type TestContext, test } from 'node:test';
import { CioError } from '../../lib/errors.ts';
import { Checkpoint } from '../../lib/record/checkpoint.ts';
import { Rejection } from '../../lib/record/rejection.ts';
import { Skipped } from '../../lib/record/skipped.ts';
import { validate } from '../../lib/stage/validate.ts';
import type { RejectSink, TrackWriterOptions } from '../../lib/write/options.ts';
import { trackWriter } from '../../lib/write/track-writer.ts';
import { fast, turn } from '../support/fake-clock.ts';
import { type Answer, type Received, serve } from '../support/scripted-server.ts';

const SECRET = 'very-secret-key';

/** A reject sink that keeps what it gets. */
function keeper(): RejectSink & { kept: Rejection[] } {
  const kept: Rejection[] = [];
  const sink = new Writable({
    objectMode: true,
    write: (rejection, _encoding, callback) => {
      kept.push(rejection);
      callback();
    },
  });
  return Object.assign(sink, { kept, flush: async () => {} });
}

const people = (count: number): object[] => Array.from({ length: count }, (_, n) => ({ person_id: n, n }));

/** Rows through validate into a writer before a scripted API, on a clock that makes half a minute of backoff short. */
async function run(
  t: TestContext,
  rows: Iterable<object>,
  script: (request: Received, n: number) => Answer,
  options: Partial<TrackWriterOptions> = {},
) {
  const server = await serve(t, script);
  const rejects = keeper();
  const writer = trackWriter({
    siteId: 'site',
    apiKey: SECRET,
    baseUrl: server.url,
    rejects,
    concurrency: 1,
    ...fast(200),
    ...options,
  } as TrackWriterOptions);
  let error: unknown;
  try {
    await pipeline(Readable.from(rows), validate({ object: 'person_identify', identifier: 'id' }), writer);
  } catch (caught) {
    error = caught;
  }
  const { summary } = writer;
  const rejected = rejects.kept.map(({ record }) => (record as { n: number } | undefined)?.n);
  return {
    ...server,
    error,
    summary,
    rejects: rejects.kept,
    rejected,
    sent: server.received.map(({ items }) => items.map((item) => (item.attributes as { n: number }).n)),
  };
}

function assertCode(error: unknown, code: string): asserts error is CioError {
  assert.ok(error instanceof CioError, String(error));
  assert.equal(error.code, code, error.message);
  assert.ok(error.todo.length > 10);
}

test('a batch goes out as documented: path, auth, type, exact body', async (t) => {
  const { received, summary } = await run(t, people(3), () => ({}));
  assert.equal(received.length, 1);
  const [request] = received;
  assert.deepEqual([request?.method, request?.path], ['POST', '/api/v2/batch']);
  assert.equal(request?.headers.authorization, `Basic ${Buffer.from(`site:${SECRET}`).toString('base64')}`);
  assert.equal(request?.headers['content-type'], 'application/json');
  assert.equal(Number(request?.headers['content-length']), Buffer.byteLength(request?.body ?? ''));
  assert.deepEqual([summary.read, summary.delivered, summary.requests, summary.bytes], [3, 3, 1, request?.body.length]);
});

test('207: only the listed are refused, with field, message, status and attempts', async (t) => {
  const errors = [
    { batch_index: 1, reason: 'invalid', field: 'attributes.x', message: 'property value cannot be longer than 1000 bytes' },
    { batch_index: 1, reason: 'invalid', field: 'attributes.y', message: 'second error of the same item' },
  ];
  const { rejects, summary } = await run(t, people(3), () => ({ status: 207, body: { errors } }));
  assert.equal(rejects.length, 1);
  const message = 'invalid: property value cannot be longer than 1000 bytes; attributes.y: invalid: second error of the same item';
  assert.deepEqual(rejects[0]?.cause, {
    reason: 'refused',
    field: 'attributes.x',
    message,
    stage: 'trackWriter',
    status: 207,
    attempts: 1,
    eventId: undefined,
  });
  assert.deepEqual(rejects[0]?.record, { person_id: 1, n: 1 });
  assert.deepEqual([summary.delivered, summary.rejected.total, summary.rejected.byReason.refused], [2, 1, 1]);
});

test('errors count inside a 200 too; an empty list is none; an empty body is fine', async (t) => {
  assert.deepEqual((await run(t, people(2), () => ({ body: { errors: [{ batch_index: '0', message: 'no' }] } }))).rejected, [0]);
  assert.deepEqual((await run(t, people(2), () => ({ status: 207, body: { errors: [] } }))).rejected, []);
  assert.equal((await run(t, people(2), () => ({ body: '' }))).summary.delivered, 2);
});

test('an error whose index is missing or out of range never loses a row: halved until it has a name', async (t) => {
  for (const batch_index of [undefined, 99, -1, 1.5, 'x']) {
    const guilty = ({ items }: Received): Answer =>
      items.some(({ identifiers }) => (identifiers as { id: number }).id === 5)
        ? { status: 207, body: { errors: [{ batch_index, message: 'bad' }] } }
        : {};
    const { rejected, summary } = await run(t, people(8), guilty);
    assert.deepEqual(rejected, [5]);
    assert.equal(summary.delivered, 7);
  }
});

test('400, 413 and 422 for the whole: halved in order until the poison stands alone', async (t) => {
  for (const status of [400, 413, 422]) {
    const body = { errors: [{ reason: 'invalid', field: 'x', message: 'poison' }] };
    const { rejects, rejected, sent, summary } = await run(t, people(20), ({ items }) =>
      items.some(({ identifiers }) => [3, 17].includes((identifiers as { id: number }).id)) ? { status, body } : {},
    );
    assert.deepEqual(rejected, [3, 17]);
    assert.equal(summary.delivered, 18);
    assert.equal(rejects[0]?.cause.status, status);
    const firstSeen = sent.flat().filter((n, index, all) => all.lastIndexOf(n) === index);
    assert.deepEqual(
      firstSeen,
      [...firstSeen].sort((a, b) => a - b),
      'the order of the last sends is the order of the input',
    );
  }
});

test('transient faults are waited out: 408, 429, 5xx with HTML, resets, timeouts, unreadable replies', async (t) => {
  const faults: Answer[] = [
    { status: 408 },
    { status: 429, headers: { 'retry-after': '1' } },
    { status: 429 },
    { status: 503, body: '<html>busy</html>', headers: { 'retry-after': new Date(1_000).toUTCString() } },
    { status: 500 },
    'reset',
    { status: 200, body: '<html>captive portal</html>' },
    { status: 207, body: '{"errors":[{"batch_ind' },
    { delayMs: 4_000 },
  ];
  const seen: string[] = [];
  const onRetry = (message: unknown): void => void seen.push((message as { why: string }).why);
  subscribe('customerio-streams:retry', onRetry);
  t.after(() => unsubscribe('customerio-streams:retry', onRetry));
  const { summary, error, sent } = await run(t, people(2), (_request, n) => faults[n] ?? {}, { timeoutMs: 300_000 });
  assert.equal(error, undefined);
  assert.deepEqual([summary.delivered, summary.retries, summary.requests], [2, faults.length, faults.length + 1]);
  assert.ok(sent.every((batch) => batch.length === 2));
  assert.equal(seen.length, faults.length);
  assert.equal(seen[0], 'HTTP 408');
  assert.ok(
    seen.some((why) => /^timeout \(127\.0\.0\.1:\d+\)$/.test(why)),
    seen.join(),
  );
});

test('401 and 403 stop at once', async (t) => {
  for (const status of [401, 403]) {
    const { error, received, summary } = await run(t, people(2), () => ({ status, body: { meta: { error: 'Unauthorized' } } }));
    assertCode(error, 'CIO_AUTH');
    assert.deepEqual([received.length, summary.delivered], [1, 0]);
  }
});

test('another 4xx stops: it says nothing about the entries', async (t) => {
  const { error } = await run(t, people(2), () => ({ status: 404, body: 'no such page' }));
  assertCode(error, 'CIO_API');
  assert.match(error.message, /404/);
});

test('give up: stop fails the line and releases no checkpoint past the unsent; reject hands the entries back', async (t) => {
  const positions: unknown[] = [];
  const rows = [new Checkpoint('before'), ...people(2), new Checkpoint('after')];
  const onCheckpoint = (position: unknown): void => void positions.push(position);
  const stopped = await run(t, rows, () => ({ status: 503 }), { giveUpMs: 2_000, onCheckpoint });
  assertCode(stopped.error, 'CIO_UNDELIVERED');
  assert.match(stopped.error.message, /2 entries not delivered after \d+ attempts: HTTP 503/);
  assert.deepEqual(positions, ['before']);
  assert.ok(stopped.summary.seconds >= 1, 'the time that it waited counts');
  const rejecting = await run(t, rows, () => ({ status: 503 }), { giveUpMs: 2_000, onGiveUp: 'reject', onCheckpoint });
  assert.equal(rejecting.error, undefined);
  assert.deepEqual(rejecting.rejected, [0, 1]);
  assert.equal(rejecting.rejects[0]?.cause.reason, 'undeliverable');
  assert.deepEqual(positions, ['before', 'before', 'after']);
});

test('a Retry-After longer than the patience gives up at once', async (t) => {
  const { error, received } = await run(t, people(1), () => ({ status: 429, headers: { 'retry-after': '3600' } }), { giveUpMs: 60_000 });
  assertCode(error, 'CIO_UNDELIVERED');
  assert.match(error.message, /Retry-After 3600 s/);
  assert.equal(received.length, 1);
});

test('redirects: method, body and credentials are kept inside the origin, elsewhere they are not followed', async (t) => {
  for (const status of [301, 302, 307, 308]) {
    const { received, summary } = await run(t, people(1), ({ path }) =>
      path.startsWith('/moved') ? {} : { status, headers: { location: '/moved/batch' } },
    );
    assert.equal(received[1]?.method, 'POST');
    assert.equal(received[1]?.body, received[0]?.body);
    assert.equal(received[1]?.headers.authorization, received[0]?.headers.authorization);
    assert.deepEqual([summary.delivered, summary.requests], [1, 2]);
  }
  const elsewhere = await serve(t, () => ({}));
  const { error } = await run(t, people(1), () => ({ status: 307, headers: { location: `${elsewhere.url}/api/v2/batch` } }));
  assertCode(error, 'CIO_REGION');
  assert.equal(elsewhere.received.length, 0);
  assertCode((await run(t, people(1), () => ({ status: 308, headers: { location: '/again' } }))).error, 'CIO_REGION');
});

test('a redirect without a Location says so', async (t) => {
  for (const status of [301, 302, 307, 308]) {
    for (const headers of [{}, { location: ' ' }] as Record<string, string>[]) {
      const { error, received } = await run(t, people(1), () => ({ status, headers }));
      assertCode(error, 'CIO_REGION');
      assert.match(
        error.message,
        new RegExp(`^the API at http://127.* without saying where to: its answer has no Location \\(HTTP ${status}\\)$`),
      );
      assert.equal(received.length, 1);
    }
  }
});

test('a 100, 102 or 103 before an answer is not the answer: each request leaves once', async (t) => {
  const { error, summary, sent } = await run(t, people(50), () => ({ hints: true }), { maxBatchBytes: 1_000 });
  assert.equal(error, undefined);
  assert.deepEqual([summary.delivered, summary.retries], [50, 0]);
  assert.equal(sent.flat().length, 50);
  const moved = await run(t, people(1), ({ path }) =>
    path.startsWith('/moved') ? { hints: true } : { hints: true, status: 307, headers: { location: '/moved' } },
  );
  assert.deepEqual([moved.summary.delivered, moved.summary.requests, moved.summary.retries], [1, 2, 0]);
});

test('all that the API says of an entry is kept', async (t) => {
  const bodies: [status: number, body: unknown, message: string][] = [
    [
      400,
      {
        errors: [
          { field: 'a', message: 'no' },
          { field: 'b', message: 'nor that' },
        ],
      },
      'no; b: nor that',
    ],
    [400, { meta: { errors: ['bad', 'worse'] } }, 'bad; worse'],
    [422, { message: 'not like this' }, 'not like this'],
    [413, 'too much', 'too much'],
    [
      207,
      {
        errors: [
          { batch_index: 0, message: 'x' },
          { batch_index: 0, message: 'y' },
        ],
      },
      'x; y',
    ],
  ];
  for (const [status, body, message] of bodies) {
    const { rejects } = await run(t, people(1), () => ({ status, body }));
    assert.equal(rejects[0]?.cause.message, message);
  }
});

test('a Retry-After past any sense is a mistake, one that can be meant is kept', async (t) => {
  const mistakes = ['999999999', '1e9', '0x10', '-5', 'try 3000', '5, 10', 'Fri, 31 Dec 9999 23:59:59 GMT'];
  for (const status of [429, 503]) {
    const { summary, error } = await run(t, people(1), (_request, n) => {
      const header = mistakes[n];
      return header === undefined ? {} : { status, headers: { 'retry-after': header } };
    });
    assert.equal(error, undefined);
    assert.deepEqual([summary.delivered, summary.retries], [1, mistakes.length]);
  }
});

test('a host that does not exist, and TLS against plain HTTP, stop with CIO_NETWORK', async (t) => {
  const { url } = await serve(t, () => ({}));
  for (const baseUrl of ['http://no-such-host.invalid', url.replace('http:', 'https:')]) {
    const { error } = await run(t, people(1), () => ({}), { baseUrl });
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
  const { error } = await run(t, people(3000), (_request, n) => answers[n] ?? { status: 401 }, { maxBatchBytes: 50_000 });
  assertCode(error, 'CIO_AUTH');
  const { inspect } = await import('node:util');
  const told = inspect([error, error.stack, messages], { depth: 20 });
  assert.ok(messages.length >= 5);
  for (const secret of [SECRET, Buffer.from(`site:${SECRET}`).toString('base64')]) assert.ok(!told.includes(secret));
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
    const { error, rejects, summary } = await run(t, people(1), answer);
    assert.ok(error !== undefined || rejects.length === 1);
    const told = inspect([error, (error as Error | undefined)?.stack, rejects, summary, JSON.stringify(summary)], { depth: 20 });
    for (const secret of [SECRET, Buffer.from(`site:${SECRET}`).toString('base64')]) assert.ok(!told.includes(secret), told);
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
    const { error } = await run(t, people(1), () => ({}), { baseUrl: 'http://track.example', giveUpMs: 0 });
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
  const { error } = await run(t, people(1), () => ({}), { baseUrl: `http://127.0.0.1:${port}`, giveUpMs: 0 });
  assertCode(error, 'CIO_UNDELIVERED');
  assert.match(error.message, /: the answer is not valid HTTP \(127\.0\.0\.1:/);
  assert.match(asked, /^accept-encoding: identity\r$/m);
});

test('a proxy address that can not be read is not repeated: it may hold a password', async (t) => {
  setProxy(t, 'http://user:proxy-password@[');
  const { inspect } = await import('node:util');
  const { error } = await run(t, people(1), () => ({}));
  assertCode(error, 'CIO_NETWORK');
  assert.ok(!inspect(error, { depth: 20 }).includes('proxy-password'), inspect(error));
});

test('credentials: white space around them is taken off, what can not be one is named', async (t) => {
  const { received } = await run(t, people(1), () => ({}), { siteId: ' site\n', apiKey: `\t${SECRET}\r\n` });
  assert.equal(received[0]?.headers.authorization, `Basic ${Buffer.from(`site:${SECRET}`).toString('base64')}`);
  const cases: [options: object, message: RegExp][] = [
    [{ siteId: undefined, apiKey: 'k' }, /"siteId": is missing: set it, for example from process\.env\.CUSTOMERIO_SITE_ID$/],
    [{ siteId: 's', apiKey: null }, /"apiKey": is missing: .*CUSTOMERIO_API_KEY$/],
    [{ siteId: 's', apiKey: ' \n' }, /"apiKey": is empty: is CUSTOMERIO_API_KEY set\?/],
    [{ siteId: 's', apiKey: 5 }, /"apiKey": must be text$/],
    [{ siteId: 's', apiKey: 'secret\nsecret' }, /"apiKey": has a line break or another control character in it$/],
  ];
  for (const [options, message] of cases) assert.throws(() => trackWriter(options as TrackWriterOptions), { code: 'CIO_OPTIONS', message });
});

test('a base URL with credentials, a query or a fragment is refused without repeating it', () => {
  for (const baseUrl of [
    'http://u:secret@x',
    'http://secret@x',
    'https://x/?key=secret',
    'https://x/#secret',
    'https://x?secret',
    'ftp://secret',
    'secret',
  ])
    assert.throws(
      () => trackWriter({ siteId: 's', apiKey: 'k', baseUrl }),
      (error: unknown) => {
        assertCode(error, 'CIO_OPTIONS');
        assert.equal(error.message, 'trackWriter: option "baseUrl": must be an http(s) URL without credentials, query or fragment');
        return true;
      },
    );
});

test('an API that can not be reached is named by host and port', async (t) => {
  const { url } = await serve(t, () => 'reset');
  const { host } = new URL(url);
  const { error } = await run(t, people(1), () => ({}), { baseUrl: url, giveUpMs: 0 });
  assertCode(error, 'CIO_UNDELIVERED');
  assert.ok(error.message.includes(`UND_ERR_SOCKET (${host})`), error.message);
  for (const [baseUrl, place] of [
    ['http://no-such-host.invalid', 'no-such-host.invalid:80'],
    ['https://no-such-host.invalid/track', 'no-such-host.invalid:443'],
  ] as const) {
    const { error: unknown } = await run(t, people(1), () => ({}), { baseUrl });
    assertCode(unknown, 'CIO_NETWORK');
    assert.match(unknown.message, new RegExp(`can't be reached: E\\w+ \\(${place}\\)$`));
  }
});

test('without rejects the first rejection fails the line: nothing is dropped in silence', async (t) => {
  const { url } = await serve(t, () => ({}));
  const writer = trackWriter({ siteId: 's', apiKey: 'k', baseUrl: url });
  await assert.rejects(
    pipeline(Readable.from([{ person_id: null }]), validate({ object: 'person_identify', identifier: 'id' }), writer),
    (error) => {
      assertCode(error, 'CIO_REJECTED');
      assert.match(error.message, /person_id/);
      return true;
    },
  );
});

test('a reject store that is ended while the line waits for room in it', { timeout: 60_000 }, async (t) => {
  const rejects = new Writable({
    objectMode: true,
    highWaterMark: 1,
    write: (_rejection, _encoding, callback) => {
      setImmediate(() => rejects.end());
      setImmediate(() => setImmediate(callback));
    },
  });
  const one = await run(t, [{ person_id: null }, ...people(2)], () => ({}), { rejects: Object.assign(rejects, { flush: async () => {} }) });
  // It has taken the only rejection: nothing is wrong.
  assert.deepEqual([one.error, one.summary.delivered, one.summary.rejected.total], [undefined, 2, 1]);
});

// The writer opens slowly, so that all of it waits in its buffer and comes at once.
test('a checkpoint behind what failed the line is not released', async (t) => {
  const told: unknown[] = [];
  const rows = [{ person_id: null }, new Checkpoint('behind'), ...people(1), new Checkpoint('further behind')];
  const { error } = await run(t, rows, () => ({}), {
    rejects: undefined,
    onCheckpoint: (position: unknown) => void told.push(position),
  } as never);
  assertCode(error, 'CIO_REJECTED');
  assert.deepEqual(told, []);
});

test('a writer that is destroyed while it settles has not succeeded', async (t) => {
  const abort = new AbortController();
  const server = await serve(t, () => {
    setImmediate(() => abort.abort());
    return { status: 503, headers: { 'retry-after': '100' } };
  });
  const writer = trackWriter({ siteId: 'site', apiKey: SECRET, baseUrl: server.url, lingerMs: 0 });
  abort.signal.addEventListener('abort', () => writer.destroy());
  const line = pipeline(Readable.from(people(1)), validate({ object: 'person_identify', identifier: 'id' }), writer);
  await assert.rejects(line, { code: 'ERR_STREAM_PREMATURE_CLOSE' });
});

test('a record that no stage has validated is a mistake in the line', async (t) => {
  const { url } = await serve(t, () => ({}));
  await assert.rejects(pipeline(Readable.from([{ a: 1 }]), trackWriter({ siteId: 's', apiKey: 'k', baseUrl: url })), { code: 'CIO_LINE' });
});

test('an entry that no request can take is rejected, whatever the limits were set to', async (t) => {
  const { rejects, summary } = await run(
    t,
    [
      { person_id: 1, n: 1, big: 'x'.repeat(500_000) },
      { person_id: 2, n: 2 },
    ],
    () => ({}),
  );
  assert.deepEqual([rejects[0]?.cause.reason, rejects[0]?.cause.stage, summary.delivered], ['too_large', 'trackWriter', 1]);
});

test('the summary counts every kind; warnings too', async (t) => {
  const rows = [
    { person_id: 1 },
    { person_id: 2, n: 1 },
    new Skipped('duplicate', {}),
    new Rejection({ reason: 'malformed', message: '', stage: 'x' }, undefined),
  ];
  const { summary } = await run(t, rows, () => ({}));
  assert.deepEqual([summary.read, summary.delivered, summary.rejected.total, summary.skipped.total], [4, 2, 1, 1]);
  assert.deepEqual(summary.warnings, { empty_identify: 1 });
  assert.ok(summary.seconds > 0);
});

test('checkpoints wait for the rejects to be durable, and commits run first', async (t) => {
  const rejects = keeper();
  const order: string[] = [];
  const checkpoint = new Checkpoint('p1');
  checkpoint.commits.push(async () => void order.push('commit'));
  const flush = rejects.flush;
  rejects.flush = async () => {
    order.push('flush');
    await flush();
  };
  const rows = [{ person_id: null }, ...people(3), checkpoint, new Checkpoint('p2')];
  await run(t, rows, () => ({}), { rejects, onCheckpoint: (position) => void order.push(String(position)) });
  assert.deepEqual(order, ['flush', 'commit', 'p1', 'p2']);
});

test('a reject store that fails, fails the line', async (t) => {
  const broken = Object.assign(
    new Writable({ objectMode: true, write: (_r, _e, callback) => callback(new CioError('CIO_REJECT_STORE', 'gone')) }),
    {
      flush: async () => {},
    },
  );
  const { error } = await run(t, [{ person_id: null }, ...people(100)], () => ({}), { rejects: broken });
  assertCode(error, 'CIO_REJECT_STORE');
});

const GONE: Record<string, (rejects: Writable) => void> = {
  destroyed: (rejects) => rejects.destroy(),
  ended: (rejects) => rejects.end(),
  failed: (rejects) => rejects.on('error', () => {}).destroy(new CioError('CIO_REJECT_STORE', 'gone')),
};
for (const [how, leave] of Object.entries(GONE)) {
  const rows = Array.from({ length: 100 }, () => ({ person_id: null }));

  test(`a reject store that was ${how} before fails the line`, { timeout: 60_000 }, async (t) => {
    const rejects = keeper();
    leave(rejects);
    await turn();
    const { error } = await run(t, rows, () => ({}), { rejects });
    assertCode(error, 'CIO_REJECT_STORE');
  });

  test(`a reject store that is ${how} in the middle fails the line`, { timeout: 60_000 }, async (t) => {
    const taken: unknown[] = [];
    const rejects = new Writable({
      objectMode: true,
      highWaterMark: 2,
      write: (rejection, _encoding, callback) => {
        if (taken.push(rejection) === 5) leave(rejects);
        // What a stream that is gone has under way need not be called back.
        if (!rejects.destroyed) setImmediate(callback);
      },
    });
    const { error, summary } = await run(t, rows, () => ({}), { rejects: Object.assign(rejects, { flush: async () => {} }) });
    assertCode(error, 'CIO_REJECT_STORE');
    assert.ok(summary.rejected.total < 100);
  });
}

/** A proxy in front of Customer.io that takes connections and then keeps silent. */
async function silentProxy(t: TestContext, onConnect: () => void = () => {}): Promise<void> {
  const sockets: Duplex[] = [];
  const proxy = createServer().on('connect', (_request, socket) => {
    sockets.push(socket);
    onConnect();
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  process.env.HTTPS_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  t.after(() => {
    delete process.env.HTTPS_PROXY;
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
}

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

test('a request keeps its deadline while it connects', { timeout: 60_000 }, async (t) => {
  await silentProxy(t);
  const { error } = await run(t, people(1), () => ({}), { baseUrl: 'https://track.customer.io', timeoutMs: 1_000, giveUpMs: 0 });
  assertCode(error, 'CIO_UNDELIVERED');
});

test('a line that fails while the region is asked for ends at once', { timeout: 60_000 }, async (t) => {
  const reason = new Error('stop');
  let fail: () => void = () => {};
  await silentProxy(t, () => fail());
  const abort = new AbortController();
  fail = () => abort.abort(reason);
  const stopped = trackWriter({ siteId: 'site', apiKey: SECRET, signal: abort.signal });
  await assert.rejects(pipeline(Readable.from(people(1)), validate({ object: 'person_identify', identifier: 'id' }), stopped), reason);
  const source = new Readable({ objectMode: true, read: () => {} });
  fail = () => source.destroy(reason);
  const cutOff = trackWriter({ siteId: 'site', apiKey: SECRET });
  const closed = new Promise((resolve) => cutOff.once('close', resolve));
  await assert.rejects(pipeline(source, cutOff), reason);
  await closed;
});

test('signal stops at once, also in the middle of a backoff', async (t) => {
  const abort = new AbortController();
  const { error } = await run(
    t,
    people(2),
    () => {
      abort.abort();
      return { status: 503, headers: { 'retry-after': '100000' } };
    },
    { signal: abort.signal, giveUpMs: 1e9 },
  );
  assert.equal((error as Error).name, 'AbortError');
});

test('a dry run counts everything and sends nothing, without waiting for the rate', async (t) => {
  const { received, summary } = await run(t, people(5_000), () => ({}), { dryRun: true, requestsPerSecond: 1, maxBatchBytes: 5_000 });
  assert.equal(received.length, 0);
  assert.equal(summary.delivered, 5_000);
  assert.ok(summary.requests > 50 && summary.bytes > 100_000);
});

test('batches are full and never over the limit; several are under way at once', async (t) => {
  let under = 0;
  let most = 0;
  const onRequest = (): void => {
    under++;
    most = Math.max(most, under);
  };
  subscribe('customerio-streams:request', onRequest);
  t.after(() => unsubscribe('customerio-streams:request', onRequest));
  const { received, summary } = await run(
    t,
    people(20_000),
    () => {
      under--;
      return { delayMs: 5 };
    },
    { concurrency: 4, maxBatchBytes: 50_000, requestsPerSecond: 1_000_000 },
  );
  assert.equal(summary.delivered, 20_000);
  assert.ok(received.every(({ body }) => Buffer.byteLength(body) <= 50_000));
  const full = received.slice(0, -8).filter(({ body }) => body.length > 49_000);
  assert.ok(full.length >= received.length - 8, `${full.length} of ${received.length} are full`);
  assert.ok(most > 1);
});

test('bad options are told all at once, without values', () => {
  assert.throws(
    () => trackWriter({ siteId: '', apiKey: SECRET, requestPerSecond: 5, region: 'mars' } as unknown as TrackWriterOptions),
    (error: unknown) => {
      assertCode(error, 'CIO_OPTIONS');
      assert.match(error.message, /siteId.*is empty: is CUSTOMERIO_SITE_ID set\?/);
      assert.match(error.message, /did you mean "requestsPerSecond"/);
      assert.match(error.message, /'us', 'eu' or 'auto'/);
      assert.ok(!error.message.includes(SECRET));
      return true;
    },
  );
});

test('maxRejected: what was read before is settled and kept, then the stream fails; no row after that is read', async (t) => {
  const rows = Array.from({ length: 40 }, (_, n) => ({ person_id: n % 2 === 0 ? n : null, n }));
  const { error, summary, rejected, sent } = await run(t, rows, () => ({}), { maxRejected: 3 });
  assertCode(error, 'CIO_TOO_MANY_REJECTED');
  assert.equal(error.exitStatus, 13);
  assert.match(error.message, /^4 of 8 rows were rejected, more than maxRejected \(3\) allows$/);
  assert.deepEqual(rejected, [1, 3, 5, 7]);
  assert.deepEqual(sent, [[0, 2, 4, 6]]);
  assert.deepEqual([summary.read, summary.delivered, summary.rejected.total], [8, 4, 4]);
});

test('maxRejected counts what the API refuses, and a share is judged at the end: all is delivered, and the stream fails', async (t) => {
  const script = (): Answer => ({ status: 207, body: { errors: [{ batch_index: 1, reason: 'invalid', message: 'no' }] } });
  const { error, summary } = await run(t, people(4), script, { maxRejected: '20%' });
  assertCode(error, 'CIO_TOO_MANY_REJECTED');
  assert.deepEqual([summary.read, summary.delivered, summary.rejected.total], [4, 3, 1]);
  const fine = await run(t, people(4), script, { maxRejected: '25%' });
  assert.equal(fine.error, undefined);
});
