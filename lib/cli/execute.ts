/** A command line -> its exit status. Whatever goes wrong is printed here. */
import { CommanderError } from 'commander';
import { program } from './program.ts';
import { printFailure } from './show/failure.ts';

const USAGE_STATUS = 2;

/** Runs `argv`, which begins with the paths of Node and of this program as in `process.argv`. */
export async function execute(argv: readonly string[]): Promise<number> {
  let status = 0;
  try {
    await program((reported) => {
      status = reported;
    }).parseAsync([...argv]);
    return status;
  } catch (error) {
    // Its message is printed already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_STATUS;
    return printFailure(error);
  }
}
