/**
 * The line that `send` and `replay` have in common, made of the flags: the account is asked first, then the stages and
 * the writer are put together. What feeds it is each command's own.
 */
import type { Transform, Writable } from 'node:stream';
import { systemClock } from '../clock.ts';
import type { RejectWriter } from '../reject/reject-writer.ts';
import { reopen } from '../replay/reopen.ts';
import { enforceLimits } from '../stage/enforce-limits.ts';
import { validate } from '../stage/validate.ts';
import { type Account, locate } from '../write/locate.ts';
import { type TrackWriter, trackWriter } from '../write/track-writer.ts';
import { accountOf, retryReporter } from './flags/account.ts';
import type { ColumnsOfFlags } from './flags/columns.ts';
import { ownLimits } from './flags/limit-flag.ts';
import type { PipelineFlags } from './flags/send-options.ts';
import { transformStages } from './input/transform.ts';
import { checkRejects, rejectsTo } from './reject-target.ts';
import type { Display } from './show/display.ts';
import type { MissingColumns } from './show/missing-columns.ts';

/** What puts records into a line. */
export interface Feeder {
  /** Bytes read so far. */
  readonly bytesRead: number;
  /** Bytes of all inputs, where they are known. */
  readonly bytesTotal: number | undefined;
  /** Feeds `head` and ends it. Throws a CioError where an input failed; what was read before goes its way. */
  into(head: Writable): Promise<void>;
}

/** From records to the Track API. */
export interface Pipeline {
  readonly stages: readonly Transform[];
  readonly writer: TrackWriter;
  readonly rejects: RejectWriter;
}

/** What a line has to know beside its flags. */
export interface PipelineContext {
  readonly display: Display;
  /** Aborted by an interrupt. */
  readonly stop: AbortSignal;
}

/** What a command adds to the line. */
export interface PipelineExtras {
  readonly columns: ColumnsOfFlags;
  /** Looks at the records. */
  readonly watch?: MissingColumns;
  /** Stages right before the writer. */
  readonly stages?: readonly Transform[];
  /** Gets the positions that the writer releases. */
  readonly onCheckpoint?: (position: unknown) => Promise<void>;
}

/** The line. Throws a CioError where it could not work. */
export async function pipelineOf(flags: PipelineFlags, { display, stop }: PipelineContext, extras: PipelineExtras): Promise<Pipeline> {
  const { columns, watch, stages: more = [], onCheckpoint } = extras;
  const { onViolation } = flags;
  const limits = ownLimits(flags.limits, flags.limit);
  const before = [...(await transformStages(flags.transform)), ...(watch?.stages ?? [])];
  const account = await accountFor(flags, display, stop);
  if (flags.check) await checkRejects(flags, { signal: stop });
  const stages = [reopen(), ...before, validate(columns.settings), enforceLimits({ onViolation, limits }), ...more];
  const rejects = rejectsTo(flags, display);
  const { rate, concurrency, lingerMs, timeoutMs, giveUpMs, onGiveUp, maxRejected, dryRun = false } = flags;
  const pace = { requestsPerSecond: rate, concurrency, lingerMs, timeoutMs, giveUpMs, onGiveUp, maxRejected, dryRun };
  return { stages, writer: trackWriter({ ...account, ...pace, rejects, onCheckpoint }), rejects };
}

/** The account, and where it lives: asked here, the writer need not ask again. `leftAt`: when that was, as it counts for the rate. */
async function accountFor(flags: PipelineFlags, display: Display, signal: AbortSignal): Promise<Account & { leftAt?: number[] }> {
  // A dry run reaches nobody.
  if (flags.dryRun) return { siteId: 'dry-run', apiKey: 'dry-run' };
  const account = accountOf(flags);
  if (!flags.check) return account;
  const leftAt: number[] = [];
  const { baseUrl } = await locate(account, {
    signal,
    ...{ timeoutMs: flags.timeoutMs, giveUpMs: flags.giveUpMs },
    leave: async () => () => leftAt.push(systemClock.now()),
    onRetry: retryReporter(display.note, flags.giveUpMs, ' (--give-up-ms)'),
  });
  return { ...account, baseUrl, leftAt };
}
