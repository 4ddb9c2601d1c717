/** The most requests in any rolling second, against all seconds counted one by one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Departures } from '../../../lib/cli/report/departures.ts';
import fc from '../../support/fast-check.ts';
import { mostInAnySecond } from '../../support/most-in-any-second.ts';

function mostOf(times: readonly number[]): number {
  const departures = new Departures();
  let most = 0;
  for (const at of times) {
    departures.add(at, (_, requests) => {
      most = Math.max(most, requests);
    });
  }
  return most;
}

test('the most is that of all rolling seconds, also if departures are heard of late', () => {
  const gaps = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 1_500 })), { maxLength: 120 });
  fc.assert(
    fc.property(gaps, fc.array(fc.nat(5), { maxLength: 120 }), (between, late) => {
      let now = 0;
      const times = between.map((gap) => {
        now += gap;
        return now;
      });
      assert.equal(mostOf(times), mostInAnySecond(times));
      // Some change places with the next one.
      const mixed = [...times];
      for (const [index, by] of late.entries()) {
        const [one, other] = [mixed[index], mixed[index + 1]];
        if (by === 0 && one !== undefined && other !== undefined && other - one < 900) [mixed[index], mixed[index + 1]] = [other, one];
      }
      const isNear = mixed.every((at, index) => at > Math.max(0, ...mixed.slice(0, index)) - 1_000);
      if (isNear) assert.equal(mostOf(mixed), mostInAnySecond(times));
    }),
  );
});

test('each second is reported with its end, and a long run is not remembered', () => {
  const departures = new Departures();
  const seen: number[] = [];
  for (let n = 0; n < 20_000; n++) departures.add(n * 10, (_, requests) => seen.push(requests));
  assert.equal(seen.length, 20_000);
  assert.deepEqual([seen[0], seen[50], seen[99], seen[100], seen[19_999]], [1, 51, 100, 100, 100]);
});
