/** `cio-stream send`: the line of the README over files or standard input. */
import { openDeduping } from './deduping.ts';
import { columnsOf, neededColumns } from './flags/columns.ts';
import { given } from './flags/given.ts';
import type { SendFlags } from './flags/send-options.ts';
import { checkStateFlags } from './flags/state-options.ts';
import { findInputs } from './input/inputs.ts';
import { InputReader } from './input/read-inputs.ts';
import { remaining } from './input/resume.ts';
import { pipelineOf } from './pipeline.ts';
import { type Run, runPipeline } from './run.ts';
import { MissingColumns } from './show/missing-columns.ts';
import { emptyNote, interruptedNote, resumedNote } from './show/summary-text.ts';

/** Runs the command; resolves with its exit status. */
export function send(files: readonly string[], flags: SendFlags): Promise<number> {
  return runPipeline(flags, async (context): Promise<Run> => {
    // Mistakes that cost nothing to find come first.
    const columns = columnsOf(flags);
    checkStateFlags(flags);
    const { inputs, resumed, keep } = await remaining(await findInputs(files, flags), flags);
    if (resumed.length > 0) context.display.note(resumedNote(resumed));
    const { stages, close } = await openDeduping(flags);
    try {
      const watch = new MissingColumns(columns.named);
      const line = await pipelineOf(flags, context, { columns, watch, stages, ...given({ onCheckpoint: keep }) });
      const feed = new InputReader(inputs, flags, neededColumns(columns, flags.transform), {
        note: context.display.note,
        stop: context.stop,
      });
      return { ...line, columns: watch, feed, close, resumed, lastWords: lastWordsOf(feed, flags) };
    } catch (error) {
      await close();
      throw error;
    }
  });
}

function lastWordsOf(feed: InputReader, { resume, dryRun }: SendFlags): NonNullable<Run['lastWords']> {
  return (interrupted) => {
    if (!interrupted) return feed.empty.length === 0 ? [] : [emptyNote(feed.empty)];
    return dryRun ? [] : [interruptedNote(resume)];
  };
}
