/**
 * The command line as data: commands, options, examples. A command's own code is loaded in its action. `report` gets
 * the exit status.
 */
import { readFileSync } from 'node:fs';
import { addAccountOptions } from './account-options.ts';
import type { CheckFlags } from './check.ts';
import { CliCommand } from './cli-command.ts';
import { addSandboxOptions, type SandboxFlags } from './sandbox-options.ts';
import { addSendOptions, type SendFlags } from './send-options.ts';
import { text } from './values.ts';

const EXAMPLES = `
Examples:
  $ export CUSTOMERIO_SITE_ID=... CUSTOMERIO_API_KEY=...
  $ cio-stream check
  $ cio-stream send people.csv --object person_identify --map person_email=Email --rejects rejected/
  $ cio-stream sandbox          a local Track API, to try all this without an account

Exit status: 0 all delivered, 1 some rejected, 2 wrong usage, 3 and above by error (see the README), 130 interrupted.`;

const SEND_EXAMPLES = `
Examples:
  $ cio-stream send events.ndjson.gz --object person_event > rejected.ndjson
  $ zcat people.csv.gz | cio-stream send --format csv --object person_identify --map person_email=Email --rejects rejected/
  $ cio-stream send export.json --json-path data.rows --object person_identify --dry-run --report report.json
  $ cio-stream send rejected/*.ndjson --object person_identify       rejected records, once repaired or as they are
  $ cio-stream send people.csv --object person_identify --rejects rejected/ --resume people.state.json
  $ cio-stream send people.csv --object person_identify --rejects rejected/ --dedupe --state-dir state/

--resume: a run that goes on does not hand back again what an earlier one did. With rejected records on standard output
that is what was printed: append it to a file (>>), or better give --rejects, where they are kept before the position is.

Ctrl-C stops reading and settles what is under way; a second Ctrl-C leaves at once.`;

const CHECK_EXAMPLES = `
Examples:
  $ cio-stream check
  $ CUSTOMERIO_REGION=eu cio-stream check --rejects rejected/`;

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
  addAccountOptions(root.command('check'))
    .description('check the credentials and the region before a long run')
    .option('--rejects <place>', 'also check that rejected records can be stored there', text)
    .addHelpText('after', CHECK_EXAMPLES)
    .action(async (flags: CheckFlags) => report(await (await import('./check.ts')).check(flags)));
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
