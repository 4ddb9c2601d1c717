import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Permit, RateWindow } from '../../../lib/write/request/rate-window.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import fc from '../../support/fast-check.ts';
import { mostInAnySecond } from '../../support/most-in-any-second.ts';
import { runs } from '../../support/runs.ts';

const nothing = (): void => {};

test('no rolling second holds more than the rate, whenever permits are asked for, used and given back', async () => {
  const event = fc.record({
    after: fc.integer({ min: 0, max: 700 }),
    requests: fc.integer({ min: 0, max: 30 }),
    // How long each waits for its connection.
    opening: fc.constantFrom(0, 0, 1, 90, 2_500),
    isGivenBack: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 25 }), fc.array(event, { maxLength: 12 }), async (rate, events) => {
      const clock = new FakeClock();
      const window = new RateWindow(rate, clock);
      const times: number[] = [];
      const waiting: ((permit: Permit) => void)[] = [];
      // As greedy as can be: whoever waits goes as soon as the window is open.
      const pump = (): void => {
        while (waiting.length > 0 && window.opensAt() <= clock.now()) waiting.shift()?.(window.permit(pump));
        if (waiting.length > 0 && window.opensAt() < Number.POSITIVE_INFINITY) clock.timer(window.opensAt() - clock.now(), pump);
      };
      let asked = 0;
      for (const { after, requests, opening, isGivenBack } of events) {
        await clock.run(after);
        for (let i = 0; i < requests; i++) {
          const isSent = !isGivenBack || i % 3 > 0;
          if (isSent) asked++;
          waiting.push((permit) => clock.timer(i % 2 === 0 ? opening : 0, () => (isSent ? times.push(permit.sent()) : permit.release())));
        }
        pump();
      }
      await clock.run(1_000_000);
      assert.equal(times.length, asked);
      assert.ok(mostInAnySecond(times) <= rate, `${mostInAnySecond(times)} in a second at ${rate}`);
    }),
    { numRuns: runs(100) },
  );
});

test('half a request a second is one in two seconds', () => {
  const clock = new FakeClock();
  const window = new RateWindow(0.5, clock);
  assert.equal(window.permit(nothing).sent(), 0);
  assert.equal(window.opensAt(), 2_020);
});

test('requests that left before count too', () => {
  const window = new RateWindow(2, new FakeClock(), [-3_000, -400, -300]);
  assert.deepEqual([window.opensAt(), new RateWindow(2, new FakeClock(), [-300]).opensAt()], [610, Number.NEGATIVE_INFINITY]);
});

test('while all that may leave wait for their connections, it is closed; one that leaves or comes back opens it', async () => {
  const clock = new FakeClock();
  const window = new RateWindow(2, clock);
  let used = 0;
  const [first, second] = [window.permit(() => used++), window.permit(() => used++)];
  assert.equal(window.opensAt(), Number.POSITIVE_INFINITY);
  await clock.run(5_000);
  assert.equal(second.sent(), 5_000);
  assert.equal(window.opensAt(), 6_010);
  await clock.run(10);
  first.release();
  first.release();
  assert.ok(window.opensAt() <= clock.now(), 'the place that was not used is free at once');
  assert.equal(used, 2);
  second.release();
  assert.equal(used, 2, 'what was sent does not come back');
});
