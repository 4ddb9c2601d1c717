import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { type GatheringPlace, GatheringSink } from '../../lib/stream/gathering-sink.ts';
import { turn } from '../support/fake-clock.ts';
import fc from '../support/fast-check.ts';
import { closed } from '../support/reject/folder.ts';
import { runs } from '../support/runs.ts';

type Call = readonly string[] | 'flush' | 'end' | 'close';

/** A place whose writes and flushes wait for the test. */
class HeldPlace implements GatheringPlace<string> {
  readonly calls: Call[] = [];
  #waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];

  write(elements: readonly string[]): Promise<void> {
    return this.#wait(elements);
  }
  flush(): Promise<void> {
    return this.#wait('flush');
  }
  async end(): Promise<void> {
    this.calls.push('end');
  }
  async close(): Promise<void> {
    this.calls.push('close');
  }
  /** Lets the call in flight succeed, or fail. */
  async go(error?: Error): Promise<void> {
    const next = this.#waiting.shift();
    assert.ok(next, 'nothing is waiting');
    if (error) next.reject(error);
    else next.resolve();
    await turn();
  }
  #wait(call: Call): Promise<void> {
    this.calls.push(call);
    assert.equal(this.#waiting.length, 0, 'two calls at a time');
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }
}

async function opened(place: HeldPlace): Promise<GatheringSink<string>> {
  const sink = new GatheringSink(place, { elements: 4, bytes: 100, bytesOf: (text) => text.length });
  await turn();
  return sink;
}

test('an element goes out at once, the next gather while it is in flight', async () => {
  const place = new HeldPlace();
  const writable = await opened(place);
  for (const element of ['a', 'b', 'c']) writable.write(element);
  assert.deepEqual(place.calls, [['a']]);
  await place.go();
  assert.deepEqual(place.calls, [['a'], ['b', 'c']]);
  await place.go();
  writable.write('d');
  assert.deepEqual(place.calls.at(-1), ['d']);
  await place.go();
  writable.end();
  await closed(writable);
  assert.deepEqual(place.calls.slice(3), ['end', 'close']);
});

test('when enough has gathered, the writer waits until it is written', async () => {
  const place = new HeldPlace();
  const writable = await opened(place);
  assert.deepEqual(
    ['a', 'b', 'c', 'd'].map((element) => writable.write(element)),
    [true, true, true, false],
  );
  let hasRoom = false;
  writable.once('drain', () => {
    hasRoom = true;
  });
  await place.go();
  assert.equal(hasRoom, false);
  await place.go();
  assert.equal(hasRoom, true);
  assert.deepEqual(place.calls, [['a'], ['b', 'c', 'd']]);
});

test('large elements are enough by their bytes', async () => {
  const place = new HeldPlace();
  const writable = await opened(place);
  let drains = 0;
  writable.on('drain', () => drains++);
  assert.deepEqual(
    ['a', 'b', 'c'.repeat(99)].map((element) => writable.write(element)),
    [true, true, false],
  );
  await place.go();
  assert.equal(drains, 0);
  await place.go();
  assert.equal(drains, 1);
  assert.equal(writable.write('d'), true);
  await place.go();
  assert.equal(drains, 1);
  // Full in both ways: one 'drain'.
  for (const element of ['a'.repeat(100), 'b', 'c', 'd']) assert.equal(writable.write(element), false);
  await place.go();
  await place.go();
  assert.equal(drains, 2);
});

test('a flush comes after all elements before it, and before those behind it', async () => {
  const place = new HeldPlace();
  const writable = await opened(place);
  writable.write('a');
  writable.write('b');
  const flushed = writable.flush();
  writable.write('c');
  await turn();
  assert.deepEqual(place.calls, [['a']]);
  await place.go();
  await place.go();
  assert.deepEqual(place.calls, [['a'], ['b'], 'flush']);
  await place.go();
  assert.deepEqual(place.calls, [['a'], ['b'], 'flush', ['c']]);
  await place.go();
  await flushed;
});

test('two flushes and an end never meet in the place', async () => {
  const place = new HeldPlace();
  const writable = await opened(place);
  writable.write('a');
  const all = Promise.all([writable.flush(), writable.flush(), closed(writable)]);
  writable.end();
  for (let n = 0; n < 3; n++) {
    await turn();
    await place.go();
  }
  await all;
  assert.deepEqual(place.calls, [['a'], 'flush', 'flush', 'end', 'close']);
  await writable.flush();
});

test('the first error is final: what was handed over is still given to the place, then the stream fails', async () => {
  const place = new HeldPlace();
  const writable = await opened(place);
  const gone = new Error('gone');
  const failed = once(writable, 'error').catch((error) => [error]);
  for (const element of ['a', 'b']) writable.write(element);
  const flushed = writable.flush();
  writable.write('c');
  await place.go(gone);
  assert.equal(writable.destroyed, false);
  // Each with a word more, such as where it is kept.
  await place.go(new Error('gone; b is kept'));
  const last = new Error('gone; b and c are kept');
  await Promise.all([assert.rejects(flushed, last), place.go(last)]);
  assert.deepEqual(await failed, [last]);
  await assert.rejects(writable.flush(), last);
  assert.deepEqual(place.calls, [['a'], ['b'], ['c'], 'close']);
});

test('a flush that failed is not tried again', async () => {
  const place = new HeldPlace();
  const writable = await opened(place);
  const gone = new Error('gone');
  const failed = once(writable, 'error').catch((error) => [error]);
  const flushes = [writable.flush(), writable.flush()];
  await turn();
  await Promise.all([...flushes.map((flushed) => assert.rejects(flushed, gone)), place.go(gone)]);
  assert.deepEqual(await failed, [gone]);
  assert.deepEqual(place.calls, ['flush', 'close']);
});

test('an error from outside ends the stream at once, or with the last element that was handed over', async () => {
  const gone = new Error('gone');
  const idle = new HeldPlace();
  const first = await opened(idle);
  const ended = once(first, 'error').catch((error) => [error]);
  first.fail(gone);
  assert.deepEqual(await ended, [gone]);
  const busy = new HeldPlace();
  const writable = await opened(busy);
  const failed = once(writable, 'error').catch((error) => [error]);
  for (const element of ['a', 'b']) writable.write(element);
  writable.fail(gone);
  await busy.go();
  assert.equal(writable.destroyed, false);
  await busy.go();
  assert.deepEqual(await failed, [gone]);
  assert.deepEqual(busy.calls, [['a'], ['b'], 'close']);
});

test('destroyed, with an error or without: what was handed over is written first, and nothing waits any more', async () => {
  for (const error of [undefined, new Error('elsewhere')]) {
    let released = 0;
    const place = Object.assign(new HeldPlace(), { release: () => released++ });
    const writable = await opened(place);
    const failed = new Promise((resolve) => writable.once('error', resolve).once('close', resolve));
    for (const element of ['a', 'b']) writable.write(element);
    writable.destroy(error);
    assert.ok(released > 0);
    await place.go();
    await place.go();
    assert.equal(await failed, error);
    assert.ok(writable.destroyed);
    assert.deepEqual(place.calls, [['a'], ['b'], 'close']);
  }
});

test('a place that does not open fails the stream, whatever was handed over', async () => {
  const gone = new Error('gone');
  const place = Object.assign(new HeldPlace(), { open: () => Promise.reject(gone) });
  const writable = new GatheringSink(place, { elements: 4 });
  const failed = once(writable, 'error').catch((error) => [error]);
  writable.write('a');
  await assert.rejects(writable.flush(), gone);
  assert.deepEqual(await failed, [gone]);
  assert.deepEqual(place.calls, ['close']);
});

test('whatever fails at any moment: each element that was handed over is given to the place once, in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 30 }), fc.boolean(), async (count, failAt, flushes) => {
      const given: number[] = [];
      let calls = 0;
      const writable = new GatheringSink<number>(
        {
          write: async (elements) => {
            given.push(...elements);
            await turn();
            if (++calls >= failAt) throw new Error('gone');
          },
          flush: async () => {},
          end: async () => {},
          close: async () => {},
        },
        { elements: 8 },
      );
      const gone = closed(writable);
      writable.on('error', () => {});
      let handed = 0;
      for (; handed < count && writable.writable; handed++) {
        if (flushes && handed % 5 === 4) writable.flush().catch(() => {});
        if (!writable.write(handed)) await Promise.race([once(writable, 'drain'), gone]).catch(() => {});
      }
      if (writable.writable) writable.end();
      await gone;
      assert.deepEqual(
        given,
        Array.from({ length: handed }, (_, n) => n),
      );
      assert.equal(writable.errored !== null, calls >= failAt);
    }),
    { numRuns: runs(100) },
  );
});
