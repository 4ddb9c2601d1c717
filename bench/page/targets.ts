/**
 * What the benches are to show: the least that is required, and the goal. What docs/guarantees.md promises is the least, or what
 * was measured if that is worse.
 */
import { say } from '../report.ts';
import type { Results } from './results.ts';

/** One figure of a bench. */
export interface Target {
  readonly bench: string;
  /** The names that lead to the figure in the results of the bench. */
  readonly figure: readonly string[];
  readonly what: string;
  /** What it is compared with. */
  readonly against?: string;
  readonly bound: 'at least' | 'at most';
  readonly bar: number;
  readonly goal?: number;
  readonly unit: 'times' | 'MB';
}

const FLOOR = 'a hand-written loop without checks';
const MORE = { bound: 'at least', unit: 'times' } as const;
const LESS = { bound: 'at most', unit: 'times' } as const;

/** All of them. */
export const TARGETS: readonly Target[] = [
  {
    bench: 'throughput',
    figure: ['ratiosToFloor', 'mixed', 'pipeline'],
    what: 'NDJSON, people and events',
    against: FLOOR,
    bar: 1.8,
    goal: 2.5,
    ...MORE,
  },
  {
    bench: 'throughput',
    figure: ['ratiosToFloor', 'people', 'pipeline'],
    what: 'NDJSON, people only',
    against: FLOOR,
    bar: 2.2,
    goal: 3,
    ...MORE,
  },
  {
    bench: 'throughput',
    figure: ['ratiosToFloor', 'events', 'pipeline'],
    what: 'NDJSON, events only',
    against: FLOOR,
    bar: 1.6,
    goal: 2.2,
    ...MORE,
  },
  { bench: 'csv', figure: ['pipelineToLoop'], what: 'CSV of people', against: 'a loop around csv-parse', bar: 1.5, goal: 2, ...MORE },
  {
    bench: 'airbyte',
    figure: ['connectorToLoop'],
    what: 'the Airbyte connector',
    against: 'a hand-written loop',
    bar: 1.2,
    goal: 1.6,
    ...MORE,
  },
  // Of the CPU of the script 0.65 or less, and 0.33.
  {
    bench: 'command',
    figure: ['commandToScript'],
    what: '`cio-stream events`, the whole process',
    against: 'a script with customerio-node',
    bar: 1 / 0.65,
    goal: 1 / 0.33,
    ...MORE,
  },
  {
    bench: 'dedupe',
    figure: ['newToWithout'],
    what: '`dedupe()` in memory, every person new',
    against: 'the pipeline without it',
    bar: 0.6,
    goal: 0.8,
    ...MORE,
  },
  {
    bench: 'dedupe',
    figure: ['unchangedToWithout'],
    what: '`dedupe()` in LMDB, every person unchanged',
    against: 'the pipeline without it',
    bar: 0.5,
    ...MORE,
  },
  // A person costs at most 1.3 times as much when there are many.
  {
    bench: 'dedupe',
    figure: ['lastTenthToFirst'],
    what: '`dedupe()` in LMDB, the last tenth of 10 million new people',
    against: 'the first tenth',
    bar: 1 / 1.3,
    ...MORE,
  },
  {
    bench: 'memory',
    figure: ['large', 'peakMegabytes'],
    what: 'peak memory, 10 million rows',
    bound: 'at most',
    bar: 170,
    goal: 150,
    unit: 'MB',
  },
  { bench: 'memory', figure: ['ratio'], what: 'peak memory, 10 million rows', against: '1 million rows', bar: 1.1, ...LESS },
  // 450 ms where a Node that does nothing takes 120, and 300.
  {
    bench: 'startup',
    figure: ['peopleToNode'],
    what: 'start of `cio-stream people` to its first request',
    against: 'running `node -e 0`',
    bar: 450 / 120,
    goal: 300 / 120,
    ...LESS,
  },
];

/** What was measured; undefined if the bench has no results. Throws if they lack the figure. */
export function measuredOf({ bench, figure }: Target, results: Results): number | undefined {
  const result = results[bench];
  if (result === undefined) return undefined;
  const value = figure.reduce<unknown>((at, name) => Reflect.get(Object(at), name), result.figures);
  if (typeof value !== 'number') throw new Error(`the results of ${bench} have no number ${figure.join('.')}`);
  return value;
}

/** Whether a value is within a bound. */
export function reaches({ bound }: Target, value: number, limit: number): boolean {
  return bound === 'at least' ? value >= limit : value <= limit;
}

/** What can be promised: the bar, or what was measured, rounded to the safe side, if it falls short. */
export function promisedOf(target: Target, results: Results): number {
  const measured = measuredOf(target, results);
  if (measured === undefined || reaches(target, measured, target.bar)) return target.bar;
  const stepsPerUnit = target.unit === 'MB' ? 0.1 : 10;
  return (target.bound === 'at least' ? Math.floor : Math.ceil)(measured * stepsPerUnit) / stepsPerUnit;
}

/** A value for people; none is a dash. */
export function sayIn(unit: Target['unit'], value: number | undefined): string {
  if (value === undefined) return '–';
  return unit === 'MB' ? `${say(value)} MB` : say(value, 2);
}
