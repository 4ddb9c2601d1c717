/**
 * A run from its flags to its exit status: everything that can go wrong before anything is sent is found first; then the
 * pipeline runs, and however it ends, a summary says what became of every record. Nothing here touches a record.
 */
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { systemClock } from '../../clock.ts';
import type { RunFlags } from '../flags/flags.ts';
import { type RecordReader, readInto } from '../input/record-reader.ts';
import type { Resumed } from '../input/resume.ts';
import { type Display, openDisplay } from '../show/display.ts';
import { printFailure } from '../show/failure.ts';
import type { MissingColumns } from '../show/missing-columns.ts';
import { showProgress } from '../show/progress/progress.ts';
import { checkReportPlace, type RunEnd, reportOf, writeReport } from '../show/report.ts';
import { Interrupt } from './interrupt.ts';
import type { Pipeline, PipelineContext } from './pipeline.ts';

const SOME_REJECTED = 1;

/** A pipeline that is ready to run. */
export interface Run extends Pipeline {
  readonly reader: RecordReader;
  /** What is said of the columns at the end. A replay has none: what was rejected may lack a column for that very reason. */
  readonly columns?: MissingColumns;
  /** Closes what the reader and the stages hold open. */
  readonly close?: () => Promise<void>;
  readonly resumed?: readonly Resumed[];
  /** Notes at the very end, if nothing failed. */
  readonly lastNotes?: (interrupted: boolean) => readonly string[];
}

/** Runs what `prepare` makes ready; resolves with the exit status. */
export async function runPipeline(flags: RunFlags, prepare: (context: PipelineContext) => Promise<Run>): Promise<number> {
  const display = openDisplay(flags);
  const interrupt = new Interrupt();
  const onStop = (): void => display.note('interrupted: finishing what was read; a second Ctrl-C leaves at once');
  interrupt.signal.addEventListener('abort', onStop, { once: true });
  try {
    if (flags.report !== undefined) await checkReportPlace(flags.report);
    const run = await prepare({ display, stop: interrupt.signal });
    const failure = await sendAll(run, display, interrupt.signal);
    return await finish(run, { failure, status: interrupt.status }, flags, display);
  } catch (error) {
    return interrupt.status ?? printFailure(error, flags.logFormat);
  } finally {
    interrupt.close();
  }
}

/** Sends everything; resolves with the error that ended it, if one did. */
async function sendAll(run: Run, display: Display, stop: AbortSignal): Promise<unknown> {
  const { reader, stages, writer } = run;
  const [head] = stages as [Transform];
  const endProgress = showProgress(run, display, systemClock);
  try {
    // Both are waited for: an input that fails must not cut off what was read before.
    const [sent, read] = await Promise.all([failureOf(pipeline([...stages, writer])), failureOf(readInto(head, reader, stop))]);
    return sent ?? read;
  } finally {
    endProgress();
    run.rejected.close();
    await run.close?.();
  }
}

function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error) => error,
  );
}

/** How a run has ended: the error of its pipeline, and the exit status of an interrupt. */
interface Outcome {
  readonly failure: unknown;
  readonly status: number | undefined;
}

/** Prints and writes the summary; resolves with the exit status. */
async function finish(run: Run, { failure, status }: Outcome, flags: RunFlags, display: Display): Promise<number> {
  const { reader, writer, rejected, columns, resumed } = run;
  const interrupted = status !== undefined;
  const end: RunEnd = { dryRun: flags.dryRun ?? false, interrupted, failure, replayed: reader.replayed, resumed, unseen: columns?.unseen };
  const report = reportOf(writer.summary, end);
  display.summary(report, rejected.rows);
  if (failure === undefined) for (const text of run.lastNotes?.(interrupted) ?? []) display.note(text);
  const unwritten = flags.report === undefined ? undefined : await failureOf(writeReport(flags.report, report));
  const print = (error: unknown): number | undefined => (error === undefined ? undefined : printFailure(error, flags.logFormat));
  // How the run ended comes before whether its report could be written.
  const [failed, unreported] = [print(failure), print(unwritten)];
  return failed ?? status ?? unreported ?? (report.rejected.total > 0 ? SOME_REJECTED : 0);
}
