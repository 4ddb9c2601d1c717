/** `cio-stream people`, `events` and `operations`: the pipeline of the README over files or standard input. */
import { CioError } from '../errors.ts';
import { columnsOf, neededColumns } from './flags/columns.ts';
import { OBJECTS, type RowKind, type SendFlags } from './flags/flags.ts';
import { findInputs } from './input/inputs.ts';
import { InputReader } from './input/read-inputs.ts';
import { remaining } from './input/resume.ts';
import { openDeduping } from './run/deduping.ts';
import { pipelineOf } from './run/pipeline.ts';
import { rowsOf } from './run/row-stages.ts';
import { type Run, runPipeline } from './run/run-pipeline.ts';
import { MissingColumns } from './show/missing-columns.ts';
import { emptyNote, interruptedNote, resumedNote, unfinishedNote } from './show/summary-text.ts';

/** Runs the command; resolves with its exit status. */
export function send(kind: RowKind, files: readonly string[], given: Omit<SendFlags, 'object'>): Promise<number> {
  const flags = { ...given, object: OBJECTS[kind] };
  return runPipeline(flags, async (context): Promise<Run> => {
    // Mistakes that cost nothing to find come first.
    const columns = columnsOf(flags);
    checkStateFlags(flags);
    const { display, stop } = context;
    const found = await findInputs(files, flags, { note: display.note, signal: stop });
    const { inputs, resumed, unfinished, keep } = await remaining(found, flags, stop);
    if (files.length === 0 && process.stdin.isTTY) display.note(terminalNote(flags.format));
    if (unfinished.length > 0) display.note(unfinishedNote(unfinished));
    if (resumed.length > 0) display.note(resumedNote(resumed));
    const { stages: onEntries, close } = await openDeduping(flags);
    try {
      const named = new MissingColumns(columns.named);
      const rows = await rowsOf(flags, columns, named.stages);
      const pipeline = await pipelineOf(flags, context, { ...rows, onEntries, onCheckpoint: keep });
      const reader = new InputReader(inputs, flags, neededColumns(columns, flags.transform), display.note);
      return { ...pipeline, columns: named, reader, close, resumed, lastNotes: lastNotesOf(reader, flags) };
    } catch (error) {
      await close();
      throw error;
    }
  });
}

function lastNotesOf(reader: InputReader, { resume, dryRun }: SendFlags): NonNullable<Run['lastNotes']> {
  return (interrupted) => {
    if (!interrupted) return reader.empty.length === 0 ? [] : [emptyNote(reader.empty)];
    return dryRun ? [] : [interruptedNote(resume)];
  };
}

/** A terminal shows nothing by itself: who has forgotten a file would wait for ever. */
function terminalNote(format = 'ndjson'): string {
  return `reading rows from the terminal as ${format.toUpperCase()}; end with Ctrl-D`;
}

/** Throws `CIO_OPTIONS` for a flag about running again that does nothing without another. */
function checkStateFlags({ resume, checkpointEvery, checkpointEveryMs, dedupe, stateDir }: SendFlags): void {
  const needs = (name: string, other: string): CioError => new CioError('CIO_OPTIONS', `${name} does nothing without ${other}`);
  if (!dedupe && stateDir !== undefined) throw needs('--state-dir', '--dedupe');
  if (resume !== undefined || dedupe) return;
  if (checkpointEvery !== undefined) throw needs('--checkpoint-every', '--resume or --dedupe');
  if (checkpointEveryMs !== undefined) throw needs('--checkpoint-every-ms', '--resume or --dedupe');
}
