import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Counts, Throughput } from '../../../../lib/cli/show/progress/throughput.ts';

const counts = (read: number, more: Partial<Counts> = {}): Counts => ({
  ...{ read, delivered: read, rejected: 0, skipped: 0, requests: read / 100, bytesRead: read * 10, bytesTotal: 100_000 },
  ...more,
});

test('speeds are those of the last five seconds; the estimate is made of the share of bytes that are settled', () => {
  const throughput = new Throughput(0);
  assert.equal(throughput.take(counts(0), 0).etaSeconds, undefined);
  assert.equal(throughput.take(counts(1_000), 1_000).recordsPerSecond, 1_000);
  for (let second = 2; second <= 10; second++) throughput.take(counts(1_000 * second), second * 1_000);
  // From here on it stands still.
  for (let second = 11; second <= 16; second++) throughput.take(counts(10_000, { bytesRead: 50_000 }), second * 1_000);
  const late = throughput.take(counts(10_000, { bytesRead: 50_000 }), 17_000);
  assert.deepEqual([late.recordsPerSecond, late.requestsPerSecond, late.percent, late.etaSeconds], [0, 0, 50, 17]);
  assert.equal(throughput.take(counts(10_000, { bytesTotal: undefined }), 18_000).etaSeconds, undefined);
});

test('what is read and not settled does not count as done', () => {
  const throughput = new Throughput(0);
  const all = throughput.take(counts(1_000, { delivered: 100, rejected: 100, skipped: 50, bytesRead: 100_000 }), 5_000);
  assert.deepEqual([all.settledShare, all.readShare, all.percent, all.etaSeconds, all.inFlight], [0.25, 1, 25, 15, 750]);
  assert.equal(all.recordsPerSecond, 50);
  const odd = throughput.take(counts(10, { delivered: 20, bytesRead: 200_000 }), 6_000);
  assert.deepEqual([odd.settledShare, odd.readShare, odd.inFlight], [1, 1, 0]);
});

test('while only rejected rows are settled, nothing is estimated: they say nothing of those in flight', () => {
  const throughput = new Throughput(0);
  const eta = (read: number, delivered: number, rejected: number, skipped = 0): number | undefined =>
    throughput.take(counts(read, { delivered, rejected, skipped, bytesRead: 50_000 }), 5_000).etaSeconds;
  assert.deepEqual([eta(1_000, 0, 10), eta(1_000, 0, 990)], [undefined, undefined]);
  assert.deepEqual([eta(1_000, 490, 10), eta(1_000, 0, 10, 490), eta(1_000, 0, 1_000)], [15, 15, 5]);
});
