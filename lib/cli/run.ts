/**
 * A run from its flags to its exit status: all that can go wrong before anything is sent is found first; then the line
 * runs, and whatever ends it, a summary says what became of every record. Nothing here touches a record.
 */
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { systemClock } from '../clock.ts';
import type { RunFlags } from './flags/flags.ts';
import type { Resumed } from './input/resume.ts';
import { Interrupt } from './interrupt.ts';
import type { Feeder, Pipeline, PipelineContext } from './pipeline.ts';
import { whereRejectsAre } from './reject-target.ts';
import { type Display, openDisplay } from './show/display.ts';
import { printFailure } from './show/failure.ts';
import type { MissingColumns } from './show/missing-columns.ts';
import { showProgress } from './show/progress.ts';
import { checkReportPlace, type Replayed, reportOf, writeReport } from './show/report.ts';

const SOME_REJECTED = 1;

/** A line that is ready to go. */
export interface Run extends Pipeline {
  readonly feed: Feeder;
  /** What is said of the columns at the end. A replay has none: what was rejected may lack a column for that very reason. */
  readonly columns?: MissingColumns;
  /** Lets go of what it reads. */
  readonly close?: () => Promise<void>;
  readonly replayed?: () => Replayed;
  readonly resumed?: readonly Resumed[];
  /** Said at the very end, where nothing failed. */
  readonly lastWords?: (interrupted: boolean) => readonly string[];
}

/** Runs what `prepare` makes ready; resolves with the exit status. */
export async function runPipeline(flags: RunFlags, prepare: (context: PipelineContext) => Promise<Run>): Promise<number> {
  const display = await openDisplay(flags);
  const interrupt = new Interrupt(() => display.note('interrupted: settling what is under way; once more leaves at once'));
  try {
    if (flags.report !== undefined) await checkReportPlace(flags.report);
    const ready = await prepare({ display, stop: interrupt.signal });
    return await settle(ready, await deliver(ready, display), flags, display, interrupt);
  } catch (error) {
    return interrupt.status ?? printFailure(error, flags.logFormat);
  } finally {
    interrupt.close();
  }
}

/** Sends everything; resolves with the error that ended it, if one did. */
async function deliver(runPipeline: Run, display: Display): Promise<unknown> {
  const { feed, stages, writer } = runPipeline;
  const [head] = stages as [Transform];
  const endProgress = showProgress(runPipeline, display, systemClock);
  try {
    // Both are waited for: an input that fails must not cut off what was read before.
    const [sent, fed] = await Promise.all([failureOf(pipeline([...stages, writer])), failureOf(feed.into(head))]);
    return sent ?? fed;
  } finally {
    endProgress();
    await runPipeline.close?.();
  }
}

function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error) => error,
  );
}

async function settle(runPipeline: Run, failure: unknown, flags: RunFlags, display: Display, { status }: Interrupt): Promise<number> {
  const { writer, rejects, columns, replayed, resumed } = runPipeline;
  const ending = {
    dryRun: flags.dryRun ?? false,
    interrupted: status !== undefined,
    failure,
    replayed: replayed?.(),
    resumed,
    unseen: columns?.unseen,
  };
  const report = reportOf(writer.summary, ending);
  display.summary(report, whereRejectsAre(rejects));
  if (failure === undefined) for (const text of runPipeline.lastWords?.(status !== undefined) ?? []) display.note(text);
  const unwritten = flags.report === undefined ? undefined : await failureOf(writeReport(flags.report, report));
  const print = (error: unknown): number | undefined => (error === undefined ? undefined : printFailure(error, flags.logFormat));
  // How the run ended comes before whether its report could be written.
  const [failed, unreported] = [print(failure), print(unwritten)];
  return failed ?? status ?? unreported ?? (report.rejected.total > 0 ? SOME_REJECTED : 0);
}
