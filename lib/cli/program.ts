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
  $ cio-stream sandbox                       a local Track API: no account needed
  $ export CUSTOMERIO_SITE_ID=... CUSTOMERIO_API_KEY=...
  $ cio-stream check
  $ cio-stream preview people.csv
  $ cio-stream people people.csv --email Email --rejects rejected/
  $ cio-stream rejects rejected/
  $ cio-stream replay rejected/ --rejects again/

Exit status:
  0    every row delivered or skipped
  1    some rows rejected
  2    wrong usage
  3-71 an error, by its cause: see docs/errors.md in the package
  130  interrupted (143 by SIGTERM)

cio-stream <command> --help shows the options of a command.
Documentation: docs/ in the package (node_modules/customerio-streams/docs).`;

/** The whole command line. `report` gets the exit status. */
export function program(report: (status: number) => void): CliCommand {
  const root = new CliCommand('cio-stream');
  root
    .description('Load people and events into Customer.io. Every row is delivered or comes back with a reason.')
    .version(packageVersion(), '-V, --version', 'print the version number')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', EXAMPLES)
    .hook('preSubcommand', (_root, command) => addFlagsTo(command))
    .hook('preAction', (_root, command) => addConfigTo(command));
  addCommands(root, report);
  return root.helpCommand('help [command]', 'show the help of a command');
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
