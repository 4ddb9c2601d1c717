/**
 * The streams that sending and replaying have in common, from records to the Track API, made of the flags. What reads the
 * records is each command's own.
 */
import type { Transform } from 'node:stream';
import type { KeptMapping } from '../../record/kept-mapping.ts';
import { reopen } from '../../replay/reopen.ts';
import { type TrackWriter, trackWriterFor } from '../../write/track-writer.ts';
import type { PipelineFlags } from '../flags/flags.ts';
import type { Display } from '../show/display.ts';
import { deliveryOf } from './account.ts';
import type { StageFunction } from './by-mapping.ts';
import { checkRejects, rejectsTo } from './reject-target.ts';
import { RunRejected } from './rejected-rows.ts';
import { withFolderAtTerminal } from './rejects-place.ts';
import { shownOperations } from './shown-operations.ts';

/** From records to the Track API. */
export interface Pipeline {
  /** The first is a stream. */
  readonly stages: readonly (Transform | StageFunction)[];
  readonly writer: TrackWriter;
  readonly rejects: ReturnType<typeof rejectsTo>;
  /** Counts what is rejected. */
  readonly rejected: RunRejected;
  /** Requests that may leave in a second; undefined if nothing is sent. */
  readonly requestsPerSecond: number | undefined;
}

/** What a pipeline needs beside its flags. */
export interface PipelineContext {
  readonly display: Display;
  /** Aborted by an interrupt. */
  readonly stop: AbortSignal;
}

/** What a command adds to the pipeline. */
export interface PipelineExtras {
  /** From rows to entries. */
  readonly onRows: readonly (Transform | StageFunction)[];
  /** How they do that, to be kept beside what is rejected; absent if each row says it. */
  readonly mapping?: KeptMapping;
  /** Stages right before the writer. */
  readonly onEntries?: readonly Transform[];
  /** Gets the positions that the writer releases. */
  readonly onCheckpoint?: ((position: unknown) => Promise<void>) | undefined;
  /** Ends the writer at once. */
  readonly signal?: AbortSignal | undefined;
}

/** Makes the pipeline; the account is asked first. Throws a CioError if it could not work. */
export async function pipelineOf(given: PipelineFlags, { display, stop }: PipelineContext, extras: PipelineExtras): Promise<Pipeline> {
  const flags = withFolderAtTerminal(given);
  const { onRows, mapping, onEntries = [], onCheckpoint, signal } = extras;
  const shown = shownOperations(flags, display);
  const delivery = await deliveryOf(flags, display.note, stop);
  if (flags.check) await checkRejects(flags, { signal: stop });
  const rejects = rejectsTo(flags, display, mapping);
  const stages = [reopen(), ...onRows, ...onEntries];
  const rejected = new RunRejected(rejects, flags);
  const requestsPerSecond = flags.dryRun ? undefined : flags.rate;
  return { stages, writer: trackWriterFor({ ...delivery, ...shown, rejects, onCheckpoint, signal }), rejects, rejected, requestsPerSecond };
}
