/** docs/performance.md says what was measured, and the README promises no more than that. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { chartOf } from '../../bench/page/chart.ts';
import { chartOfPage, pageOf, promisesOf } from '../../bench/page/page.ts';
import { chartOfRate, type Rolling } from '../../bench/page/rate-chart.ts';
import { type Result, readResults } from '../../bench/page/results.ts';
import { chartOfScale } from '../../bench/page/scale.ts';
import { measuredOf, promisedOf, TARGETS, type Target } from '../../bench/page/targets.ts';

function result(figures: Record<string, unknown>, date = '2026-11-27'): Result {
  const table = [
    ['', 'rows/s'],
    ['pipeline', '123,456'],
  ];
  const peers = { 'csv-parse': '7.0.3' };
  return { title: 'A bench: 10 rows', table, figures, date, node: 'v22.1.0', cpu: 'A processor', cores: 2, peers };
}

function target(bench: string): Target {
  return TARGETS.find((candidate) => candidate.bench === bench) as Target;
}

test('the page and its chart are those that the results give (npm run bench -- --write makes them)', () => {
  const results = readResults();
  assert.equal(readFileSync('docs/performance.md', 'utf8'), pageOf(results));
  assert.equal(readFileSync('docs/performance.svg', 'utf8'), chartOfPage(results));
});

test('the chart of docs/guarantees.md is the one that the results give, and stays below the limit', () => {
  const { rate } = readResults();
  assert.ok(rate);
  const { requestsPerSecond, leavingInEachSecond } = rate.figures as unknown as Rolling;
  assert.ok(leavingInEachSecond.length > 200 && Math.max(...leavingInEachSecond) <= requestsPerSecond);
  assert.equal(readFileSync('docs/rate.svg', 'utf8'), chartOfRate(readResults()));
});

test('the chart of docs/scale.md is the one that the results give', () => {
  assert.equal(readFileSync('docs/scale.svg', 'utf8'), chartOfScale(readResults()));
});

test('every target belongs to a bench that there is', () => {
  for (const { bench } of TARGETS) assert.ok(readdirSync('bench').includes(`${bench}.ts`), bench);
});

test('the page has what was measured, whether that is enough, and where and when it was', () => {
  const page = pageOf({ csv: result({ pipelineToLoop: 1.714 }), startup: result({ peopleToNode: 3.9 }, '2026-11-28') });
  assert.match(page, /^\| CSV of people, against a loop around csv-parse \| 1\.71 \| at least 1\.50 \| 2\.00 \| met, below the goal \|$/m);
  assert.match(page, /against running `node -e 0` \| 3\.90 \| at most 3\.75 \| 2\.50 \| missed \|$/m);
  assert.match(page, /^\| NDJSON, people only.* \| – \| at least 2\.20 \| 3\.00 \| not measured \|$/m);
  assert.match(page, /^\| machine \| A processor, 2 cores \|$/m);
  assert.match(page, /^\| date \| 2026-11-27; 2026-11-28 \|$/m);
  assert.match(page, /## A bench: 10 rows\n\n\| \| rows\/s \|\n\|---\|---\|\n\| pipeline \| 123,456 \|\n/);
});

test('what is promised is the bar, or less if less was measured', () => {
  const [csv, startup, memory] = [target('csv'), target('startup'), target('memory')];
  const memoryOf = (peakMegabytes: number): Result => result({ large: { peakMegabytes }, ratio: 1 });
  assert.equal(promisedOf(csv, {}), 1.5);
  assert.equal(promisedOf(csv, { csv: result({ pipelineToLoop: 1.8 }) }), 1.5);
  assert.equal(promisedOf(csv, { csv: result({ pipelineToLoop: 1.39 }) }), 1.3);
  assert.equal(promisedOf(startup, { startup: result({ peopleToNode: 4.01 }) }), 4.1);
  assert.equal(promisedOf(startup, { startup: result({ peopleToNode: 2 }) }), 3.75);
  assert.equal(promisedOf(memory, { memory: memoryOf(181.2) }), 190);
  assert.equal(promisedOf(memory, { memory: memoryOf(140) }), 170);
  assert.match(
    promisesOf({ csv: result({ pipelineToLoop: 1.39 }) }),
    /csv-parse \| at least 1\.30 \| 1\.39 \| `npm run bench -- csv` \|$/m,
  );
  assert.equal(promisesOf({ csv: result({ pipelineToLoop: 1.39 }) }).split('\n').length, 3, 'what was not measured is not promised');
});

test('results without the figure that the page needs are an error', () => {
  assert.throws(() => measuredOf(target('csv'), { csv: result({ pipelineToFloor: 1 }) }), /csv have no number pipelineToLoop/);
});

test('the chart: bars as long as their values, marks in their places, text escaped', () => {
  const bars = [
    { label: 'a & b', against: '<c>', value: 2, mark: 1 },
    { label: 'd', against: 'e', value: 1, mark: 2 },
    { label: 'f', against: 'g', value: undefined, mark: 1 },
  ];
  const svg = chartOf({ title: 'Title' }, bars);
  assert.deepEqual(svg.match(/>(a &amp; b|&lt;c>)</g)?.length, 2);
  const [first = 0, second = 0, none = 0] = [...svg.matchAll(/class="bar".* width="(\d+)"/g)].map(([, width]) => Number(width));
  assert.ok(Math.abs(first - 2 * second) <= 1 && second > 0, `${first}, ${second}`);
  assert.equal(none, 0);
  const lefts = [...svg.matchAll(/class="bar" x="(\d+)"/g)].map(([, x]) => Number(x));
  const marks = [...svg.matchAll(/class="mark" x1="(\d+)"/g)].slice(1).map(([, x]) => Number(x));
  assert.deepEqual(
    marks,
    [second, first, second].map((width, index) => (lefts[index] ?? 0) + width),
  );
  assert.match(svg, />not measured</);
});
