/** docs/performance.md and its chart, and the table of the README: made of the results alone. */
import type { Report } from '../report.ts';
import { chartOf } from './chart.ts';
import type { Result, Results } from './results.ts';
import { measuredOf, promisedOf, reaches, sayIn, TARGETS, type Target } from './targets.ts';

const HEAD = `# Speed

Made by \`npm run bench -- --write\`; the figures are in \`bench/results/\`. Absolute figures belong to the machine, so what counts is
a ratio: both sides take the same rows to the same local server, which answers at once, in turns, each run in a fresh process.
The median of the rounds is shown.`;

const READING = `Ratios of throughput are records per CPU-second: 2 is the same work for half of the CPU. Asked for is the least that the project
set itself, aimed at is what it would like; where a measurement falls short of either, it says so here. The README promises what is
asked for, or, if that was not reached, what was measured.`;

const PEERS = `## What stands on the other side

None of these checks a row, keeps the order per person, or knows afterwards what became of a row; and of them only the official
client tries again.

| | |
|---|---|
| floor, a hand-written loop | split, \`JSON.parse\`, map, \`JSON.stringify\`, batch, post: \`bench/floor.ts\` |
| tuned floor | the same after hours with a profiler: \`bench/tuned-floor.ts\` |
| plain streams | object-mode streams, the rows parsed by hand or by the package ndjson: \`bench/plain-streams.ts\` |
| loop around csv-parse | the rows of csv-parse with \`columns: true\`, mapped and posted in one loop: \`bench/csv-parse-loop.ts\` |
| script with customerio-node | the official client's \`batch()\`, full batches by the length of each operation as JSON, some in flight: \`bench/official-client.ts\` |
| the same, tuned | the lengths are estimated by those of the lines, so that no operation is stringified twice |`;

/** The page. */
export function pageOf({ comparison: _elsewhere, ...results }: Results): string {
  const sections = Object.values(results).map((result) => `## ${(result as Result).title}\n\n${markdown((result as Result).table)}`);
  const parts = [HEAD, `![the ratios as bars](performance.svg)`, targets(results), READING, where(results), PEERS, ...sections];
  return `${parts.join('\n\n')}\n`;
}

/** The chart of the page: all that has a peer. */
export function chartOfPage(results: Results): string {
  const compared = TARGETS.filter(({ bound, against }) => bound === 'at least' && against !== undefined);
  const plain = (text = ''): string => text.replaceAll('`', '');
  return chartOf(
    { title: 'Records per CPU-second, as a multiple of what the other side does' },
    compared.map((target) => ({
      label: plain(target.what),
      against: `against ${plain(target.against)}`,
      value: measuredOf(target, results),
      mark: target.bar,
    })),
  );
}

/** The table of the README: what is promised, and what was measured. What was not is not promised. */
export function promisesOf(results: Results): string {
  return markdown([
    ['speed and memory', 'promised', 'measured', 'shown by'],
    ...TARGETS.filter((target) => measuredOf(target, results) !== undefined).map((target) => [
      nameOf(target),
      `${target.bound} ${sayIn(target.unit, promisedOf(target, results))}`,
      sayIn(target.unit, measuredOf(target, results)),
      `\`npm run bench -- ${target.bench}\``,
    ]),
  ]);
}

function targets(results: Results): string {
  return markdown([
    ['', 'measured', 'asked for', 'aimed at', ''],
    ...TARGETS.map((target) => {
      const { bound, unit, bar, goal } = target;
      return [
        nameOf(target),
        sayIn(unit, measuredOf(target, results)),
        `${bound} ${sayIn(unit, bar)}`,
        sayIn(unit, goal),
        verdict(target, results),
      ];
    }),
  ]);
}

function nameOf({ what, against }: Target): string {
  return against === undefined ? what : `${what}, against ${against}`;
}

function verdict(target: Target, results: Results): string {
  const measured = measuredOf(target, results);
  if (measured === undefined) return 'not measured';
  if (!reaches(target, measured, target.bar)) return 'falls short';
  return target.goal === undefined || reaches(target, measured, target.goal) ? 'reached' : 'reached; short of the aim';
}

/** Where it was measured. Benches may have run on different days. */
function where(results: Results): string {
  const all = Object.values(results) as Result[];
  const distinct = (of: (result: Result) => string): string => [...new Set(all.map(of))].join('; ') || '–';
  return markdown([
    ['measured', ''],
    ['on', distinct(({ cpu, cores }) => `${cpu}, ${cores} cores`)],
    ['Node', distinct(({ node }) => node)],
    [
      'beside',
      distinct(({ peers }) =>
        Object.entries(peers)
          .map((peer) => peer.join(' '))
          .join(', '),
      ),
    ],
    ['date', distinct(({ date }) => date)],
    ['by', '`npm run bench -- --write`'],
  ]);
}

/** A table. */
export function markdown([head, ...rows]: Report['table']): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`.replaceAll('|  |', '| |');
  return [line(head ?? []), `|${'---|'.repeat(head?.length ?? 0)}`, ...rows.map(line)].join('\n');
}
