/**
 * The command line: its help, its commands, and the flags of the one that runs, from the command line and from `--config`.
 */
import type { Command } from 'commander';
import { packageVersion } from '../version.ts';
import { addCommands } from './commands.ts';
import { CliCommand } from './flags/commander.ts';
import { forgetFlagOrigins } from './flags/flag-origins.ts';
import type { CommandName } from './flags/flags.ts';
import { nameOptionsBy } from './show/failure.ts';

const EXAMPLES = `
Examples:
  $ export CUSTOMERIO_SITE_ID=... CUSTOMERIO_API_KEY=...
  $ cio-stream check
  $ cio-stream preview people.csv
  $ cio-stream people people.csv --email Email --rejects rejected/
  $ cio-stream rejects rejected/
  $ cio-stream replay rejected/ --rejects again/
  $ cio-stream sandbox          a local Track API, to try all this without an account

Exit status: 0 all delivered, 1 some rejected, 2 wrong usage, 3 and above by error (see the README), 130 interrupted.`;

/** The whole command line. `report` gets the exit status. */
export function program(report: (status: number) => void): CliCommand {
  const root = new CliCommand('cio-stream');
  root
    .description('Load people and events into Customer.io, and know what became of every row.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', EXAMPLES)
    .hook('preSubcommand', (_root, command) => addFlagsTo(command))
    .hook('preAction', (_root, command) => addConfigTo(command));
  addCommands(root, report);
  return root;
}

/** The flags of a command, when it is the one that runs: the help of all commands needs none, and comes at once. */
async function addFlagsTo(command: Command): Promise<void> {
  if (['version', 'completion'].includes(command.name())) return;
  const [{ addCommandFlags }, { flagOf }] = await Promise.all([import('./flags/flags.ts'), import('./flags/names.ts')]);
  forgetFlagOrigins();
  // What is read is the argument of the command.
  nameOptionsBy((of, path) => (of === 'openRejects' && path === '' ? command.name() : flagOf(of, path)));
  addCommandFlags(command, command.name() as CommandName);
}

/** What the file of `--config` says beside the flags. */
async function addConfigTo(command: Command): Promise<void> {
  if (command.opts().config !== undefined) await (await import('./config/fill-flags.ts')).fillFromConfig(command);
}
