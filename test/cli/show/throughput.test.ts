import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Counts, Throughput } from '../../../lib/cli/show/throughput.ts';

const counts = (read: number, more: Partial<Counts> = {}): Counts => ({
  ...{ read, delivered: read, rejected: 0, skipped: 0, requests: read / 100, bytesRead: read * 10, bytesTotal: 100_000 },
  ...more,
});

test('speeds are those of the last five seconds; the estimate is made of the share of bytes', () => {
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
