/**
 * A run from its flags to its exit status: everything that can go wrong before anything is sent is found first; then the
 * pipeline runs, and however it ends, a summary says what became of every record. Nothing here touches a record.
 */
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { systemClock } from '../../clock.ts';
import type { RunFlags } from '../flags/flags.ts';
import { type RecordReader, readInto } from '../input/record-reader.ts';
import type { RunReport } from '../report/run-report.ts';
import { type Display, openDisplay } from '../show/display.ts';
import { asCioError, printFailure } from '../show/failure.ts';
import { showProgress } from '../show/progress/progress.ts';
import { type RunEnd, reportOf } from '../show/report.ts';
import { Interrupt } from './interrupt.ts';
import type { Pipeline, PipelineContext } from './pipeline.ts';
import { rejectsLocation } from './reject-target.ts';
import { type GroupSource, openMetrics } from './run-metrics.ts';

const SOME_REJECTED = 1;
const INTERRUPTED = 'interrupted: finishing what was read; a second Ctrl-C exits immediately';
const STOPPING = 'stopping: finishing and committing what was read; a second signal exits immediately';

/** A pipeline that is ready to run. */
export interface Run extends Pipeline {
  readonly reader: RecordReader;
  /** The consumer group that rows come from, for metrics and health. */
  readonly source?: GroupSource | undefined;
  /** What is said of the columns at the end. A replay has none: what was rejected may lack a column for that very reason. */
  readonly columns?: Pick<RunEnd, 'unseen'>;
  /** Closes what the reader and the stages hold open. */
  readonly close?: () => Promise<void>;
  readonly resumed?: RunEnd['resumed'];
  /** Aborted when a service that is to stop no longer waits for what is in flight: that is not a failure. */
  readonly cut?: AbortSignal | undefined;
  /** Notes at the very end. */
  readonly lastNotes?: (ending: Ending, summary: Pipeline['writer']['summary']) => readonly string[];
}

/** How a run ended: `stopped` is a service that got a signal. */
export type Ending = 'done' | 'interrupted' | 'stopped' | 'failed';

/**
 * Runs what `prepare` makes ready; resolves with the exit status. A service reads until a signal stops it, and to be stopped is
 * its good end.
 */
export async function runPipeline(
  flags: RunFlags,
  prepare: (context: PipelineContext) => Promise<Run>,
  { isService = false }: { readonly isService?: boolean } = {},
): Promise<number> {
  const display = openDisplay({ ...flags, isService });
  const interrupt = new Interrupt(isService);
  const onStop = (): void => display.note(isService ? STOPPING : INTERRUPTED);
  interrupt.signal.addEventListener('abort', onStop, { once: true });
  let report: RunReport | undefined;
  let metrics: Awaited<ReturnType<typeof openMetrics>>;
  try {
    if (flags.report !== undefined) report = await (await import('../report/run-report.ts')).openReport(flags.report, flags, systemClock);
    metrics = await openMetrics(flags, display, interrupt.signal);
    const run = await prepare({ display, stop: interrupt.signal });
    report?.watch(run.writer.summary);
    metrics?.watch(run);
    const failure = await sendAll(run, display, interrupt.signal);
    return await finish(run, { failure, status: interrupt.status, isService }, { flags, display, report });
  } catch (error) {
    const status = interrupt.status ?? printFailure(error, flags.logFormat);
    // Else the report of an earlier run would look like that of this one.
    const unwritten = await failureOf(report?.failedEarly(interrupt.status === undefined ? error : undefined, status));
    if (unwritten !== undefined) printFailure(unwritten, flags.logFormat);
    return status;
  } finally {
    report?.close();
    await metrics?.close();
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
    const [sent, read] = await Promise.all([
      failureOf(pipeline([...stages, writer] as Transform[])),
      failureOf(readInto(head, reader, stop)),
    ]);
    const failure = sent ?? read;
    return run.cut?.aborted && failure === run.cut.reason ? undefined : failure;
  } finally {
    endProgress();
    run.rejected.close();
    await run.close?.();
  }
}

function failureOf(work: Promise<unknown> | undefined): Promise<unknown> {
  return Promise.resolve(work).then(
    () => undefined,
    (error) => error,
  );
}

/** How a run has ended: the error of its pipeline, and the exit status of an interrupt. */
interface Outcome {
  readonly failure: unknown;
  readonly status: number | undefined;
  readonly isService: boolean;
}

/** What takes the summary of a run. */
interface Takers {
  readonly flags: RunFlags;
  readonly display: Display;
  readonly report: RunReport | undefined;
}

/** Prints and writes the summary; resolves with the exit status. */
async function finish(run: Run, outcome: Outcome, { flags, display, report }: Takers): Promise<number> {
  const { reader, writer, rejects, rejected, columns, resumed } = run;
  const { summary } = writer;
  const { failure, status } = outcome;
  const ending = endingOf(outcome);
  const exitStatus = failure === undefined ? (status ?? (summary.rejected.total > 0 ? SOME_REJECTED : 0)) : asCioError(failure).exitStatus;
  const facts = report?.facts({ exitStatus, reader, rejected, location: rejectsLocation(rejects) });
  const end: RunEnd = {
    dryRun: flags.dryRun ?? false,
    interrupted: ending === 'interrupted',
    stopped: ending === 'stopped',
    failure,
    replayed: reader.replayed,
    resumed,
    unseen: columns?.unseen,
    facts,
  };
  const whole = reportOf(summary, end);
  const unwritten = await failureOf(report?.write(whole));
  // The cause comes before its effects.
  if (failure !== undefined) printFailure(failure, flags.logFormat);
  const unreported = unwritten === undefined ? undefined : printFailure(unwritten, flags.logFormat);
  // How the run ended comes before whether its report could be written.
  const last = ending === 'done' || ending === 'stopped' ? (unreported ?? exitStatus) : exitStatus;
  display.summary(whole, { ...rejected.rows, areMessages: reader.topics !== undefined }, last === 0);
  for (const text of run.lastNotes?.(ending, summary) ?? []) display.note(text);
  return last;
}

function endingOf({ failure, status, isService }: Outcome): Ending {
  if (failure !== undefined) return 'failed';
  if (status === undefined) return 'done';
  return isService ? 'stopped' : 'interrupted';
}
