/** The options of `cio-stream send`. Names and defaults are the library's, in the spelling of a command line. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_REQUESTS_PER_SECOND, type LimitListName } from '../../track/limits.ts';
import { isMaxRejected, type MaxRejected } from '../../write/reject-budget.ts';
import { type AccountFlags, addAccountOptions } from './account-options.ts';
import type { ColumnFlags } from './columns.ts';
import { addCsvOptions, type CsvFlags } from './csv-flags.ts';
import { limitsOption } from './limits-option.ts';
import type { RowKind } from './row-kinds.ts';
import { addStateOptions, type StateFlags } from './state-options.ts';
import { addRejectOptions, type RejectFlags } from './store-options.ts';
import { encodingName, positiveNumber, several, text, wholeNumber } from './values.ts';

/** What makes a line; `replay` has these too. */
export interface PipelineFlags extends AccountFlags, RejectFlags, ColumnFlags {
  readonly onViolation: 'reject' | 'truncate' | 'drop';
  readonly limits: LimitListName;
  readonly limit: readonly string[];
  readonly dryRun?: boolean;
  readonly check: boolean;
  readonly rate: number;
  readonly concurrency: number;
  readonly lingerMs: number;
  readonly timeoutMs: number;
  readonly giveUpMs: number;
  readonly onGiveUp: 'stop' | 'reject';
  readonly maxRejected?: MaxRejected;
  readonly transform?: string;
}

/** What is told of a run. */
export interface RunFlags {
  readonly dryRun?: boolean;
  readonly report?: string;
  readonly logFormat: 'text' | 'json';
  readonly quiet?: boolean;
}

/** What the options give. */
export interface SendFlags extends PipelineFlags, RunFlags, StateFlags, CsvFlags {
  readonly format?: InputFormat;
  readonly encoding?: string;
  readonly jsonPath?: string;
  readonly stream?: string;
  readonly namespace?: string;
  readonly maxRecordBytes: number;
}

/** Formats of input. */
export type InputFormat = 'ndjson' | 'json' | 'csv';

/** Adds the options. */
export function addSendOptions(command: Command, kind: RowKind): Command {
  addRecordOptions(command, kind);
  addInputOptions(command);
  addPipelineOptions(command);
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

/** What the columns of rows are, and what becomes of rows. */
export function addRecordOptions(command: Command, kind?: RowKind): void {
  command.optionsGroup('Rows:');
  if (kind !== 'operations') addColumnOptions(command, kind);
  command
    .option(
      '--transform <file>',
      'a JavaScript module whose default export gets each row before it is mapped, and returns a row, several, or nothing to leave it out',
      text,
    )
    .addOption(
      new Option('--on-violation <what>', 'what to do with an entry over a limit')
        .choices(['reject', 'truncate', 'drop'])
        .default('reject'),
    )
    .addOption(limitsOption())
    .addOption(
      new Option('--limit <kind.name=n>', 'another limit than that of the list, for example person.attributes=500; repeat for more')
        .argParser(several)
        .default([], 'those of the list'),
    );
}

function addColumnOptions(command: Command, kind: RowKind | undefined): void {
  command
    .option('--id <column>', 'the column that holds the id', text)
    .option('--email <column>', 'the column that holds the email', text)
    .option('--cio-id <column>', 'the column that holds the cio_id', text)
    .option('--phone <column>', 'the column that holds the phone number', text);
  if (kind !== 'people') {
    command
      .option('--name <column>', 'events: the column that holds their names', text)
      .option('--event <name>', 'events: what all of them are called', text)
      .option('--event-id <column>', 'events: the column that holds their ids', text);
  }
  command
    .option('--time <column>', 'the column that holds the time: of events when they happened, of people it orders the updates', text)
    .addOption(
      new Option(
        '--column <source=target>',
        'what a column becomes: an attribute or record field, its type (number, boolean, time) and format, as in "Joined At"=joined:time:DD/MM/YYYY; Notes= leaves it out; repeat for more',
      )
        .argParser(several)
        .default([], 'an attribute under its own name'),
    )
    .option('--snake-case', 'columns that are not named become attributes in snake case: First Name is first_name')
    .option('--drop-others', 'columns that are not named are left out')
    .addOption(
      new Option('--identifier <type>', 'what identifies a person').choices(['auto', 'email', 'id', 'cio_id', 'phone']).default('auto'),
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
    .option(
      '--encoding <name>',
      'encoding of the input, such as windows-1252, utf-16le or shift_jis (default: UTF-8, or UTF-16 by its first bytes)',
      encodingName,
    )
    .option('--json-path <path>', 'json: the names that lead to the array, such as data.rows', text);
  addCsvOptions(command);
  command
    .option('--max-record-bytes <n>', 'reject records over this size', wholeNumber(1), 1_048_576)
    .option('--stream <name>', 'name of the stream, for --rejects-path and the origin of rejected records', text)
    .option('--namespace <name>', 'namespace of the stream, for the same', text);
}

/** How records are delivered. */
export function addPipelineOptions(command: Command): void {
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
    )
    .option(
      '--max-rejected <n or share>',
      'stop when more rows are rejected than this number, or this share such as 5% (default: no limit, but an input whose first 1,000 rows are all malformed stops; 100% reads that on, too)',
      maxRejected,
    );
}

function maxRejected(value: string): MaxRejected {
  const limit = /^\d+$/.test(value) ? Number(value) : value;
  if (isMaxRejected(limit)) return limit;
  throw new InvalidArgumentError('It must be a whole number, or a share from 0% to 100% such as 5% or 2.5%.');
}
