/** What the benches make of their rounds, and how they measure a whole process. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { inRounds, ratiosTo, summaries, tableOf } from '../../bench/compare.ts';
import type { Cost } from '../../bench/cost.ts';
import { measureNode } from '../../bench/processes.ts';
import { folder } from '../support/folder.ts';

function cost(cpuSeconds: number): Cost {
  return { rows: 1_000, cpuSeconds, wallSeconds: cpuSeconds / 2, peakRssBytes: 5e6 };
}

test('a ratio is records per CPU-second over those of the reference, taken round by round', () => {
  const rounds = [
    { floor: cost(8), ours: cost(4) },
    { floor: cost(1), ours: cost(2) },
    { floor: cost(9), ours: cost(3) },
  ];
  assert.deepEqual(ratiosTo('floor', rounds), { floor: 1, ours: 2 });
  const parts = rounds.map(({ floor, ours }) => ({ floor: { ...floor, files: [ours] }, ours: { ...ours, files: [floor] } }));
  assert.deepEqual(
    ratiosTo('floor', parts, ({ files }) => files[0] as Cost),
    { floor: 1, ours: 0.5 },
  );
  assert.deepEqual(tableOf(summaries(rounds), { 'of the floor': ratiosTo('floor', rounds) }), [
    ['', 'records per CPU-second', 'of the floor', 'CPU-s per million', 'rows/s', 'peak memory'],
    ['floor', '125', '1.00', '8,000.0', '250', '5 MB'],
    ['ours', '333', '2.00', '3,000.0', '667', '5 MB'],
  ]);
});

test('contenders take turns', async () => {
  const seen: string[] = [];
  const rounds = await inRounds({ bench: 'x', rounds: 2, log: () => {} }, ['a', 'b'], async (name) => {
    seen.push(name);
    return cost(seen.length);
  });
  assert.deepEqual(seen, ['a', 'b', 'a', 'b']);
  assert.deepEqual([rounds[0]?.b.cpuSeconds, rounds[1]?.a.cpuSeconds], [2, 3]);
});

test('a whole process is measured from its start, and has to succeed', async (t) => {
  const work = 'while (process.cpuUsage().user < 300_000);';
  const { cpuSeconds, peakRssBytes } = await measureNode(['-e', work]);
  assert.ok(cpuSeconds >= 0.3 && cpuSeconds < 10, `${cpuSeconds}`);
  assert.ok(peakRssBytes > 10e6 && peakRssBytes < 1e9, `${peakRssBytes}`);
  // Its own complaint goes to standard error, which is not what is tested.
  await assert.rejects(measureNode([join(await folder(t), 'nothing.js')]), /nothing\.js ended with status 1/);
});
