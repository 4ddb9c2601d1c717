import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Faults } from '../../lib/sandbox/faults.ts';
import { FakeClock } from '../support/fake-clock.ts';
import fc from '../support/fast-check.ts';
import { runs } from '../support/runs.ts';
import { AUTHORIZATION, assertTaken, type Calls, identify, type Reply, start } from '../support/sandbox.ts';

const BATCH = '/api/v2/batch';

const send = (sandbox: Calls): Promise<Reply> => sandbox.batch(identify({ id: 'x' }, { a: 1 }));
const applied = (sandbox: Calls): number => sandbox.state().counts.applied;

/** The code of the error that the connection breaks with. */
async function broken(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => assert.fail('there was a reply'),
    (reason) => reason,
  );
  return String(error.cause?.code);
}

test('the first rule that matches acts: path, after, times', () => {
  const faults = new Faults(new FakeClock());
  faults.set([
    { path: '/api/v2/batch', after: 1, times: 2, status: 500 },
    { path: '/api/v2', status: 503 },
  ]);
  const statuses = ['batch', 'batch', 'entity', 'batch', 'batch'].map((name) => faults.next(`/api/v2/${name}`)?.status);
  assert.deepEqual(statuses, [503, 500, 503, 500, 503]);
  assert.equal(faults.next('/api/v1/accounts/region'), undefined);
});

test('probability asks the clock for chance', () => {
  const rolls = [0.2, 0.9, 0.29, 0.3];
  const clock = Object.assign(new FakeClock(), { random: () => rolls.shift() ?? 0 });
  const faults = new Faults(clock);
  faults.set([{ probability: 0.3, status: 500 }]);
  assert.deepEqual(
    [1, 2, 3, 4].map(() => faults.next('/')?.status),
    [500, undefined, 500, undefined],
  );
});

test('any status with any body and headers, not applied', async (t) => {
  const sandbox = await start(t, {
    faults: [
      { times: 1, status: 503, body: '<html>down</html>', headers: { 'retry-after': '7', 'content-type': 'text/html' } },
      { times: 1, status: 500, body: { oh: 'no' } },
      { times: 1, status: 418 },
    ],
  });
  const html = await send(sandbox);
  assert.deepEqual([html.status, html.text, html.headers.get('retry-after')], [503, '<html>down</html>', '7']);
  const json = await send(sandbox);
  assert.deepEqual([json.status, json.json], [500, { oh: 'no' }]);
  assert.equal((await send(sandbox)).status, 418);
  assert.equal(applied(sandbox), 0);
  assertTaken(await send(sandbox));
  assert.deepEqual([applied(sandbox), sandbox.state().counts.faults], [1, 3]);
});

test('an odd body of a request that was applied; a lost reply; a lie', async (t) => {
  const sandbox = await start(t, {
    faults: [
      { times: 1, body: 'garbage' },
      { times: 1, status: 502, apply: true },
      { times: 1, status: 200, apply: false, body: {} },
    ],
  });
  const garbage = await send(sandbox);
  assert.deepEqual([garbage.status, garbage.text, applied(sandbox)], [200, 'garbage', 1]);
  assert.deepEqual([(await send(sandbox)).status, applied(sandbox)], [502, 2]);
  assert.deepEqual([(await send(sandbox)).status, applied(sandbox)], [200, 2]);
});

test('a reset before, during and after', async (t) => {
  const sandbox = await start(t);
  for (const [reset, count] of [
    ['before', 0],
    ['during', 0],
    ['after', 1],
  ] as const) {
    sandbox.setFaults([{ times: 1, reset }]);
    const code = await broken(send(sandbox));
    assert.match(code, /ECONNRESET|UND_ERR_SOCKET|EPIPE/);
    assert.equal(applied(sandbox), count, reset);
  }
  assertTaken(await send(sandbox));
});

test('latency holds a request back before it is applied', async (t) => {
  const clock = new FakeClock();
  const isWaiting = new Promise<void>((resolve) => {
    const timer = clock.timer.bind(clock);
    clock.timer = (ms, fn) => {
      resolve();
      return timer(ms, fn);
    };
  });
  const sandbox = await start(t, { clock, faults: [{ latencyMs: 500 }] });
  const sent = send(sandbox);
  await isWaiting;
  await clock.run(499);
  assert.equal(applied(sandbox), 0);
  await clock.run(1);
  assert.equal(applied(sandbox), 1);
  assertTaken(await sent);
});

const post = (sandbox: Calls): Promise<Response> =>
  fetch(sandbox.url + BATCH, {
    method: 'POST',
    headers: { authorization: AUTHORIZATION, 'content-type': 'application/json' },
    body: JSON.stringify({ batch: [identify({ id: 'x' }, { a: 1 })] }),
  });

test('a reply that drips', async (t) => {
  const clock = new FakeClock();
  const sandbox = await start(t, { clock, faults: [{ slowMs: 5, body: 'drip' }] });
  const reader = (await post(sandbox)).body?.getReader();
  for (const byte of 'drip') {
    await clock.run(5);
    assert.equal(Buffer.from((await reader?.read())?.value ?? []).toString(), byte);
  }
  assert.equal((await reader?.read())?.done, true);
  assert.equal(applied(sandbox), 1);
});

/** What came of a reply's body, and whether that was all. */
async function readCut(sandbox: Calls): Promise<[text: string, isWhole: boolean]> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of (await post(sandbox)).body ?? []) chunks.push(chunk);
    return [Buffer.concat(chunks).toString(), true];
  } catch {
    return [Buffer.concat(chunks).toString(), false];
  }
}

test('a reply that is cut off', async (t) => {
  for (const [fault, seen] of [
    [{ truncate: 3 }, 'lon'],
    [{ truncate: 0 }, ''],
    [{ truncate: 2, slowMs: 1 }, 'lo'],
  ] as const) {
    const sandbox = await start(t, { faults: [{ ...fault, body: 'longer than that' }] });
    assert.deepEqual([await readCut(sandbox), applied(sandbox)], [[seen, false], 1]);
  }
  const uncut = await start(t, { faults: [{ truncate: 100, body: 'short' }] });
  assert.deepEqual(await readCut(uncut), ['short', true]);
});

test('a redirect, with any of the four statuses', async (t) => {
  const sandbox = await start(t);
  for (const status of [undefined, 301, 302, 307, 308]) {
    sandbox.setFaults([{ times: 1, redirect: `${sandbox.url}${BATCH}`, ...(status && { status }) }]);
    const reply = await send(sandbox);
    assert.deepEqual([reply.status, reply.headers.get('location')], [status ?? 307, `${sandbox.url}${BATCH}`]);
  }
  assert.equal(applied(sandbox), 0);
});

test('law: no list of faults ends the sandbox, or makes it deaf', { timeout: 120_000 }, async (t) => {
  const sandbox = await start(t);
  const number = fc.oneof(fc.integer({ min: -1, max: 600 }), fc.double(), fc.constantFrom(0, 1, 200, 204, 304, 418, 599));
  const name = fc.constantFrom(
    'connection',
    'Connection',
    'trailer',
    'upgrade',
    'content-type',
    'content-length',
    'date',
    'x-frame-options',
    'keep-alive',
    'set-cookie',
    '__proto__',
  );
  const value = fc.oneof(fc.constantFrom('close', 'keep-alive', 'chunked', '-1', 'DENY', ''), fc.string());
  const fault = fc.record(
    {
      path: fc.constantFrom('', '/api', 'x'),
      after: fc.constantFrom(0, 1),
      times: fc.constantFrom(0, 1, 5),
      probability: fc.oneof(fc.constantFrom(0, 1), fc.double()),
      latencyMs: fc.constantFrom(0, 1, 1e-9),
      status: number,
      body: fc.oneof(fc.string(), fc.jsonValue()),
      headers: fc.dictionary(name, value, { maxKeys: 3 }),
      apply: fc.boolean(),
      reset: fc.constantFrom('before', 'during', 'after'),
      slowMs: fc.constantFrom(0, 0.001),
      truncate: number,
      redirect: fc.constantFrom('/', 'http://x', ':', '%'),
    },
    { requiredKeys: [], noNullPrototype: true },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.oneof({ weight: 9, arbitrary: fc.array(fault, { maxLength: 3 }) }, { weight: 1, arbitrary: fc.jsonValue() }),
      async (faults) => {
        assert.ok([200, 400].includes((await sandbox.post('/faults', faults as object)).status));
        // What comes of a call is the fault's business; that it ends is not.
        await send(sandbox).catch(() => {});
        assert.equal((await sandbox.get('/state')).status, 200);
      },
    ),
    { numRuns: runs(60) },
  );
  await sandbox.post('/faults', []);
  assertTaken(await send(sandbox));
});
