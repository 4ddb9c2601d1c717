import assert from 'node:assert/strict';
import { setMaxListeners } from 'node:events';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Depart, RateWindow } from '../../../lib/write/request/rate-window.ts';
import { countingClock, FakeClock, turn } from '../../support/fake-clock.ts';
import { runs } from '../../support/runs.ts';

const never = new AbortController().signal;
setMaxListeners(0, never);

/** Asks for `count` departures at once and notes when they happen. */
function depart(limiter: RateWindow, count: number): number[] {
  const times: number[] = [];
  for (let i = 0; i < count; i++) void limiter.leave(never, () => {}).then((depart) => times.push(depart()));
  return times;
}

function mostInAnySecond(times: number[]): number {
  return Math.max(0, ...times.map((start) => times.filter((at) => at >= start && at < start + 1000).length));
}

test('no rolling second holds more than the rate, whenever requests come and whatever holds them up', async () => {
  const event = fc.record({
    after: fc.integer({ min: 0, max: 700 }),
    requests: fc.integer({ min: 0, max: 30 }),
    // How long each waits for its connection.
    opening: fc.constantFrom(0, 0, 1, 90, 2_500),
    hold: fc.option(fc.integer({ min: 0, max: 900 })),
  });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 25 }), fc.array(event, { maxLength: 12 }), async (rate, events) => {
      const clock = new FakeClock();
      const limiter = new RateWindow(rate, clock);
      const times: number[] = [];
      for (const { after, requests, opening, hold } of events) {
        await clock.run(after);
        for (let i = 0; i < requests; i++) {
          void limiter.leave(never, () => {}).then((depart) => clock.timer(i % 2 === 0 ? opening : 0, () => times.push(depart())));
        }
        if (hold !== null) limiter.hold(hold);
      }
      await clock.run(10_000_000);
      assert.equal(
        times.length,
        events.reduce((sum, { requests }) => sum + requests, 0),
      );
      assert.ok(mostInAnySecond(times) <= rate, `${mostInAnySecond(times)} in a second at ${rate}`);
    }),
    { numRuns: runs(300) },
  );
});

test('while requests wait, at least 97 % of the allowed ones leave', async () => {
  for (const rate of [1, 7, 20, 100]) {
    const clock = new FakeClock();
    const times = depart(new RateWindow(rate, clock), rate * 12);
    await clock.run(10_000);
    assert.ok(times.length >= rate * 10 * 0.97, `${times.length} of ${rate * 10}`);
    assert.ok(times.length <= rate * 10 + rate);
  }
});

test('half a request a second is one in two seconds', async () => {
  const clock = new FakeClock();
  const times = depart(new RateWindow(0.5, clock), 6);
  await clock.run(10_000);
  assert.equal(times.length, 5);
});

test('hold() keeps everyone in, halves the rate, and the rate recovers', async () => {
  const clock = new FakeClock();
  const limiter = new RateWindow(10, clock);
  limiter.hold(3_000);
  const times = depart(limiter, 300);
  await clock.run(2_999);
  assert.equal(times.length, 0);
  await clock.run(2_000);
  const slow = times.length;
  assert.ok(slow >= 9 && slow <= 15, `${slow} in the first two seconds`);
  await clock.run(10_000);
  const before = times.length;
  await clock.run(1_010);
  assert.ok(times.length - before >= 9, 'recovered');
});

test('several complaints about the same burst count once', async () => {
  const clock = new FakeClock();
  const limiter = new RateWindow(100, clock);
  for (let i = 0; i < 10; i++) limiter.hold(1_000);
  const times = depart(limiter, 200);
  await clock.run(2_000);
  assert.ok(times.length > 40, `${times.length}: the rate was halved once, not ten times`);
});

test('who waits is told how long, and an abort frees the place in the queue', async () => {
  const clock = new FakeClock();
  const limiter = new RateWindow(1, clock);
  (await limiter.leave(never, () => assert.fail('nothing to wait for')))();
  const waits: number[] = [];
  const abort = new AbortController();
  const waiting = limiter.leave(abort.signal, (ms) => waits.push(ms));
  const next = depart(limiter, 1);
  abort.abort(new Error('stopped'));
  await assert.rejects(waiting, /stopped/);
  await clock.run(1_010);
  await turn();
  assert.deepEqual(waits, [1_010]);
  assert.deepEqual(next, [1_010]);
});

test('where all that may leave wait for their connections, the next waits until one has left', async () => {
  const clock = new FakeClock();
  const limiter = new RateWindow(2, clock);
  const gone: Depart[] = [];
  const waits: number[] = [];
  for (let n = 0; n < 3; n++) void limiter.leave(never, (ms) => waits.push(ms)).then((depart) => gone.push(depart));
  await clock.run(5_000);
  assert.equal(gone.length, 2);
  void limiter.leave(never, (ms) => waits.push(ms));
  assert.equal(waits.at(-1), 1_010);
  assert.equal(gone[1]?.(), 5_000);
  await clock.run(1_009);
  assert.equal(gone.length, 2);
  await clock.run(1);
  assert.equal(gone.length, 3);
});

test('when nobody waits any more, no timer is left', async () => {
  const clock = countingClock(new FakeClock());
  const limiter = new RateWindow(1, clock);
  const abort = new AbortController();
  limiter.hold(300_000);
  const waiting = [1, 2, 3].map(() => limiter.leave(abort.signal, () => {}));
  assert.equal(clock.pending, 1);
  abort.abort(new Error('over'));
  for (const end of await Promise.allSettled(waiting)) assert.equal(end.status, 'rejected');
  assert.equal(clock.pending, 0);
});
