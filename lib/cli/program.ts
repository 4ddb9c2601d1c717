/**
 * The command line as data: commands, options, examples. A command's own code is loaded in its action. `report` gets
 * the exit status.
 */
import { readFileSync } from 'node:fs';
import type { CheckFlags } from './check.ts';
import { addAccountOptions } from './flags/account-options.ts';
import { CliCommand } from './flags/commander.ts';
import { addReplayOptions, type ReplayFlags } from './flags/replay-options.ts';
import { addSandboxOptions, type SandboxFlags } from './flags/sandbox-options.ts';
import { addSendOptions, type SendFlags } from './flags/send-options.ts';
import { addRejectOptions, addStoreOptions } from './flags/store-options.ts';
import type { ListFlags } from './list-rejects.ts';

const EXAMPLES = `
Examples:
  $ export CUSTOMERIO_SITE_ID=... CUSTOMERIO_API_KEY=...
  $ cio-stream check
  $ cio-stream send people.csv --object person_identify --email Email --rejects rejected/
  $ cio-stream rejects rejected/
  $ cio-stream replay rejected/ --object person_identify --rejects again/
  $ cio-stream sandbox          a local Track API, to try all this without an account

Exit status: 0 all delivered, 1 some rejected, 2 wrong usage, 3 and above by error (see the README), 130 interrupted.`;

const SEND_EXAMPLES = `
Examples:
  $ cio-stream send events.ndjson.gz --object person_event > rejected.ndjson
  $ zcat people.csv.gz | cio-stream send --format csv --object person_identify --email Email --rejects rejected/
  $ cio-stream send people.csv --object person_identify --id ID --email "E-Mail Address" --column created_at=:time
  $ cio-stream send export.json --json-path data.rows --object person_identify --dry-run --report report.json
  $ cio-stream send rejected/*.ndjson --object person_identify       rejected records, once repaired or as they are
  $ cio-stream send people.csv --object person_identify --rejects rejected/ --resume people.state.json
  $ cio-stream send people.csv --object person_identify --rejects rejected/ --dedupe --state-dir state/

--resume: a run that resumes does not hand back again what an earlier one did. With rejected records on standard output
that is what was printed: append it to a file (>>), or better give --rejects, where they are kept before the position is.

Ctrl-C stops reading and finishes what was read; a second Ctrl-C leaves at once.`;

const CHECK_EXAMPLES = `
Examples:
  $ cio-stream check
  $ CUSTOMERIO_REGION=eu cio-stream check --rejects s3://bucket/rejected --s3-region eu-central-1`;

const REPLAY_EXAMPLES = `
Examples:
  $ cio-stream replay s3://bucket/rejected --object person_event --rejects s3://bucket/rejected-again --done delete
  $ cio-stream replay rejected/ --object person_identify --reason refused,undeliverable --rejects again/
  $ cio-stream replay gs://bucket/rejected --object person_event --dry-run > still-rejected.ndjson

It can be interrupted, or killed, and run again: an event that was sent before keeps its id and does not count twice.
An object is cleared by --done when all of its records are delivered or kept in --rejects. Records that --reason or
--field leave out stay where they are, and with them their object: those of its records that were meant are sent again
by the next replay.`;

const REJECTS_EXAMPLES = `
Examples:
  $ cio-stream rejects rejected/
  $ cio-stream rejects s3://bucket/rejected --json | jq '.kinds[] | [.records, .reason, .field]'`;

const SANDBOX_EXAMPLES = `
Examples:
  $ cio-stream sandbox --port 8080
  $ export CUSTOMERIO_BASE_URL=http://127.0.0.1:8080 CUSTOMERIO_SITE_ID=sandbox-site CUSTOMERIO_API_KEY=sandbox-key
  $ cio-stream send people.ndjson --object person_identify`;

/** The whole command line. */
export function program(report: (status: number) => void): CliCommand {
  const root = new CliCommand('cio-stream');
  root
    .description('Load people and events into Customer.io, and know what became of every row.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', EXAMPLES);
  addSendOptions(root.command('send'))
    .description('send rows from files or standard input; they are NDJSON, JSON or CSV, plain, gzip or zstd')
    .argument('[file...]', 'files in the order given; - or none is standard input')
    .addHelpText('after', SEND_EXAMPLES)
    .action(async (files: string[], flags: SendFlags) => report(await (await import('./send.ts')).send(files, flags)));
  addReplayOptions(root.command('replay'))
    .description('send rejected records again, from wherever send or Airbyte put them, in any of their formats')
    .argument('<place>', 'a folder, a file, s3://bucket/prefix or gs://bucket/prefix')
    .addHelpText('after', REPLAY_EXAMPLES)
    .action(async (where: string, flags: ReplayFlags) => report(await (await import('./replay.ts')).replay(where, flags)));
  addStoreOptions(root.command('rejects').option('--json', 'print one JSON object'))
    .description('count rejected records by reason, field and stream, with an example of each')
    .argument('<place>', 'a folder, a file, s3://bucket/prefix or gs://bucket/prefix')
    .addHelpText('after', REJECTS_EXAMPLES)
    .action(async (where: string, flags: ListFlags) => report(await (await import('./list-rejects.ts')).listRejects(where, flags)));
  addRejectOptions(addAccountOptions(root.command('check')), 'also check that rejected records can be kept there: a folder, s3:// or gs://')
    .description('check the credentials, the region and the place for rejected records before a long run')
    .addHelpText('after', CHECK_EXAMPLES)
    .action(async (flags: CheckFlags) => report(await (await import('./check.ts')).checkCommand(flags)));
  addSandboxOptions(root.command('sandbox'))
    .description('run a local Track API with the real limits; prints its address')
    .addHelpText('after', SANDBOX_EXAMPLES)
    .action(async (flags: SandboxFlags) => report(await (await import('./sandbox.ts')).sandbox(flags)));
  return root;
}

/** Of the package, wherever it lies: three folders up from the compiled file. */
function version(): string {
  return JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')).version;
}
