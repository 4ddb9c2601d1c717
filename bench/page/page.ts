/** docs/performance.md and its chart, and the table of docs/guarantees.md: made of the results alone. */
import type { Report } from '../report.ts';
import { chartOf } from './chart.ts';
import type { Result, Results } from './results.ts';
import { measuredOf, promisedOf, reaches, sayIn, TARGETS, type Target } from './targets.ts';

const HEAD = `# Performance

How fast it is, beside other ways to do the same work, and how much memory it takes. To measure it on your machine, run
\`npm run bench\` in a clone of the repository.

Both sides send the same rows to the same local server, which answers at once. They take turns, each run in a fresh process, and
the tables show the median. Absolute figures depend on the machine, so compare the ratios: they are rows per CPU-second, and 2
means the same work for half the CPU time.`;

const READING = `Required is the minimum that the project sets itself; the goal is what it aims for. [Guarantees](guarantees.md#speed-and-memory)
promises what is required or, if that was missed, what was measured.`;

const PEERS = `## What it is compared with

None of these checks a row, keeps the order of one person's updates, or knows afterwards what became of a row. Only the official
client retries.

| | |
|---|---|
| floor, a hand-written loop | split, \`JSON.parse\`, map, \`JSON.stringify\`, batch, post: \`bench/floor.ts\` |
| tuned floor | the same after hours with a profiler: \`bench/tuned-floor.ts\` |
| plain streams | object-mode streams, with rows parsed by hand or by the package ndjson: \`bench/plain-streams.ts\` |
| loop around csv-parse | rows from csv-parse with \`columns: true\`, mapped and posted in one loop: \`bench/csv-parse-loop.ts\` |
| script with customerio-node | \`batch()\` of the official client with full batches, measured by the length of each operation as JSON, and several requests in flight: \`bench/official-client.ts\` |
| the same, tuned | lengths estimated from the lines of the input, so that no operation is stringified twice |`;

const WHERE = `## Where it was measured`;

const NEXT = 'Next: [guarantees](guarantees.md), [scale](scale.md), [comparison](comparison.md).';

/** Benches whose figures are on pages of their own. */
const ELSEWHERE = ['scale', 'comparison'];

/** The page. */
export function pageOf(all: Results): string {
  const results: Results = Object.fromEntries(Object.entries(all).filter(([bench]) => !ELSEWHERE.includes(bench)));
  const sections = Object.values(results).map((result) => `## ${(result as Result).title}\n\n${markdown((result as Result).table)}`);
  const chart = '![rows per CPU-second, as a multiple of the other side](performance.svg)';
  const parts = [HEAD, chart, targets(results), READING, WHERE, where(results), PEERS, ...sections, NEXT];
  return `${parts.join('\n\n')}\n`;
}

/** The chart of the page: all that has a peer. */
export function chartOfPage(results: Results): string {
  const compared = TARGETS.filter(({ bound, against }) => bound === 'at least' && against !== undefined);
  const plain = (text = ''): string => text.replaceAll('`', '');
  return chartOf(
    { title: 'Rows per CPU-second, as a multiple of the other side' },
    compared.map((target) => ({
      label: plain(target.what),
      against: `against ${plain(target.against)}`,
      value: measuredOf(target, results),
      mark: target.bar,
    })),
  );
}

/** The table of docs/guarantees.md: what is promised, and what was measured. What was not is not promised. */
export function promisesOf(results: Results): string {
  return markdown([
    ['what', 'promised', 'measured', 'measured by'],
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
    ['', 'measured', 'required', 'goal', ''],
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
  if (!reaches(target, measured, target.bar)) return 'missed';
  return target.goal === undefined || reaches(target, measured, target.goal) ? 'met' : 'met, below the goal';
}

/** Where it was measured. Benches may have run on different days. */
function where(results: Results): string {
  const all = Object.values(results) as Result[];
  const distinct = (of: (result: Result) => string): string => [...new Set(all.map(of))].join('; ') || '–';
  return markdown([
    ['', ''],
    ['machine', distinct(({ cpu, cores }) => `${cpu}, ${cores} cores`)],
    ['Node', distinct(({ node }) => node)],
    [
      'packages',
      distinct(({ peers }) =>
        Object.entries(peers)
          .map((peer) => peer.join(' '))
          .join(', '),
      ),
    ],
    ['date', distinct(({ date }) => date)],
    ['command', '`npm run bench -- --write`; the figures of every round are in `bench/results/`'],
  ]);
}

/** A table. */
export function markdown([head, ...rows]: Report['table']): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`.replaceAll('|  |', '| |');
  return [line(head ?? []), `|${'---|'.repeat(head?.length ?? 0)}`, ...rows.map(line)].join('\n');
}
