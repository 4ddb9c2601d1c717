/** What a send reads, found before anything is sent: here files, objects, web addresses and standard input. */
import type { NeededColumns } from '../../flags/columns.ts';
import type { SendFlags } from '../../flags/flags.ts';
import { findInputs } from '../../input/inputs.ts';
import { InputReader } from '../../input/read-inputs.ts';
import { remaining } from '../../input/resume.ts';
import { emptyNote, interruptedNote, resumedNote, unfinishedNote, unsavedNote } from '../../show/summary-text.ts';
import type { PipelineContext, PipelineExtras } from '../pipeline.ts';
import type { Run } from '../run-pipeline.ts';

/** A part of a run: what reads, and what belongs to it. */
export interface RunReading extends Pick<Run, 'reader' | 'source' | 'resumed' | 'lastNotes' | 'cut'> {
  /** Saves a position that is released. */
  readonly keep?: PipelineExtras['onCheckpoint'];
  /** Called when the pipeline is through. */
  readonly end?: () => void;
}

/** Finds the inputs, and where they resume. Throws a CioError. */
export async function filesReading(
  names: readonly string[],
  flags: SendFlags,
  columns: NeededColumns,
  { display: { note }, stop }: PipelineContext,
): Promise<RunReading> {
  const found = await findInputs(names, flags, { note, signal: stop });
  const { inputs, resumed, unfinished, isUnsaved, keep } = await remaining(found, flags, stop);
  if (names.length === 0 && process.stdin.isTTY) note(terminalNote(flags.format));
  if (unfinished.length > 0) note(unfinishedNote(unfinished));
  if (resumed.length > 0) note(resumedNote(resumed));
  if (isUnsaved) note(unsavedNote(flags.resume));
  const reader = new InputReader(inputs, flags, columns, note);
  return { reader, resumed, keep, lastNotes: lastNotesOf(reader, flags) };
}

function lastNotesOf(reader: InputReader, { resume, dryRun }: SendFlags): NonNullable<Run['lastNotes']> {
  return (ending) => {
    if (ending === 'failed') return [];
    if (ending === 'done') return reader.empty.length === 0 ? [] : [emptyNote(reader.empty)];
    return dryRun ? [] : [interruptedNote(resume)];
  };
}

/** A terminal shows nothing by itself: who has forgotten a file would wait for ever. */
function terminalNote(format = 'ndjson'): string {
  return `reading rows from the terminal as ${format.toUpperCase()}; end with Ctrl-D`;
}
