/** The options of `cio-stream send`. Names and defaults are the library's, in the spelling of a command line. */
import { type Command, Option } from 'commander';
import { CioError } from '../errors.ts';
import { DEFAULT_REQUESTS_PER_SECOND } from '../track/limits.ts';
import { type AccountFlags, addAccountOptions } from './account-options.ts';
import { addCsvOptions, type CsvFlags } from './csv-flags.ts';
import { addRejectOptions, type RejectFlags } from './store-options.ts';
import { positiveNumber, several, text, wholeNumber } from './values.ts';

/** What makes a line; `replay` has these too. */
export interface LineFlags extends AccountFlags, RejectFlags {
  readonly object: 'person_identify' | 'person_event' | 'entry';
  readonly identifier: 'auto' | 'email' | 'id' | 'cio_id' | 'phone';
  readonly map: readonly string[];
  readonly rename: readonly string[];
  readonly convert: readonly string[];
  readonly onViolation: 'reject' | 'truncate' | 'drop';
  readonly limit: readonly string[];
  readonly dryRun?: boolean;
  readonly check: boolean;
  readonly rate: number;
  readonly concurrency: number;
  readonly lingerMs: number;
  readonly timeoutMs: number;
  readonly giveUpMs: number;
  readonly onGiveUp: 'stop' | 'reject';
}

/** What is told of a run. */
export interface RunFlags {
  readonly dryRun?: boolean;
  readonly report?: string;
  readonly logFormat: 'text' | 'json';
  readonly quiet?: boolean;
}

/** What the options give. */
export interface SendFlags extends LineFlags, RunFlags, CsvFlags {
  readonly resume?: string;
  readonly checkpointEvery?: number;
  readonly checkpointEveryMs?: number;
  readonly dedupe?: boolean;
  readonly stateDir?: string;
  readonly collapse?: boolean;
  readonly format?: Format;
  readonly jsonPath?: string;
  readonly stream?: string;
  readonly namespace?: string;
  readonly maxRecordBytes: number;
}

/** Formats of input. */
export type Format = 'ndjson' | 'json' | 'csv';

const RECORD_FIELDS = 'person_email, person_id, person_cio_id, person_phone, event_name, event_id, timestamp';

/** Adds the options. */
export function addSendOptions(command: Command): Command {
  addRecordOptions(command);
  addInputOptions(command);
  addLineOptions(command);
  addStateOptions(command);
  return addReportOptions(command);
}

/** How a run is told. */
export function addReportOptions(command: Command): Command {
  return command
    .optionsGroup('What is told:')
    .option('--report <file>', 'write the summary there as JSON, also when the run fails', text)
    .addOption(new Option('--log-format <format>', 'what to print on standard error').choices(['text', 'json']).default('text'))
    .option('-q, --quiet', 'print nothing but errors');
}

/** What a record is. */
export function addRecordOptions(command: Command): void {
  command
    .optionsGroup('Rows:')
    // Not makeOptionMandatory(): a mistyped name would be told as this one missing.
    .hook('preAction', () => {
      if (command.opts().object === undefined) command.error("error: required option '--object <kind>' not specified");
    })
    .addOption(new Option('--object <kind>', 'what a row is').choices(['person_identify', 'person_event', 'entry']))
    .addOption(
      new Option('--identifier <type>', 'what identifies a person').choices(['auto', 'email', 'id', 'cio_id', 'phone']).default('auto'),
    )
    .addOption(
      new Option('--map <field=column>', `which column holds a record field: ${RECORD_FIELDS}; repeat for more`)
        .argParser(several)
        .default([], 'columns are named like the fields'),
    )
    .addOption(
      new Option('--rename <attribute=column>', 'the attribute that a column becomes, for example email="E-Mail Address"; repeat for more')
        .argParser(several)
        .default([], 'the name of the column'),
    )
    .addOption(
      new Option('--convert <column=type>', 'what the text of a column becomes: number, boolean, time (Unix seconds); repeat for more')
        .argParser(several)
        .default([], 'values go as they are'),
    )
    .addOption(
      new Option('--on-violation <what>', 'what to do with an entry over a limit')
        .choices(['reject', 'truncate', 'drop'])
        .default('reject'),
    )
    .addOption(
      new Option('--limit <kind.name=n>', 'another limit than the published one, for example person.attributes=500; repeat for more')
        .argParser(several)
        .default([], 'the published ones'),
    );
}

function addInputOptions(command: Command): void {
  command
    .optionsGroup('Input:')
    .addOption(
      new Option('--format <format>', 'format of the input (default: by the name, before .gz or .zst; else ndjson)').choices([
        'ndjson',
        'json',
        'csv',
      ]),
    )
    .option('--json-path <path>', 'json: the names that lead to the array, such as data.rows', text);
  addCsvOptions(command);
  command
    .option('--max-record-bytes <n>', 'reject records over this size', wholeNumber(1), 1_048_576)
    .option('--stream <name>', 'name of the stream, for --rejects-path and the origin of rejected records', text)
    .option('--namespace <name>', 'namespace of the stream, for the same', text);
}

function addStateOptions(command: Command): void {
  command
    .optionsGroup('Running again:')
    .option('--resume <file>', 'keep there how far each input has come, and go on from there: the same command again after a kill', text)
    .option('--checkpoint-every <n>', 'keep that after so many records (default: 100,000)', wholeNumber(1))
    .option('--checkpoint-every-ms <n>', '... and after so many milliseconds (default: 5,000; --state-dir: 1,000)', wholeNumber(1))
    .option('--dedupe', 'skip events that were delivered before, and people whose attributes are those delivered last')
    .option('--state-dir <dir>', '--dedupe: remember there what was delivered, between runs (default: for this run only)', text)
    .option('--collapse', '--dedupe: of identifies of one person that wait together send the last, where it sets all that the others set');
}

/** Throws `CIO_OPTIONS` for an option that does nothing without another. */
export function checkStateFlags({ resume, checkpointEvery, checkpointEveryMs, dedupe, stateDir, collapse }: SendFlags): void {
  const needs = (name: string, other: string): CioError => new CioError('CIO_OPTIONS', `${name} does nothing without ${other}`);
  if (!dedupe && stateDir !== undefined) throw needs('--state-dir', '--dedupe');
  if (!dedupe && collapse) throw needs('--collapse', '--dedupe');
  if (resume !== undefined || dedupe) return;
  if (checkpointEvery !== undefined) throw needs('--checkpoint-every', '--resume or --dedupe');
  if (checkpointEveryMs !== undefined) throw needs('--checkpoint-every-ms', '--resume or --dedupe');
}

/** How records are delivered. */
export function addLineOptions(command: Command): void {
  addAccountOptions(command);
  addRejectOptions(command, 'a folder, s3://bucket/prefix or gs://bucket/prefix for rejected records (default: standard output, as NDJSON)')
    .optionsGroup('Delivery:')
    .option(
      '--dry-run',
      'validate everything, send nothing, report the same; needs no credentials. Names of reject files begin with dry-run-',
    )
    .option('--no-check', "don't check the credentials and the place for rejected records before reading")
    .option('--rate <n>', 'requests in any second', positiveNumber(1_000_000), DEFAULT_REQUESTS_PER_SECOND)
    .option('--concurrency <n>', 'requests under way at once', wholeNumber(1, 1_000), 10)
    .option('--linger-ms <n>', 'how long an entry may wait for company', wholeNumber(0), 1_000)
    .option('--timeout-ms <n>', 'deadline of one request', wholeNumber(1), 30_000)
    .option('--give-up-ms <n>', 'how long to try again when the API fails', wholeNumber(0), 300_000)
    .addOption(
      new Option('--on-give-up <what>', 'then: stop, so that a re-run goes on, or reject what was not delivered')
        .choices(['stop', 'reject'])
        .default('stop'),
    );
}
