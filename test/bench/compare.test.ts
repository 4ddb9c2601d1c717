/** What the benches make of their rounds, and how they measure a whole process. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { inRounds, ratiosTo, summaries, tableOf } from '../../bench/compare.ts';
import type { Cost } from '../../bench/cost.ts';
import { measureNode } from '../../bench/processes.ts';
import { fullAgainAfter, mostInOneSecond, unevenness } from '../../bench/rolling.ts';
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
  assert.deepEqual(tableOf(summaries(rounds), { 'vs. the floor': ratiosTo('floor', rounds) }), [
    ['', 'rows per CPU-second', 'vs. the floor', 'CPU-s per million', 'rows/s', 'peak memory'],
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

test('the most in a second, whoever is farthest from an equal share, and when all of a rate is used again', () => {
  assert.equal(mostInOneSecond([]), 0);
  assert.equal(mostInOneSecond([0, 400, 999, 1_000, 1_500]), 3);
  assert.equal(unevenness([100, 100]), 0);
  assert.equal(unevenness([75, 125, 100]), 0.25);
  // Ten a second, none for half a second, and then ten a second again.
  const times = [...Array(10).keys()].map((n) => n * 100).concat([...Array(20).keys()].map((n) => 1_500 + n * 100));
  assert.equal(fullAgainAfter(times, 1_000, 10), 400);
  assert.equal(fullAgainAfter(times, 1_000, 6), 0);
  assert.equal(fullAgainAfter(times, 1_000, 11), undefined);
  assert.equal(fullAgainAfter(times, 9_000, 1), undefined);
});
