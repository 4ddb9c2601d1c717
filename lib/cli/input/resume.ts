/**
 * `--resume`: where each input resumes, found before anything is sent, and how released positions are saved. An input that
 * was read to its end is left out. A dry run only looks, and saves nothing.
 */
import { CioError } from '../../errors.ts';
import type { SourcePosition } from '../../source/checkpointer.ts';
import type { SendFlags } from '../flags/flags.ts';
import type { Input, Resumption } from './inputs.ts';
import { ResumeState } from './resume-file.ts';
import { lockResume } from './resume-lock.ts';
import { flagsOf } from './run-identity.ts';

/** An input that an earlier run has begun. */
export interface Resumed {
  readonly input: string;
  /** The line (of json, the item) that it resumes with, from 1. */
  readonly line?: number;
  readonly item?: number;
  /** It was read to its end, and is not read again. */
  readonly ended?: true;
}

/** What is left to do. */
export interface Remaining {
  readonly inputs: readonly Input[];
  readonly resumed: readonly Resumed[];
  /** What an earlier run has not read to its end, and this one does not read. */
  readonly unfinished: readonly string[];
  /** The resume file is there, and has no position yet. */
  readonly isUnsaved?: boolean;
  /** Saves a position that is released. */
  readonly keep?: (position: unknown) => Promise<void>;
}

/** The inputs from where an earlier run has stopped. Throws `CIO_STATE`, and `CIO_OPTIONS` for an input given twice. */
export async function remaining(inputs: readonly Input[], flags: SendFlags, signal?: AbortSignal): Promise<Remaining> {
  const { resume: path, dryRun } = flags;
  if (path === undefined) return { inputs, resumed: [], unfinished: [] };
  const twice = inputs.find(({ source }, index) => inputs.findIndex((other) => other.source === source) < index);
  if (twice) throw new CioError('CIO_OPTIONS', `${twice.label} is given twice: with --resume each input may be given only once`);
  if (!dryRun) await lockResume(path);
  const state = await ResumeState.load(path, flagsOf(flags));
  const unfinished = state.unfinishedBeside(inputs);
  const left: Input[] = [];
  const resumed: Resumed[] = [];
  for (const input of inputs) {
    const from = await state.positionOf(input, signal);
    if (from?.startAt.ended && input.source === undefined) throw allRead(path);
    if (from) resumed.push(placeOf(input, from));
    if (!from?.startAt.ended) left.push({ ...input, version: state.versionOf(input), from });
  }
  const found = { inputs: left, resumed, unfinished, isUnsaved: state.hasNoPosition };
  if (dryRun) return found;
  // A resume file that can't be written should be found now.
  await state.write();
  return { ...found, keep: (position) => state.save(position as SourcePosition) };
}

/** Nothing shows whether standard input is the same as before; of a file, its contents do. */
function allRead(path: string): CioError {
  return new CioError('CIO_STATE', `standard input was already read to its end: to send something else, delete ${path} first`);
}

function placeOf({ label: input, format }: Input, { startAt: { line, ended } }: Resumption): Resumed {
  if (ended) return { input, ended };
  return format === 'json' ? { input, item: line } : { input, line };
}
