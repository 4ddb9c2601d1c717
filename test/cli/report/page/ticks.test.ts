/** The marks of axes: few, round, and up to the end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countTicks, timeTicks } from '../../../../lib/cli/report/page/ticks.ts';
import fc from '../../../support/fast-check.ts';

const labels = (ticks: readonly { label: string }[]): string => ticks.map(({ label }) => label).join(' | ');

test('counts are whole and round, times are those that people count in', () => {
  assert.equal(labels(countTicks(0)), '0 | 1');
  assert.equal(labels(countTicks(100)), '0 | 50 | 100');
  assert.equal(labels(countTicks(1_234_567)), '0 | 500K | 1M | 1.5M');
  assert.equal(labels(timeTicks(450)), '0 | 0.1 s | 0.2 s | 0.3 s | 0.4 s');
  assert.equal(labels(timeTicks(2_500)), '0 | 0.5 s | 1 s | 1.5 s | 2 s | 2.5 s');
  assert.equal(labels(timeTicks(95_000)), '0 | 30 s | 1:00 | 1:30');
  assert.equal(labels(timeTicks(3 * 3_600_000)), '0 | 30:00 | 1:00:00 | 1:30:00 | 2:00:00 | 2:30:00 | 3:00:00');
  assert.equal(labels(timeTicks(3 * 86_400_000)), '0 | 12 h | 1 d | 1 d 12 h | 2 d | 2 d 12 h | 3 d');
});

test('however much it is, there are few marks, and no two say the same', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.001, max: 1e12, noNaN: true }), (most) => {
      for (const ticks of [countTicks(most), timeTicks(most)]) {
        assert.ok(ticks.length >= 1 && ticks.length <= 8, labels(ticks));
        assert.equal(new Set(ticks.map(({ label }) => label)).size, ticks.length, labels(ticks));
      }
      assert.ok((countTicks(most).at(-1)?.at ?? 0) >= most);
    }),
  );
});
