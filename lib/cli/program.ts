/**
 * The command line as data: commands, options, examples. A command's own code is loaded in its action. `report` gets
 * the exit status.
 */
import { Argument, type Command } from 'commander';
import { CliCommand } from './flags/commander.ts';
import { forgetFlagOrigins } from './flags/flag-origins.ts';
import type { CheckFlags, COMMAND_FLAGS, ListFlags, PreviewFlags, ReplayFlags, RowKind, SandboxFlags, SendFlags } from './flags/flags.ts';
import { nameOptionsBy } from './show/failure.ts';
import { answer } from './show/print.ts';
import { packageVersion, versionText } from './show/version.ts';

const EXAMPLES = `
Examples:
  $ export CUSTOMERIO_SITE_ID=... CUSTOMERIO_API_KEY=...
  $ cio-stream check
  $ cio-stream preview people.csv
  $ cio-stream people people.csv --email Email --rejects rejected/
  $ cio-stream rejects rejected/
  $ cio-stream replay rejected/ --as people --rejects again/
  $ cio-stream sandbox          a local Track API, to try all this without an account

Exit status: 0 all delivered, 1 some rejected, 2 wrong usage, 3 and above by error (see the README), 130 interrupted.`;

/** The kinds of rows: what the library calls each, and what people do. */
const KINDS: Readonly<Record<RowKind, { readonly object: SendFlags['object']; readonly rows: string }>> = {
  people: { object: 'person_identify', rows: 'people' },
  events: { object: 'person_event', rows: 'events' },
  operations: { object: 'entry', rows: 'Track API v2 operations' },
};

const SEND_EXAMPLES: Readonly<Record<RowKind, string>> = {
  people: `
Examples:
  $ cio-stream people crm.csv --id "CRM ID" --email "E-Mail Address" --column "Created At"=created_at:time --snake-case
  $ zcat people.csv.gz | cio-stream people --format csv --email Email --rejects rejected/
  $ cio-stream people export.json --json-path data.rows --dry-run --report report.json
  $ cio-stream people rejected/*.ndjson --email Email      rejected records, once repaired or as they are
  $ cio-stream people s3://bucket/export/ --email Email --rejects rejected/ --resume people.state.json
  $ cio-stream people people.csv --rejects rejected/ --dedupe --state-dir state/

--column SOURCE=target:type:format. SOURCE= leaves a column out, SOURCE=:type keeps its name. Write \\= and \\: for signs that
are part of a name, and target:attribute for an attribute that is called like a record field.`,
  events: `
Examples:
  $ cio-stream events orders.ndjson.gz --email email --name event --time at --event-id order_id > rejected.ndjson
  $ cio-stream events views.csv --email email --event page_viewed       every row is the same event
  $ cio-stream events visits.csv --email email --name what --column Visited="timestamp:time:DD/MM/YYYY HH:mm"`,
  operations: `
Examples:
  $ cio-stream operations operations.ndjson --rejects rejected/
  $ echo '{"type":"person","action":"delete","identifiers":{"id":"7"}}' | cio-stream operations`,
};

const SEND_NOTES = `

--resume: a run that resumes does not hand back again what an earlier one did. With rejected records on standard output
that is what was printed: append it to a file (>>), or better give --rejects, where they are kept before the position is.

Ctrl-C stops reading and finishes what is in flight; a second Ctrl-C leaves at once.`;

const PREVIEW_EXAMPLES = `
Examples:
  $ cio-stream preview crm.csv
  $ cio-stream preview orders.ndjson.gz --kind events --event order_placed
  $ cio-stream preview crm.csv --write load.json      then: cio-stream people crm.csv --config load.json

Flags that say what columns are, or how the input is read, are kept and completed.

Exit status: 0 if a command is proposed, 1 if it takes a decision of yours first.`;

const CHECK_EXAMPLES = `
Examples:
  $ cio-stream check
  $ CUSTOMERIO_REGION=eu cio-stream check --rejects s3://bucket/rejected --s3-region eu-central-1`;

const REPLAY_EXAMPLES = `
Examples:
  $ cio-stream replay rejected/ --rejects again/
  $ cio-stream replay fix.csv --rejects again/      a sheet of cio-stream rejects --format csv, repaired
  $ cio-stream replay rejected/ --column "Created At"=created_at:time:DD/MM/YYYY --rejects again/
  $ cio-stream replay s3://bucket/rejected --reason refused,undeliverable --rejects s3://bucket/rejected-again --done delete
  $ cio-stream replay airbyte.jsonl --as events --email email --dry-run > still-rejected.ndjson

Each row is mapped by the flags of the run that rejected it, which are kept beside it in .cio-stream.json, or stand in the
sheet. Flags given here override single parts of them; with --as only the flags given here count.

It can be interrupted, or killed, and run again: an event that was sent before keeps its id and does not count twice.
An object is cleared by --done when all of its records are delivered or kept in --rejects. Records that --reason or
--field leave out stay where they are, and with them their object: those of its records that were meant are sent again
by the next replay.`;

const REJECTS_EXAMPLES = `
Examples:
  $ cio-stream rejects rejected/
  $ cio-stream rejects rejected/ --rows --reason invalid --first 20
  $ cio-stream rejects rejected/ --format csv --out fix.csv      correct it in a spreadsheet, then: cio-stream replay fix.csv
  $ cio-stream rejects s3://bucket/rejected --format json | jq '.kinds[] | [.records, .reason, .field]'`;

const SANDBOX_EXAMPLES = `
Examples:
  $ cio-stream sandbox --port 8080
  $ export CUSTOMERIO_BASE_URL=http://127.0.0.1:8080 CUSTOMERIO_SITE_ID=sandbox-site CUSTOMERIO_API_KEY=sandbox-key
  $ cio-stream people people.ndjson`;

/** The whole command line. */
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
  const command = (name: keyof typeof COMMAND_FLAGS): Command => root.command(name);
  for (const kind of Object.keys(KINDS) as RowKind[]) addSending(command(kind), kind, report);
  addPreview(command('preview'), report);
  command('replay')
    .description('send rejected records again, from wherever a run or Airbyte put them, in any of their formats')
    .argument('<place...>', 'folders, files, s3://bucket/prefix or gs://bucket/prefix')
    .addHelpText('after', REPLAY_EXAMPLES)
    .action(async (places: string[], flags: ReplayFlags, command: Command) => {
      const isGiven = (name: string): boolean => !['default', undefined].includes(command.getOptionValueSource(name));
      const given = new Set(command.options.map((option) => option.attributeName()).filter(isGiven));
      const object = flags.as && { object: KINDS[flags.as].object };
      report(await (await import('./replay.ts')).replay(places, { ...flags, ...object }, given));
    });
  command('rejects')
    .description('show rejected records: counts by reason, field and stream, each of them, or a sheet to repair them in')
    .argument('<place...>', 'folders, files, s3://bucket/prefix or gs://bucket/prefix')
    .addHelpText('after', REJECTS_EXAMPLES)
    .action(async (places: string[], flags: ListFlags) => report(await (await import('./list-rejects.ts')).listRejects(places, flags)));
  command('check')
    .description('check the credentials, the region and the place for rejected records before a long run')
    .addHelpText('after', CHECK_EXAMPLES)
    .action(async (flags: CheckFlags) => report(await (await import('./check.ts')).checkCommand(flags)));
  command('sandbox')
    .description('run a local Track API with the real limits; prints its address')
    .addHelpText('after', SANDBOX_EXAMPLES)
    .action(async (flags: SandboxFlags) => report(await (await import('./sandbox.ts')).sandbox(flags)));
  addAboutItself(root);
  return root;
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

/** A command that sends rows of one kind. */
function addSending(command: Command, kind: RowKind, report: (status: number) => void): void {
  const { object, rows } = KINDS[kind];
  command
    .description(`send ${rows}, a row each: NDJSON, JSON, CSV (plain, gzip or zstd) or Parquet`)
    .argument('[file...]', 'files, folders, s3://, gs:// or https://, in this order; - or none is standard input')
    .addHelpText('after', SEND_EXAMPLES[kind] + SEND_NOTES)
    .action(async (files: string[], flags: SendFlags) => report(await (await import('./send.ts')).send(files, { ...flags, object })));
}

/** The command `preview`. */
function addPreview(command: Command, report: (status: number) => void): void {
  command
    .description('look at the first rows of a file: its columns, what would be rejected, and the command that loads it')
    .argument('[file]', 'a file; - or none is standard input')
    .addHelpText('after', PREVIEW_EXAMPLES)
    .action(async (file: string | undefined, flags: PreviewFlags) => report(await (await import('./preview.ts')).preview(file, flags)));
}

/** The flags of a command, when it is the one that runs: the help of all commands needs none, and comes at once. */
async function addFlagsTo(command: Command): Promise<void> {
  if (['version', 'completion'].includes(command.name())) return;
  const [{ addCommandFlags }, { flagOf }] = await Promise.all([import('./flags/flags.ts'), import('./flags/names.ts')]);
  forgetFlagOrigins();
  // What is read is the argument of the command.
  nameOptionsBy((of, path) => (of === 'openRejects' && path === '' ? command.name() : flagOf(of, path)));
  addCommandFlags(command, command.name() as keyof typeof COMMAND_FLAGS);
}

/** What the file of `--config` says beside the flags. */
async function addConfigTo(command: Command): Promise<void> {
  if (command.opts().config !== undefined) await (await import('./config/fill-flags.ts')).fillFromConfig(command);
}
