/** The commands: what each is for, its arguments and examples, and what runs it, which is loaded when it does. */
import { Argument, type Command } from 'commander';
import { versionText } from '../version.ts';
import { isGiven } from './flags/commander.ts';
import type { CheckFlags, CommandName, ListFlags, PreviewFlags, ReplayFlags, RowKind, SandboxFlags, SendFlags } from './flags/flags.ts';
import { EXAMPLES } from './help-examples.ts';
import { answer } from './show/print.ts';

/** What the rows of a kind are. */
const KINDS: Readonly<Record<RowKind, string>> = { people: 'people', events: 'events', operations: 'Track API v2 operations' };

const PLACES = 'folders, files, s3://bucket/prefix or gs://bucket/prefix';

/** Adds all commands. `report` gets the exit status. */
export function addCommands(root: Command, report: (status: number) => void): void {
  const command = (name: CommandName): Command => root.command(name).addHelpText('after', EXAMPLES[name]);
  for (const kind of Object.keys(KINDS) as RowKind[])
    command(kind)
      .description(`send ${KINDS[kind]}, a row each: NDJSON, JSON, CSV (plain, gzip or zstd), Parquet or Kafka`)
      .argument('[file...]', 'files, folders, s3://, gs:// or https://, in this order; - or none is standard input; or kafka:// alone')
      .action(async (files: string[], flags: SendFlags) => report(await (await import('./send.ts')).send(kind, files, flags)));
  command('preview')
    .description('look at the first rows of a file: its columns, what would be rejected, and the command that loads it')
    .argument('[file]', 'a file; - or none is standard input')
    .action(async (file: string | undefined, flags: PreviewFlags) => report(await (await import('./preview.ts')).preview(file, flags)));
  command('replay')
    .description('send rejected records again, from wherever a run or Airbyte put them, in any of their formats')
    .argument('<place...>', PLACES)
    .action(async (places: string[], flags: ReplayFlags, command: Command) => {
      const given = command.options.map((option) => option.attributeName()).filter((name) => isGiven(command, name));
      report(await (await import('./replay.ts')).replay(places, flags, new Set(given)));
    });
  command('rejects')
    .description('show rejected records: counts by reason, field and stream, each of them, or a sheet to repair them in')
    .argument('<place...>', PLACES)
    .action(async (places: string[], flags: ListFlags) => report(await (await import('./list-rejects.ts')).listRejects(places, flags)));
  command('check')
    .description('check the credentials, the region, the place for rejected records, Kafka and Redis before a long run')
    .argument('[address]', 'also check topics of Kafka: kafka://host:9092/topic?group=crm')
    .action(async (address: string | undefined, flags: CheckFlags) =>
      report(await (await import('./check.ts')).checkCommand(address, flags)),
    );
  command('sandbox')
    .description('run a local Track API with the real limits; prints its address')
    .action(async (flags: SandboxFlags) => report(await (await import('./sandbox.ts')).sandbox(flags)));
  addAboutItself(root);
}

/** Commands about the command line itself. */
function addAboutItself(root: Command): void {
  root
    .command('version')
    .description('print the version, that of Node and the platform')
    .action(() => answer(versionText()));
  root
    .command('completion')
    .description('print a script that completes commands, flags and their values: source <(cio-stream completion bash)')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh']))
    .action(async (shell: 'bash' | 'zsh') => answer((await import('./completion.ts')).completionScript(root, shell)));
}
