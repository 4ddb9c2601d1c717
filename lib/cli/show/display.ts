/**
 * Standard error while a command runs: a live region on a terminal, a plain line now and then elsewhere, lines of JSON, or
 * silence, but for the summary of a run that was not good. Errors are not printed here: they are printed in every case.
 */
import { systemClock } from '../../clock.ts';
import { printable } from '../../printable.ts';
import type { RunFlags } from '../flags/flags.ts';
import { type Paint, paintFor } from './paint.ts';
import { printJson, printLines, printPainted } from './print.ts';
import { LiveRegion } from './progress/live-region.ts';
import { progressLines, progressText, type ShownProgress } from './progress/progress-lines.ts';
import type { RejectedRows } from './reject-table.ts';
import type { Report } from './report.ts';
import { summaryText } from './summary-text.ts';

/** What a run prints. */
export interface Display {
  /** How often progress is wanted. */
  readonly everyMs: number;
  progress(progress: ShownProgress): void;
  /** One line at once, whatever is in it. */
  note(text: string): void;
  /** Removes the live region, so that something else can be printed. */
  clear(): void;
  /** `isGood`: the exit status is 0. */
  summary(report: Report, rejected: RejectedRows, isGood: boolean): void;
}

/** What is to be printed, and how: the flags of a run. */
export type DisplayOptions = Pick<RunFlags, 'logFormat'> &
  Partial<Pick<RunFlags, 'quiet' | 'color' | 'progress'>> & { readonly isService?: boolean };

const LIVE_MS = 200;
const SELDOM_MS = 10_000;
/** A service runs for weeks. */
const SERVICE_MS = 60_000;
/** Of a summary whose reader's width is not known. */
const WIDTH = 100;

/** The display that the flags and standard error ask for. */
export function openDisplay({ logFormat, quiet = false, color = 'auto', progress = true, isService = false }: DisplayOptions): Display {
  const everyMs = isService ? SERVICE_MS : SELDOM_MS;
  const paint = paintFor(color);
  if (!quiet && progress && logFormat !== 'json' && isLive()) return live(paint);
  const display = logFormat === 'json' ? JSON_LINES : inLines(paint);
  if (quiet) return silent(display);
  return { ...display, everyMs, ...(!progress && { progress: nothing }) };
}

const nothing = (): void => {};

/** Of a run that nobody watches: what cron prints, it sends as a mail. */
function silent({ everyMs, summary }: Display): Display {
  return {
    ...{ everyMs, progress: nothing, note: nothing, clear: nothing },
    summary: (report, rejected, isGood) => {
      if (!isGood) summary(report, rejected, isGood);
    },
  };
}

const JSON_LINES: Display = {
  everyMs: SELDOM_MS,
  progress: (progress) => printJson({ type: 'progress', at: now(), ...progress }),
  note: (message) => printJson({ type: 'note', at: now(), message }),
  clear: nothing,
  summary: (report, rejected) => printJson({ type: 'summary', at: now(), ...report, ...rejected }),
};

/** Without a size a terminal, such as that of a CI service, could not be painted on. */
function isLive(): boolean {
  const { isTTY, columns, rows } = process.stderr;
  return isTTY && process.env.TERM !== 'dumb' && columns > 0 && rows > 0;
}

function inLines(paint: Paint): Display {
  return {
    everyMs: SELDOM_MS,
    progress: (progress) => printLines(progressText(progress)),
    note: (text) => printLines(printable(text)),
    clear: nothing,
    summary: (report, rejected) => printPainted(summaryText(report, rejected, { paint, width: process.stderr.columns || WIDTH })),
  };
}

function live(paint: Paint): Display {
  const region = new LiveRegion(process.stderr);
  const clear = (): void => region.clear();
  const { note, summary } = inLines(paint);
  return {
    everyMs: LIVE_MS,
    // The last column stays empty: some terminals break a line that fills it. What does not fit the screen can't be erased.
    progress: (progress) => {
      const { columns, rows } = process.stderr;
      region.paint(progressLines(progress, Math.max(1, columns - 1), paint).slice(0, Math.max(1, rows - 1)));
    },
    clear,
    note: (text) => {
      clear();
      note(text);
    },
    summary: (report, rejected, isGood) => {
      clear();
      summary(report, rejected, isGood);
    },
  };
}

function now(): string {
  return new Date(systemClock.wall()).toISOString();
}
