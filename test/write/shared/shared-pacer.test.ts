/** The rate that several processes share, in time that the test runs: whatever happens to Redis, never more than the rate leaves. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSlotAnswer, type SlotAnswer } from '../../../lib/write/shared/slot-script.ts';
import { standingTimes } from '../../../lib/write/shared/standing.ts';
import fc from '../../support/fast-check.ts';
import { machine } from '../../support/machine-time.ts';
import { mostInAnySecond } from '../../support/most-in-any-second.ts';
import { isLong } from '../../support/runs.ts';
import { type Chance, FakeProcess, FakeRedis } from '../../support/shared-rate/fake-redis.ts';
import { SlotModel } from '../../support/shared-rate/slot-model.ts';

function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test('no rolling second holds more than the rate, whatever happens to Redis, and nobody is stuck', async (t) => {
  const { run } = machine(t);
  const trouble = fc.record({
    afterMs: fc.integer({ min: 0, max: 3_000 }),
    kind: fc.constantFrom('hang', 'empty', 'stored', 'pause', 'join', 'leave', 'kill', 'busy', 'far', 'back' as const),
    ms: fc.constantFrom(30, 300, 900, 1_800, 2_600, 4_000),
  });
  const world = fc.tuple(fc.integer(), fc.constantFrom(0.5, 3, 7, 10, 40), fc.array(trouble, { minLength: 1, maxLength: 6 }));
  await fc.assert(
    fc.asyncProperty(world, async ([seed, rate, troubles]) => {
      const chance = chanceOf(seed);
      const redis = new FakeRedis(chance);
      redis.lostPercent = 1;
      const times: number[] = [];
      const sent = (at: number): void => void times.push(at);
      const processes: FakeProcess[] = [];
      const join = async (): Promise<void> => {
        const started = FakeProcess.start(redis, rate, sent, chance);
        await run(600, 5);
        processes.push(await started);
      };
      for (let n = 0; n < 3; n++) await join();
      for (const { afterMs, kind, ms } of troubles) {
        await run(afterMs, 5);
        redis.store();
        // Of less than one request a second each may send one.
        if (rate < 7 && (kind === 'empty' || kind === 'stored' || (kind === 'hang' && ms > 1_000))) continue;
        if (kind === 'hang') redis.hang();
        else if (kind === 'empty' || kind === 'stored') redis.die();
        else if (kind === 'pause') processes.at(-1)?.pacer.pause(ms);
        else if (kind === 'join' && processes.length < 6) await join();
        else if ((kind === 'leave' || kind === 'kill') && processes.length > 1) await processes.pop()?.stop(kind);
        else if (kind === 'far') redis.wayMs = ms < 1_000 ? ms / 5 : 2;
        else if (kind === 'back') redis.step(-ms * 100);
        await run(ms, kind === 'busy' ? 40 : 5);
        if (kind === 'hang') redis.thaw();
        else if (kind === 'empty' || kind === 'stored') redis.start(kind);
      }
      redis.wayMs = 2;
      const before = times.length;
      await run(12_000 * Math.max(1, 1 / rate), 5);
      for (const process of processes) await process.stop('leave');
      const seconds = Math.max(1, 1 / rate);
      const worst = mostInAnySecond(times.map((at) => at / seconds));
      assert.ok(worst <= Math.max(1, rate), `${worst} in a second at ${rate}`);
      assert.ok(times.length > before, 'stuck');
    }),
    { numRuns: isLong ? 300 : 8 },
  );
});

test('who shares a slow rate does not hold up a faster one for longer than a window, when it has left', () => {
  const redis = new SlotModel();
  const times = standingTimes(100);
  const ask = (seconds: number, requestsPerSecond: number): SlotAnswer => {
    const question = { id: 'a', wanted: 1, requestsPerSecond, lateMs: 20, isFresh: false, isOwn: false, pauseMs: undefined };
    return readSlotAnswer(redis.ask(seconds * 1e6, question, times));
  };
  ask(1_000, 0.001);
  assert.equal(ask(1_010, 0.001).slots, 1);
  const { slots, againMs } = ask(1_021, 100);
  assert.equal(slots, 0);
  assert.ok(againMs < 2_000, `${againMs}`);
});
