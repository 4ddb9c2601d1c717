/**
 * `cio-stream send`: all that can go wrong before anything is sent is found first; then the line of the README runs
 * over the inputs, and whatever ends it, a summary says what became of every record. Nothing here touches a record.
 */
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Cancel, systemClock } from '../clock.ts';
import type { RejectWriter } from '../reject/reject-writer.ts';
import { enforceLimits } from '../stage/enforce-limits.ts';
import { reopen } from '../stage/reopen.ts';
import { validate } from '../stage/validate.ts';
import { locate } from '../write/locate.ts';
import { type TrackWriter, trackWriter } from '../write/track-writer.ts';
import { accountOf } from './account.ts';
import { ApiState } from './api-state.ts';
import { type Deduping, openDeduping } from './deduping.ts';
import { type Display, openDisplay } from './display.ts';
import { printFailure } from './failure.ts';
import { Feed } from './feed.ts';
import { given } from './given.ts';
import { findInputs } from './inputs.ts';
import { Interrupt } from './interrupt.ts';
import { mappedFields } from './mapped-fields.ts';
import { Pace } from './pace.ts';
import { rejectsTo, whereRejectsAre } from './rejects.ts';
import { checkReportPlace, reportOf, writeReport } from './report.ts';
import { type Resumed, remaining } from './resume.ts';
import { checkStateFlags, type SendFlags } from './send-options.ts';
import { resumedNote } from './words.ts';

const SOME_REJECTED = 1;

/** A run that is ready to go. */
interface Line {
  readonly feed: Feed;
  readonly stages: readonly Transform[];
  readonly writer: TrackWriter;
  readonly rejects: RejectWriter;
  readonly deduping: Deduping;
  readonly resumed: readonly Resumed[];
}

/** Runs the command; resolves with its exit status. */
export async function send(files: readonly string[], flags: SendFlags): Promise<number> {
  const display = await openDisplay(flags);
  const interrupt = new Interrupt(() => display.note('interrupted: settling what is under way; once more leaves at once'));
  try {
    const line = await prepare(files, flags, display, interrupt.signal);
    return await settle(line, await run(line, display), flags, display, interrupt);
  } catch (error) {
    return interrupt.status ?? printFailure(error, flags.logFormat);
  } finally {
    interrupt.close();
  }
}

async function prepare(files: readonly string[], flags: SendFlags, display: Display, stop: AbortSignal): Promise<Line> {
  const { object, identifier, onViolation, report } = flags;
  const fields = mappedFields(flags.map, object);
  checkStateFlags(flags);
  const found = await findInputs(files, flags);
  if (report !== undefined) await checkReportPlace(report);
  const { inputs, resumed, keep } = await remaining(found, flags);
  if (resumed.length > 0) display.note(resumedNote(resumed));
  const account = await accountFor(flags, stop);
  const deduping = await openDeduping(flags);
  const stages = [reopen(), validate({ object, identifier, fields }), enforceLimits({ onViolation }), ...deduping.stages];
  const rejects = rejectsTo(flags.rejects, display);
  const { rate, concurrency, lingerMs, timeoutMs, giveUpMs, onGiveUp, dryRun = false } = flags;
  const pace = { requestsPerSecond: rate, concurrency, lingerMs, timeoutMs, giveUpMs, onGiveUp, dryRun };
  const writer = trackWriter({ ...account, ...pace, rejects, ...given({ onCheckpoint: keep }) });
  return { feed: new Feed(inputs, flags, stop), stages, writer, rejects, deduping, resumed };
}

/** The account, and where it lives: asked here, the writer need not ask again. */
async function accountFor(flags: SendFlags, signal: AbortSignal): Promise<ReturnType<typeof accountOf>> {
  // A dry run reaches nobody.
  if (flags.dryRun) return { siteId: 'dry-run', apiKey: 'dry-run' };
  const account = accountOf(flags);
  if (!flags.check) return account;
  const { baseUrl } = await locate(account, { signal, timeoutMs: flags.timeoutMs });
  return { ...account, baseUrl };
}

/** Sends everything; resolves with the error that ended it, if one did. */
async function run(line: Line, display: Display): Promise<unknown> {
  const { feed, stages, writer } = line;
  const [head] = stages as [Transform];
  const endProgress = showProgress(line, display);
  try {
    // Both are waited for: an input that fails must not cut off what was read before.
    const [sent, fed] = await Promise.all([failureOf(pipeline([...stages, writer])), failureOf(feed.into(head))]);
    return sent ?? fed;
  } finally {
    endProgress();
    await line.deduping.close();
  }
}

function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error) => error,
  );
}

function showProgress({ feed, writer: { summary } }: Line, display: Display): () => void {
  const clock = systemClock;
  const pace = new Pace(clock.now());
  const state = new ApiState(clock);
  let cancel: Cancel;
  const again = (): void => {
    cancel = clock.timer(display.everyMs, () => {
      const { read, delivered, rejected, skipped, requests } = summary;
      const { bytesRead, bytesTotal } = feed;
      const counts = { read, delivered, rejected: rejected.total, skipped: skipped.total, requests, bytesRead, bytesTotal };
      display.progress(pace.take(counts, clock.now()), state.words);
      again();
    });
  };
  again();
  return () => {
    cancel();
    state.close();
    display.clear();
  };
}

async function settle(line: Line, failure: unknown, flags: SendFlags, display: Display, { status }: Interrupt): Promise<number> {
  const { writer, rejects, resumed } = line;
  const ending = { dryRun: flags.dryRun ?? false, interrupted: status !== undefined, failure, resumed };
  const report = reportOf(writer.summary, ending);
  display.summary(report, whereRejectsAre(rejects));
  if (flags.report !== undefined) await writeReport(flags.report, report);
  if (failure !== undefined) return printFailure(failure, flags.logFormat);
  return status ?? (report.rejected.total > 0 ? SOME_REJECTED : 0);
}
