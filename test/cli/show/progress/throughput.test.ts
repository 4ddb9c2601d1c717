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
  assert.deepEqual([all.settledShare, all.readShare, all.percent, all.etaSeconds, all.inFlight], [0.25, 1, 25, 38, 750]);
  assert.equal(all.recordsPerSecond, 50);
  const odd = throughput.take(counts(10, { delivered: 20, bytesRead: 200_000 }), 6_000);
  assert.deepEqual([odd.settledShare, odd.readShare, odd.inFlight], [1, 1, 0]);
});

test('the time left is estimated from what is delivered: from 1 % on, or after a minute', () => {
  const eta = (more: Partial<Counts>, seconds: number): number | undefined =>
    new Throughput(0).take(counts(40_000, { delivered: 0, bytesRead: 100_000, ...more }), seconds * 1_000).etaSeconds;
  // All is read, and the API takes nothing: what is rejected or skipped says nothing of the rest.
  assert.equal(eta({ rejected: 30 }, 3), undefined);
  assert.equal(eta({ rejected: 4_000, skipped: 20_000 }, 100), undefined);
  assert.equal(eta({ rejected: 20_000, delivered: 10_000 }, 10), 10);
  assert.equal(eta({ delivered: 399 }, 59), undefined);
  assert.equal(eta({ delivered: 399 }, 60), 5_955);
  assert.equal(eta({ delivered: 400 }, 2), 198);
  assert.equal(eta({ delivered: 400 }, 1), undefined);
  // Nothing has to be delivered: reading is all the work.
  assert.equal(eta({ rejected: 40_000, bytesRead: 25_000 }, 4), 12);
});
