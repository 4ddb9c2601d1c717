/** Buckets: bounded, and nothing is lost when they merge. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TimeBuckets } from '../../../lib/cli/report/time-buckets.ts';
import fc from '../../support/fast-check.ts';

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

test('however long a run is, buckets stay few, sums stay what they are, and each value is in the bucket of its time', () => {
  const value = fc.record({ at: fc.double({ min: -10, max: 300_000_000, noNaN: true }), n: fc.nat(1_000) });
  fc.assert(
    fc.property(fc.array(value, { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (values, max) => {
      const buckets = new TimeBuckets({ sum: 'sum', most: 'most' }, max);
      for (const { at, n } of values) {
        buckets.add('sum', at, n);
        buckets.add('most', at, n);
      }
      const { series, widthMs } = buckets;
      assert.ok(series.sum.length <= max && series.sum.length === series.most.length);
      const bucketOf = (at: number): number => Math.floor(Math.max(0, at) / widthMs);
      const within = series.sum.map((_, index) => values.filter(({ at }) => bucketOf(at) === index).map(({ n }) => n));
      assert.deepEqual(series.sum, within.map(total));
      assert.deepEqual(
        series.most,
        within.map((some) => Math.max(0, ...some)),
      );
    }),
  );
});

test('a run of three days has at most 600 points, one of no time has one', () => {
  const buckets = new TimeBuckets({ rows: 'sum' });
  assert.deepEqual(buckets.series.rows, [0]);
  for (let hour = 0; hour <= 72; hour++) buckets.add('rows', hour * 3_600_000, 1);
  assert.ok(buckets.series.rows.length <= 600 && buckets.series.rows.length > 300);
  assert.equal(total(buckets.series.rows), 73);
});
