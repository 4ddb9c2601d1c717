import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import type { ObjectStore } from '../../lib/storage/object-store.ts';
import { type Attempt, type RetryPolicy, retrying, storedBytes } from '../../lib/storage/retrying.ts';
import { FakeClock, turn } from '../support/fake-clock.ts';

const BUSY = Object.assign(new Error('busy'), { transient: true });
const DENIED = new Error('denied');

/** A store whose errors say themselves whether they may pass. */
const STORE = {
  location: 's3://b',
  explain: (error: unknown) => {
    const { message, code, transient } = error as { message: string; code?: unknown; transient?: boolean };
    return { why: message, transient: transient === true || code === 'ETIMEDOUT', cause: error };
  },
} as unknown as ObjectStore;

function policyOf(more: Partial<RetryPolicy> = {}): RetryPolicy & { readonly clock: FakeClock } {
  return { giveUpMs: 60_000, stalledMs: 120_000, ...more, clock: new FakeClock() };
}

/** Attempts that come to these ends, one after the other; the last one again and again. */
function attempts(...ends: (Error | string)[]): ((attempt: Attempt) => Promise<string>) & { readonly count: () => number } {
  let count = 0;
  const attempt = async (): Promise<string> => {
    const end = ends[Math.min(count++, ends.length - 1)] as Error | string;
    if (typeof end === 'string') return end;
    throw end;
  };
  return Object.assign(attempt, { count: () => count });
}

test('what may pass is tried again, what may not is an error at once, which names action and place', async () => {
  const policy = policyOf();
  const works = attempts(BUSY, BUSY, 'stored');
  const done = retrying(STORE, 'write', policy, works);
  await policy.clock.run(60_000);
  assert.deepEqual([await done, works.count()], ['stored', 3]);
  const denied = attempts(DENIED);
  await assert.rejects(retrying(STORE, 'write', policy, denied), {
    code: 'CIO_REJECT_STORE',
    message: "rejected records can't be stored in s3://b: denied",
  });
  assert.equal(denied.count(), 1);
});

test('when its time is over the last failure is the error, with the number of attempts', async () => {
  const policy = policyOf({ giveUpMs: 5_000 });
  const busy = attempts(BUSY);
  const ended = assert.rejects(retrying(STORE, 'list', policy, busy), ({ message }: Error) => {
    assert.equal(message, `rejected records can't be listed in s3://b: busy, also after ${busy.count()} attempts`);
    return true;
  });
  await policy.clock.run(60_000);
  await ended;
  assert.ok(busy.count() > 2);
});

test('asked to stop, it does not wait: one last attempt decides', async () => {
  const stopped = new AbortController();
  for (const [last, expected] of [
    ['stored', 'stored'],
    [BUSY, /busy, also after 2 attempts$/],
  ] as const) {
    const stop = new AbortController();
    const policy = policyOf({ signal: stop.signal });
    const tries = attempts(BUSY, last);
    const done = retrying(STORE, 'write', policy, tries);
    const checked = typeof expected === 'string' ? done.then((value) => assert.equal(value, expected)) : assert.rejects(done, expected);
    await turn();
    stop.abort();
    await checked;
    assert.equal(tries.count(), 2);
  }
  stopped.abort();
  const tries = attempts(BUSY);
  await assert.rejects(retrying(STORE, 'write', policyOf({ signal: stopped.signal }), tries), /busy$/);
  assert.equal(tries.count(), 1);
});

test('cut off, the attempt in flight ends, and none follows', async () => {
  const cut = new AbortController();
  let signal: AbortSignal | undefined;
  let calls = 0;
  const hangs = (attempt: Attempt): Promise<never> => {
    calls++;
    signal = attempt.signal;
    return new Promise(() => {});
  };
  const ended = assert.rejects(retrying(STORE, 'write', policyOf({ cutOff: cut.signal }), hangs), /did not answer in time$/);
  await turn();
  cut.abort();
  await ended;
  assert.deepEqual([signal?.aborted, calls], [true, 1]);
  await assert.rejects(retrying(STORE, 'write', policyOf({ cutOff: cut.signal }), hangs), /did not answer in time$/);
  assert.equal(calls, 1);
});

test('an attempt in which nothing moves for too long is cut off and repeated; one that moves is left alone', async () => {
  const policy = policyOf({ giveUpMs: 1e9, stalledMs: 1_000 });
  let calls = 0;
  const attempt = ({ alive, signal }: Attempt): Promise<string> =>
    new Promise((resolve, reject) => {
      calls++;
      signal.addEventListener('abort', () => reject(signal.reason));
      if (calls === 1) return;
      for (const ms of [900, 1_800, 2_700]) policy.clock.timer(ms, alive);
      policy.clock.timer(3_600, () => resolve('stored'));
    });
  const done = retrying(STORE, 'write', policy, attempt);
  await policy.clock.run(60_000);
  assert.deepEqual([await done, calls], ['stored', 2]);
});

/** A store of one object, whose reading breaks behind each of these offsets once. */
function breaking(t: TestContext, bytes: Buffer, breaks: number[]) {
  const opened: number[] = [];
  const bodies: Readable[] = [];
  const read = async (_name: string, from: number): Promise<Readable> => {
    opened.push(from);
    if (from > 0 && from >= bytes.length) throw Object.assign(new Error('no such range'), { $metadata: { httpStatusCode: 416 } });
    const end = breaks.shift();
    const pieces = async function* (): AsyncGenerator<Buffer> {
      for (let at = from; at < (end ?? bytes.length); at += 4) yield bytes.subarray(at, Math.min(at + 4, end ?? bytes.length));
      if (end !== undefined) throw BUSY;
    };
    const body = Readable.from(pieces());
    bodies.push(body);
    return body;
  };
  t.after(() => {
    for (const body of bodies) body.destroy();
  });
  return { store: { ...STORE, read } as unknown as ObjectStore, opened, bodies };
}

test('reading continues at the byte where it broke, also at the very end', async (t) => {
  const bytes = Buffer.from('0123456789abcdef');
  for (const breaks of [[], [0], [3], [3, 9], [16]]) {
    const { store, opened } = breaking(t, bytes, [...breaks]);
    const policy = policyOf();
    const pieces: Buffer[] = [];
    const done = (async () => {
      for await (const piece of storedBytes(store, 'a', policy)) pieces.push(piece);
    })();
    await policy.clock.run(60_000);
    await done;
    assert.equal(String(Buffer.concat(pieces)), String(bytes), `${breaks}`);
    assert.deepEqual(opened, [0, ...breaks]);
  }
});

test('whoever stops reading half-way leaves nothing open; a failure names the object', async (t) => {
  const { store, bodies } = breaking(t, Buffer.alloc(100), []);
  for await (const _ of storedBytes(store, 'a', policyOf())) break;
  assert.deepEqual(
    bodies.map(({ destroyed }) => destroyed),
    [true],
  );
  const denied = { ...STORE, read: () => Promise.reject(DENIED) } as unknown as ObjectStore;
  await assert.rejects(storedBytes(denied, 'a.ndjson', policyOf()).next(), /can't be read from s3:\/\/b \(a\.ndjson\): denied$/);
});
