/** `cio-stream send`: the line of the README over files or standard input. */
import { Feed } from './feed.ts';
import { findInputs } from './inputs.ts';
import { lineOf } from './line.ts';
import { mappedFields } from './mapped-fields.ts';
import { run } from './run.ts';
import type { SendFlags } from './send-options.ts';

/** Runs the command; resolves with its exit status. */
export function send(files: readonly string[], flags: SendFlags): Promise<number> {
  return run(flags, async (context) => {
    // Mistakes that cost nothing to find come first.
    mappedFields(flags.map, flags.object);
    const inputs = await findInputs(files, flags);
    return { ...(await lineOf(flags, context)), feed: new Feed(inputs, flags, context.stop) };
  });
}
