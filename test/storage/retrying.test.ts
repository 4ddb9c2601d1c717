import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { CioError } from '../../lib/errors.ts';
import { FolderStore } from '../../lib/storage/folder-store.ts';
import type { StorageError } from '../../lib/storage/object-store.ts';
import { type Attempt, type RetryPolicy, retrying, storedBytes } from '../../lib/storage/retrying.ts';
import { FakeClock, turn } from '../support/fake-clock.ts';
import fc from '../support/fast-check.ts';
import { folder } from '../support/folder.ts';
import { runs } from '../support/runs.ts';

/** A folder that fails now and then, as object storage does. */
class FailingStore extends FolderStore {
  /** Bytes that each reading gives before it breaks. */
  readonly breaks: number[] = [];
  readonly from: number[] = [];

  override async read(name: string, from: number): Promise<Readable> {
    this.from.push(from);
    const bytes: Buffer = Buffer.concat(await (await super.read(name, 0)).toArray());
    if (from >= bytes.length) throw Object.assign(new Error('no such range'), { status: 416 });
    const most = this.breaks.shift();
    const some = bytes.subarray(from, most === undefined ? undefined : from + most);
    return Readable.from(
      (async function* () {
        if (some.length > 0) yield some;
        if (most !== undefined) throw new Error('again');
      })(),
      { objectMode: false },
    );
  }
  override explain(error: unknown): StorageError {
    const why = String(Reflect.get(Object(error), 'message'));
    return { why, transient: why === 'again' || why === 'nothing moved for too long', cause: error };
  }
}

const fail = (message: string) => (): Promise<never> => Promise.reject(new Error(message));

/** Runs `attempts` one after the other, the last one from then on; lets `ms` pass. */
async function run(attempts: readonly ((attempt: Attempt) => Promise<unknown>)[], policy: Partial<RetryPolicy> = {}, ms = 1_000_000) {
  const clock = new FakeClock();
  const store = new FailingStore('place');
  let count = 0;
  const done = retrying(store, 'write', { clock, giveUpMs: 60_000, ...policy }, (attempt) => {
    const next = attempts[Math.min(count++, attempts.length - 1)];
    assert.ok(next);
    return next(attempt);
  }).catch((error) => error);
  await clock.run(ms);
  return { done, count: () => count, clock };
}

test('what may pass is tried again until it works; what may not is said at once', async () => {
  const { done, count } = await run([fail('again'), fail('again'), async () => 7]);
  assert.deepEqual([await done, count()], [7, 3]);
  const final = await run([fail('never')]);
  const error: CioError = (await final.done) as CioError;
  assert.deepEqual([error.code, error.message, final.count()], ['CIO_REJECT_STORE', "rejected rows can't be stored in place: never", 1]);
  const own = new CioError('CIO_OPTIONS', 'of our own');
  assert.equal(await (await run([() => Promise.reject(own)])).done, own);
});

test('it is given up when the time is over, and says how often it was tried', async () => {
  const { done, count } = await run([fail('again')]);
  assert.match(((await done) as CioError).message, new RegExp(`: again, after ${count()} attempts$`));
  assert.ok(count() > 2);
});

test('an attempt in which nothing moves is cut off and tried again; one that moves is not', async () => {
  const signals: AbortSignal[] = [];
  const silent = ({ signal }: Attempt): Promise<never> => {
    signals.push(signal);
    return new Promise(() => {});
  };
  const { done } = await run([silent, async () => 'done']);
  assert.deepEqual([await done, signals[0]?.aborted], ['done', true]);
  const clock = new FakeClock();
  const slow = async ({ alive }: Attempt): Promise<number> => {
    for (let n = 0; n < 5; n++) {
      await new Promise<void>((resolve) => clock.timer(9_000, resolve));
      alive();
    }
    return clock.now();
  };
  const moved = retrying(new FailingStore('place'), 'write', { clock, giveUpMs: 0, stalledMs: 10_000 }, slow);
  await clock.run(60_000);
  assert.equal(await moved, 45_000);
});

test('a signal ends the wait: one more attempt, which is the last', async () => {
  const stop = new AbortController();
  const { done, count } = await run([fail('again')], { signal: stop.signal }, 0);
  assert.equal(count(), 1);
  stop.abort();
  assert.match(((await done) as CioError).message, /: again, after 2 attempts$/);
  assert.equal(count(), 2);
});

test('a cut-off ends the attempt in flight, or the wait with what failed last', async () => {
  const stop = new AbortController();
  const inFlight = await run([() => new Promise(() => {})], { cutOff: stop.signal }, 0);
  const waiting = await run([fail('again')], { cutOff: stop.signal }, 0);
  stop.abort();
  assert.match(((await inFlight.done) as CioError).message, /: it did not answer in time$/);
  assert.match(((await waiting.done) as CioError).message, /: again$/);
  assert.equal(waiting.count(), 1);
  await turn();
});

/** The files are read at the speed of the machine: nothing counts as stalled, and no budget but one that is given is used up. */
const patient = (clock: FakeClock, giveUpMs = Number.MAX_SAFE_INTEGER): RetryPolicy => ({
  ...{ clock, giveUpMs, stalledMs: Number.MAX_SAFE_INTEGER },
});

async function stored(t: TestContext, bytes: Buffer): Promise<FailingStore> {
  const path = await folder(t);
  await writeFile(join(path, 'object'), bytes);
  return new FailingStore(path);
}

test('reading continues at the byte where it broke, also behind the very last one', async (t) => {
  const bytes = Buffer.from(Array.from({ length: 1_000 }, (_, n) => n % 251));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 1_200 }), { maxLength: 12 }), async (breaks) => {
      const store = await stored(t, bytes);
      store.breaks.push(...breaks);
      const clock = new FakeClock();
      let isOver = false;
      const read = Readable.from(storedBytes(store, 'object', patient(clock))).toArray();
      const over = read.finally(() => {
        isOver = true;
      });
      while (!isOver) await clock.run(1_000);
      assert.ok(Buffer.concat(await over).equals(bytes));
      assert.deepEqual(
        store.from,
        [...store.from].sort((a, b) => a - b),
      );
    }),
    { numRuns: runs(60) },
  );
});

test('reading that gets nowhere is given up with the name of the object', async (t) => {
  const store = await stored(t, Buffer.from('abc'));
  store.breaks.push(1, ...Array.from({ length: 10_000 }, () => 0));
  const clock = new FakeClock();
  const pieces: string[] = [];
  const read = (async () => {
    for await (const piece of storedBytes(store, 'object', patient(clock, 60_000))) pieces.push(String(piece));
  })().catch((error) => error);
  let error: CioError | undefined;
  void read.then((thrown) => {
    error = thrown;
  });
  while (error === undefined) await clock.run(1_000);
  assert.match(error.message, /^rejected rows can't be read from .* \(object\): again, after \d+ attempts$/);
  assert.deepEqual(pieces, ['a']);
});
