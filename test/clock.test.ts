import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { sleep, systemClock } from '../lib/clock.ts';
import { FakeClock } from './support/fake-clock.ts';

test('sleep ends after its time, and leaves nothing on the signal', async () => {
  const [clock, stop] = [new FakeClock(), new AbortController()];
  let ended = false;
  const slept = sleep(clock, 1_000, stop.signal).then(() => {
    ended = true;
  });
  await clock.run(999);
  assert.equal(ended, false);
  await clock.run(1);
  await slept;
  assert.deepEqual([ended, getEventListeners(stop.signal, 'abort').length], [true, 0]);
});

test('an abort ends it with the reason of the signal, also one that came before', async () => {
  const [clock, stop] = [new FakeClock(), new AbortController()];
  const reason = new Error('stop');
  const slept = assert.rejects(sleep(clock, 1_000, stop.signal), reason);
  stop.abort(reason);
  await slept;
  await assert.rejects(sleep(clock, 1_000, stop.signal), reason);
});

test('a time that no timer of Node can have is not over at once', async () => {
  let isOver = false;
  const cancel = systemClock.timer(2 ** 40, () => {
    isOver = true;
  });
  await new Promise((done) => setTimeout(done, 20));
  cancel();
  assert.equal(isOver, false);
});
