/** What is done to each tool, and with which input. */
import type { Fault } from '../../lib/index.ts';
import { badEvents, events, exactEvents, hugeEvent, type Input, updates } from './inputs.ts';

/** One of them. */
export interface Scenario {
  readonly title: string;
  readonly input: (rows: number) => Input;
  readonly rows: number;
  readonly faults?: readonly Fault[];
  /** Killed when half of the rows have arrived, and run again. */
  readonly isKilled?: boolean;
}

const BATCH = '/api/v2/batch';
const EVERY_BATCH_TAKES_A_WHILE: Fault = { path: BATCH, latencyMs: 40 };

export const SCENARIOS = {
  bad: { title: 'one row in a hundred is bad', input: badEvents, rows: 10_000 },
  huge: { title: 'one row of 600,000 bytes', input: hugeEvent, rows: 10_000 },
  exact: { title: 'numbers of 19 digits, and dates that do not exist', input: exactEvents, rows: 1_000 },
  faults: {
    title: 'two answers 429, two 503, and connections that break before and after a batch is applied',
    input: (rows) => events(rows, 1_000),
    rows: 10_000,
    faults: [
      { path: BATCH, after: 2, times: 2, status: 429, headers: { 'retry-after': '1' } },
      { path: BATCH, after: 4, times: 2, status: 503 },
      { path: BATCH, after: 6, times: 2, reset: 'before' },
      { path: BATCH, after: 8, times: 2, reset: 'after' },
    ],
  },
  killed: {
    title: 'killed half-way, and run again',
    input: (rows) => events(rows, 1_000),
    rows: 10_000,
    isKilled: true,
    faults: [EVERY_BATCH_TAKES_A_WHILE],
  },
  order: {
    title: 'updates of 100 people in turns, while some answers are late and some fail',
    input: (rows) => updates(rows, 100),
    rows: 10_000,
    faults: [{ path: BATCH, probability: 0.2, latencyMs: 300 }, { path: BATCH, probability: 0.1, status: 503 }, EVERY_BATCH_TAKES_A_WHILE],
  },
} as const satisfies Record<string, Scenario>;

/** Their names. */
export type ScenarioName = keyof typeof SCENARIOS;
