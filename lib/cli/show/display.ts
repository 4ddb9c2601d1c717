/**
 * Standard error while a command runs, in one of four ways: a live line on a terminal, a plain line now and then, lines
 * of JSON, or silence. Errors are not printed here: they are printed in every case.
 */
import { systemClock } from '../../clock.ts';
import { printable } from '../../printable.ts';
import { printableLines, printJson, printLines } from './print.ts';
import type { Kind } from './reject-counts.ts';
import type { Report } from './report.ts';
import { progressLines, summaryText } from './summary-text.ts';
import type { Progress } from './throughput.ts';

/** What was rejected. */
export interface Rejected {
  /** Where it is. */
  readonly rejects: string;
  readonly kinds: readonly Kind[];
  /** Records of further kinds. */
  readonly otherKinds: number;
}

/** What a run prints. */
export interface Display {
  /** How often progress is wanted. */
  readonly everyMs: number;
  progress(progress: Progress, state: string | undefined): void;
  /** One line at once, whatever is in it. */
  note(text: string): void;
  /** Removes the live line, so that something else can be printed. */
  clear(): void;
  summary(report: Report, rejected: Rejected): void;
}

const LIVE_MS = 200;
const SELDOM_MS = 10_000;

/** The display that the flags and standard error ask for. */
export async function openDisplay({ logFormat, quiet = false }: { logFormat: 'text' | 'json'; quiet?: boolean }): Promise<Display> {
  if (quiet) return SILENT;
  if (logFormat === 'json') return JSON_LINES;
  return process.stderr.isTTY && process.env.TERM !== 'dumb' ? await live() : PLAIN;
}

const nothing = (): void => {};

const SILENT: Display = { everyMs: SELDOM_MS, progress: nothing, note: nothing, clear: nothing, summary: nothing };

const PLAIN: Display = {
  everyMs: SELDOM_MS,
  progress: (progress, state) => printLines(progressLines(progress, state).join(', ')),
  note: (text) => printLines(printable(text)),
  clear: nothing,
  summary: (report, { rejects }) => printLines(summaryText(report, rejects)),
};

const JSON_LINES: Display = {
  everyMs: SELDOM_MS,
  progress: (progress, state) => printJson({ type: 'progress', at: now(), ...progress, state }),
  note: (message) => printJson({ type: 'note', at: now(), message }),
  clear: nothing,
  summary: (report, rejected) => printJson({ type: 'summary', at: now(), ...report, ...rejected }),
};

async function live(): Promise<Display> {
  const { createLogUpdate } = await import('log-update');
  // A hidden cursor would have to be shown again on every way out.
  const update = createLogUpdate(process.stderr, { showCursor: true });
  const print = (text: string): void => {
    update.clear();
    printLines(text);
  };
  return {
    everyMs: LIVE_MS,
    progress: (progress, state) => update(printableLines(progressLines(progress, state).join('\n'))),
    note: (text) => print(printable(text)),
    clear: () => update.clear(),
    summary: (report, { rejects }) => print(summaryText(report, rejects)),
  };
}

function now(): string {
  return new Date(systemClock.wall()).toISOString();
}
