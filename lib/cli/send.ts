/** `cio-stream send`: the line of the README over files or standard input. */
import { ColumnWatch } from './column-watch.ts';
import { columnsOf, namedColumns, neededColumns } from './columns.ts';
import { openDeduping } from './deduping.ts';
import { Feed } from './feed.ts';
import { given } from './given.ts';
import { findInputs } from './inputs.ts';
import { lineOf } from './line.ts';
import { remaining } from './resume.ts';
import { type Run, run } from './run.ts';
import { checkStateFlags, type SendFlags } from './send-options.ts';
import { emptyNote, interruptedNote, resumedNote } from './words.ts';

/** Runs the command; resolves with its exit status. */
export function send(files: readonly string[], flags: SendFlags): Promise<number> {
  return run(flags, async (context): Promise<Run> => {
    // Mistakes that cost nothing to find come first.
    const columns = columnsOf(flags);
    checkStateFlags(flags);
    const { inputs, resumed, keep } = await remaining(await findInputs(files, flags), flags);
    if (resumed.length > 0) context.display.note(resumedNote(resumed));
    const { stages, close } = await openDeduping(flags);
    try {
      const watch = new ColumnWatch(namedColumns(columns));
      const line = await lineOf(flags, context, { columns, watch, stages, ...given({ onCheckpoint: keep }) });
      const feed = new Feed(inputs, flags, neededColumns(flags, columns), context.stop, context.display.note);
      return { ...line, columns: watch, feed, close, resumed, lastWords: lastWordsOf(feed, flags) };
    } catch (error) {
      await close();
      throw error;
    }
  });
}

function lastWordsOf(feed: Feed, { resume, dryRun }: SendFlags): NonNullable<Run['lastWords']> {
  return (interrupted) => {
    if (!interrupted) return feed.empty.length === 0 ? [] : [emptyNote(feed.empty)];
    return dryRun ? [] : [interruptedNote(resume)];
  };
}
