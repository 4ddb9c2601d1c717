/** bottleneck asks the machine for the time: here the machine's own clock is the fake, and the window runs on it too. */
import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setMaxListeners } from 'node:events';
import { test } from 'node:test';
import { sleep, systemClock } from '../../../lib/clock.ts';
import { Pacer } from '../../../lib/write/request/pacer.ts';
import type { Permit } from '../../../lib/write/request/rate-window.ts';
import { countingClock } from '../../support/fake-clock.ts';
import fc from '../../support/fast-check.ts';
import { machine } from '../../support/machine-time.ts';
import { mostInAnySecond } from '../../support/most-in-any-second.ts';
import { runs } from '../../support/runs.ts';

const never = new AbortController().signal;
setMaxListeners(0, never);

/** Ten lanes send `count` requests together, each one after the other; notes when they leave. A reply takes `replyMs`. */
function send(pacer: Pacer, count: number, replyMs = 0): number[] {
  const times: number[] = [];
  let left = count;
  const lane = async (): Promise<void> => {
    while (left-- > 0) {
      times.push((await pacer.acquire(never)).sent());
      if (replyMs > 0) await sleep(systemClock, replyMs);
    }
  };
  for (let n = 0; n < 10; n++) void lane();
  return times;
}

test('while requests wait, at least 97 % of the allowed ones leave, evenly, and never more', async (t) => {
  const { clock, run } = machine(t);
  for (const rate of [1, 7, 100, 1_000]) {
    const pacer = await Pacer.open(rate, clock);
    const times = send(pacer, rate * 12);
    await run(5_000);
    assert.ok(times.length >= rate * 5 * 0.97, `${times.length} of ${rate * 5}`);
    assert.ok(mostInAnySecond(times) <= rate);
    // Half a second holds no more than its share, but for what may leave at once.
    const early = times.filter((at) => at < (times[0] ?? 0) + 500).length;
    assert.ok(early <= rate / 2 + Math.max(2, rate / 50), `${early} in the first half second at ${rate}`);
    pacer.stop();
  }
});

test('an event loop that stalls costs nothing, and the limit holds', async (t) => {
  const { clock, run } = machine(t);
  for (const replyMs of [0, 40]) {
    const pacer = await Pacer.open(100, clock);
    const times = send(pacer, 2_000, replyMs);
    for (let n = 0; n < 25; n++) {
      await run(140);
      await run(60, 60);
    }
    pacer.stop();
    assert.equal(mostInAnySecond(times), 100);
    assert.ok(times.length >= 485, `${times.length} of 500`);
  }
});

test('no rolling second holds more than the rate, whenever requests come and whatever holds them up', async (t) => {
  const { clock, run } = machine(t);
  const event = fc.record({
    after: fc.integer({ min: 0, max: 500 }),
    stepMs: fc.constantFrom(1, 1, 30, 200),
    requests: fc.integer({ min: 0, max: 30 }),
    opening: fc.constantFrom(0, 0, 1, 90),
    pauseMs: fc.option(fc.integer({ min: 0, max: 300 })),
  });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 5, max: 400 }), fc.array(event, { maxLength: 8 }), async (rate, events) => {
      const pacer = await Pacer.open(rate, clock);
      const times: number[] = [];
      let asked = 0;
      for (const { after, stepMs, requests, opening, pauseMs } of events) {
        await run(after, stepMs);
        if (pauseMs !== null) pacer.pause(pauseMs);
        for (let i = 0; i < requests; i++) {
          const isSent = i % 5 < 4;
          if (isSent) asked++;
          const use = (permit: Permit) =>
            clock.timer(i % 2 === 0 ? opening : 0, () => (isSent ? times.push(permit.sent()) : permit.release()));
          void pacer.acquire(never).then(use);
        }
      }
      for (let n = 0; n < 200 && times.length < asked; n++) await run(1_000, 10);
      pacer.stop();
      assert.equal(times.length, asked);
      assert.ok(mostInAnySecond(times) <= rate, `${mostInAnySecond(times)} in a second at ${rate}`);
    }),
    { numRuns: runs(20) },
  );
});

test('pause() keeps everyone in, halves the rate, and the rate recovers', async (t) => {
  const { clock, run } = machine(t);
  const pacer = await Pacer.open(10, clock);
  pacer.pause(3_000);
  const times = send(pacer, 300);
  await run(2_999);
  assert.equal(times.length, 0);
  await run(2_000);
  const slow = times.length;
  assert.ok(slow >= 9 && slow <= 15, `${slow} in the first two seconds`);
  await run(10_000);
  const before = times.length;
  await run(1_010);
  assert.ok(times.length - before >= 9, 'recovered');
  pacer.stop();
});

test('turns from before a pause are void: behind it nobody leaves in a burst', async (t) => {
  const { clock, run } = machine(t);
  for (const idleMs of [0, 500]) {
    const pacer = await Pacer.open(100, clock);
    await run(idleMs);
    // With none idle, ten wait, and their turns are on their way.
    const early = idleMs === 0 ? send(pacer, 300) : undefined;
    await run(30);
    pacer.pause(250);
    const sent = early ?? send(pacer, 300);
    const before = sent.length;
    await run(350);
    assert.ok(sent.length - before <= 8, `${sent.length - before} in a tenth of a second at half of 100`);
    pacer.stop();
  }
});

test('several complaints about the same burst count once', async (t) => {
  const { clock, run } = machine(t);
  const pacer = await Pacer.open(100, clock);
  for (let i = 0; i < 10; i++) pacer.pause(1_000);
  const times = send(pacer, 200);
  await run(2_000);
  assert.ok(times.length > 40, `${times.length}: the rate was halved once, not ten times`);
  assert.ok(times.length < 80, `${times.length}: it was halved, and what was asked for before did not leave at once`);
  pacer.stop();
});

test('who comes to an idle pacer leaves at once; who waits is published; an abort frees the place in the queue', async (t) => {
  const { clock, run } = machine(t);
  const waits: number[] = [];
  const onWait = (message: unknown): void => void waits.push((message as { ms: number }).ms);
  subscribe('customerio-streams:wait', onWait);
  t.after(() => unsubscribe('customerio-streams:wait', onWait));
  const pacer = await Pacer.open(1, clock);
  await run(20);
  const started = clock.now();
  (await pacer.acquire(never)).sent();
  assert.deepEqual([clock.now(), waits], [started, []]);
  const abort = new AbortController();
  const waiting = pacer.acquire(abort.signal);
  const next = send(pacer, 1);
  abort.abort(new Error('stopped'));
  await assert.rejects(waiting, /stopped/);
  await run(1_020);
  assert.deepEqual(waits, [1_010, 1_010]);
  assert.deepEqual(next, [started + 1_010]);
  await assert.rejects(pacer.acquire(abort.signal), /stopped/);
  pacer.stop();
});

test('a wait says whether the limit, the API, or only the spacing holds the request back', async (t) => {
  const { clock, run } = machine(t);
  const waits: string[] = [];
  const onWait = (message: unknown): void => void waits.push((message as { why: string }).why);
  subscribe('customerio-streams:wait', onWait);
  t.after(() => unsubscribe('customerio-streams:wait', onWait));
  const pacer = await Pacer.open(5, clock);
  // All at once: five may leave in this second, however they are spaced, and the other five may not.
  const times = send(pacer, 10);
  assert.deepEqual(waits.splice(0), [...Array(5).fill('spacing'), ...Array(5).fill('rate')]);
  await run(5_000);
  assert.equal(times.length, 10);
  pacer.pause(500);
  send(pacer, 1);
  await run(600);
  send(pacer, 3);
  assert.deepEqual(new Set(waits.splice(0)), new Set(['asked']));
  await run(20_000);
  waits.length = 0;
  for (let n = 0; n < 30; n++) {
    (await pacer.acquire(never)).sent();
    await run(300);
  }
  assert.deepEqual(waits, [], 'far below the limit');
  pacer.stop();
});

test('a permit that is given back costs nobody a place', async (t) => {
  const { clock, run } = machine(t);
  const pacer = await Pacer.open(10, clock);
  await run(20);
  for (let n = 0; n < 5; n++) {
    const given = pacer.acquire(never);
    await run(120);
    (await given).release();
  }
  const times = send(pacer, 20);
  await run(1_020);
  assert.ok(times.length >= 10, `${times.length} of 10`);
  pacer.stop();
});

test('a pacer that is stopped leaves no timer, neither its own nor those of bottleneck', async (t) => {
  const { clock, run, timers } = machine(t);
  for (const hold of [() => {}, (pacer: Pacer) => pacer.pause(300_000)]) {
    const counting = countingClock(clock);
    const pacer = await Pacer.open(0.1, counting);
    hold(pacer);
    const abort = new AbortController();
    const waiting = [1, 2, 3].map(() => pacer.acquire(abort.signal));
    const outcomes = Promise.allSettled(waiting);
    await run(50);
    abort.abort(new Error('over'));
    pacer.stop();
    await run(5);
    assert.deepEqual([counting.pending, timers.pending], [0, 0]);
    assert.ok((await outcomes).some(({ status }) => status === 'rejected'));
  }
});

test('a pacer that is stopped gives no more permits, even if a place becomes free', async (t) => {
  const { clock, run } = machine(t);
  const pacer = await Pacer.open(1, clock);
  await run(2_000);
  const held = await pacer.acquire(never);
  let isGiven = false;
  void pacer.acquire(never).then(() => {
    isGiven = true;
  });
  // Its turn comes, but the one permit of the second is held.
  await run(2_000);
  pacer.stop();
  held.release();
  await run(2_000);
  assert.equal(isGiven, false);
});
