import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { drained } from '../../lib/stream/drain.ts';

/** A full stream, and what ends the wait. */
function full(): { writable: Writable; taken: () => void } {
  let taken = (): void => {};
  const writable = new Writable({
    objectMode: true,
    highWaterMark: 1,
    write: (_element, _encoding, callback) => {
      taken = callback;
    },
  });
  writable.on('error', () => {});
  assert.equal(writable.write(1), false);
  return { writable, taken: () => taken() };
}

const listeners = (writable: Writable): number[] => ['drain', 'finish', 'close'].map((event) => writable.listenerCount(event));

test('the wait ends when the stream takes more, or has finished, and leaves no listeners', async () => {
  for (const ends of [false, true]) {
    const { writable, taken } = full();
    const before = listeners(writable);
    const wait = drained(writable);
    if (ends) writable.end();
    taken();
    await wait;
    assert.deepEqual(listeners(writable), before);
    if (ends) await drained(writable);
  }
});

test('a stream that is gone, now or before, ends the wait with its error', async () => {
  const gone = new Error('gone');
  for (const [error, expected] of [
    [gone, gone],
    [undefined, { code: 'ERR_STREAM_PREMATURE_CLOSE' }],
  ] as const) {
    const { writable } = full();
    const wait = drained(writable);
    writable.destroy(error);
    await assert.rejects(wait, expected);
    await assert.rejects(drained(writable), expected);
  }
});
