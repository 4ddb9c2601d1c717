/** The commands: what each is for, its arguments and examples, and what runs it, which is loaded when it does. */
import { Argument, type Command } from 'commander';
import { versionText } from '../version.ts';
import { isGiven } from './flags/commander.ts';
import type { CheckFlags, CommandName, ListFlags, PreviewFlags, ReplayFlags, RowKind, SandboxFlags, SendFlags } from './flags/flags.ts';
import { COMPLETION_EXAMPLE, EXAMPLES } from './help-examples.ts';
import { answer } from './show/print.ts';

/** What the rows of a kind are. */
const KINDS: Readonly<Record<RowKind, string>> = { people: 'people', events: 'events', operations: 'Track API v2 operations' };

const SOURCES = 'files, folders, s3://, gs:// or https://, read in this order; - or nothing for standard input; or one kafka:// address';
const PLACES = 'folders, files, s3://bucket/prefix or gs://bucket/prefix';

/** Adds a command: a line for the list of commands, and `more` for its own help. */
type Add = (name: CommandName, summary: string, more?: string) => Command;

type Report = (status: number) => void;

/** Adds all commands, in the order in which a person needs them. `report` gets the exit status. */
export function addCommands(root: Command, report: Report): void {
  const add: Add = (name, summary, more = '') =>
    root
      .command(name)
      .summary(summary)
      .description(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.${more}`)
      .addHelpText('after', EXAMPLES[name]);
  root.commandsGroup('Load:');
  addLoading(add, report);
  root.commandsGroup('Rejected rows:');
  addRejected(add, report);
  root.commandsGroup('Setup and help:');
  addTrying(add, report);
  addAboutItself(root);
}

function addLoading(add: Add, report: Report): void {
  add('preview', "show a file's columns, what would be rejected, and the command that loads it", ' Sends nothing.')
    .argument('[file]', 'file, folder, s3://, gs:// or https://; - or nothing for standard input')
    .action(async (file: string | undefined, flags: PreviewFlags) => report(await (await import('./preview.ts')).preview(file, flags)));
  for (const kind of Object.keys(KINDS) as RowKind[])
    add(kind, `send ${KINDS[kind]}`, ' One per row of NDJSON, JSON, CSV or Parquet, plain, gzip or zstd, or one per Kafka message.')
      .argument('[file...]', SOURCES)
      .action(async (files: string[], flags: SendFlags) => report(await (await import('./send.ts')).send(kind, files, flags)));
}

function addRejected(add: Add, report: Report): void {
  add('rejects', 'count rejected rows by reason, list them, or make a sheet to repair them in')
    .argument('<place...>', PLACES)
    .action(async (places: string[], flags: ListFlags) => report(await (await import('./list-rejects.ts')).listRejects(places, flags)));
  add('replay', 'send rejected rows again', ' Reads what cio-stream and the Airbyte connector wrote, in any of their formats.')
    .argument('<place...>', PLACES)
    .action(async (places: string[], flags: ReplayFlags, command: Command) => {
      const given = command.options.map((option) => option.attributeName()).filter((name) => isGiven(command, name));
      report(await (await import('./replay.ts')).replay(places, flags, new Set(given)));
    });
}

function addTrying(add: Add, report: Report): void {
  add('check', 'check the credentials, the region, and where rejected rows go', ' With an address or --redis also Kafka and Redis.')
    .argument('[address]', 'topics of Kafka to check: kafka://host:9092/topic?group=crm')
    .action(async (address: string | undefined, flags: CheckFlags) =>
      report(await (await import('./check.ts')).checkCommand(address, flags)),
    );
  add('sandbox', 'run a local Track API with the real limits, to try things without an account', ' Prints its address.').action(
    async (flags: SandboxFlags) => report(await (await import('./sandbox.ts')).sandbox(flags)),
  );
}

/** Commands about the command line itself. */
function addAboutItself(root: Command): void {
  root
    .command('version')
    .description('print the versions of cio-stream and Node, and the platform')
    .action(() => answer(versionText()));
  root
    .command('completion')
    .description('print a script that completes commands, flags and values in bash or zsh')
    .addArgument(new Argument('<shell>', 'your shell').choices(['bash', 'zsh']))
    .addHelpText('after', COMPLETION_EXAMPLE)
    .action(async (shell: 'bash' | 'zsh') => answer((await import('./completion.ts')).completionScript(root, shell)));
}
