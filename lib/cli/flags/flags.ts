/**
 * The flags of each command: which options of the library it has, and under which headings of the help. Names, values,
 * defaults and sentences stand with the options. A flag gives `flags` the attribute that commander makes of its name.
 */
import type { Command } from 'commander';
import type { z } from 'zod';
import { LMDB_STORE_SHAPE } from '../../dedupe/options.ts';
import { REJECT_WRITER_SHAPE } from '../../reject/options.ts';
import { SANDBOX_SHAPE } from '../../sandbox/options.ts';
import { CSV_SHAPE } from '../../source/csv/options.ts';
import { JSON_SHAPE, SOURCE_SHAPE } from '../../source/options.ts';
import type { ObjectKind } from '../../stage/mapping/columns.ts';
import { ENFORCE_LIMITS_SHAPE, VALIDATE_SHAPE } from '../../stage/options.ts';
import { GCS_SHAPE, S3_SHAPE } from '../../storage/options.ts';
import { limitListOption } from '../../track/limits.ts';
import { CREDENTIAL_SHAPE, TRACK_WRITER_SHAPE } from '../../write/options.ts';
import { CLI_OPTIONS, EVENT_COLUMNS, OTHER_COLUMNS, PERSON_COLUMNS } from './cli-options.ts';
import { addFlags, asTexts, ifGiven } from './flag.ts';

/** What becomes of a row, whatever it is. */
const ROWS = {
  transform: CLI_OPTIONS.transform,
  onViolation: ENFORCE_LIMITS_SHAPE.onViolation,
  limits: limitListOption,
  limit: CLI_OPTIONS.limit,
};

/** What the columns of people are, and what else those of events are. */
const PEOPLE = { ...PERSON_COLUMNS, column: asTexts(VALIDATE_SHAPE.columns), ...OTHER_COLUMNS, identifier: VALIDATE_SHAPE.identifier };
const EVENTS = { ...EVENT_COLUMNS, event: VALIDATE_SHAPE.event };

/** How files are read. */
const INPUT = {
  format: CLI_OPTIONS.format,
  encoding: SOURCE_SHAPE.encoding,
  jsonPath: JSON_SHAPE.path,
  delimiter: CSV_SHAPE.delimiter,
  quote: ifGiven(CSV_SHAPE.quote),
  header: CSV_SHAPE.columns,
  keepEmptyCells: ifGiven(CSV_SHAPE.emptyCells),
  null: CSV_SHAPE.null,
  trim: ifGiven(CSV_SHAPE.trim),
  maxRecordBytes: SOURCE_SHAPE.maxRecordBytes,
  stream: SOURCE_SHAPE.stream,
  namespace: SOURCE_SHAPE.namespace,
};

/** Whose data goes where. */
const ACCOUNT = {
  siteId: ifGiven(CREDENTIAL_SHAPE.siteId),
  apiKey: ifGiven(CREDENTIAL_SHAPE.apiKey),
  region: TRACK_WRITER_SHAPE.region,
  baseUrl: TRACK_WRITER_SHAPE.baseUrl,
};

/** What the files of rejected records are like. */
const REJECTS = {
  rejectsFormat: ifGiven(REJECT_WRITER_SHAPE.format),
  rejectsFlattening: ifGiven(REJECT_WRITER_SHAPE.flattening),
  rejectsGzip: ifGiven(REJECT_WRITER_SHAPE.compression),
  rejectsPath: REJECT_WRITER_SHAPE.pathFormat,
  rejectsFile: REJECT_WRITER_SHAPE.fileNameFormat,
  rejectsRollBytes: ifGiven(REJECT_WRITER_SHAPE.rollBytes),
  rejectsRollMs: ifGiven(REJECT_WRITER_SHAPE.rollMs),
  rejectsSpill: REJECT_WRITER_SHAPE.spillTo,
};

/** How to reach a bucket. Keys are not flags: each SDK finds them where it always does. */
const STORES = {
  s3Endpoint: S3_SHAPE.endpoint,
  s3Region: S3_SHAPE.region,
  s3RoleArn: S3_SHAPE.roleArn,
  s3ExternalId: S3_SHAPE.externalId,
  s3PathStyle: S3_SHAPE.forcePathStyle,
  s3Checksums: S3_SHAPE.requestChecksumCalculation,
  gcsEndpoint: GCS_SHAPE.apiEndpoint,
  gcsProject: GCS_SHAPE.projectId,
  gcsKeyFile: GCS_SHAPE.keyFilename,
};

/** How rows are delivered. */
const DELIVERY = {
  dryRun: TRACK_WRITER_SHAPE.dryRun,
  check: CLI_OPTIONS.check,
  rate: TRACK_WRITER_SHAPE.requestsPerSecond,
  concurrency: TRACK_WRITER_SHAPE.concurrency,
  lingerMs: TRACK_WRITER_SHAPE.lingerMs,
  timeoutMs: TRACK_WRITER_SHAPE.timeoutMs,
  giveUpMs: TRACK_WRITER_SHAPE.giveUpMs,
  onGiveUp: TRACK_WRITER_SHAPE.onGiveUp,
  maxRejected: TRACK_WRITER_SHAPE.maxRejected,
};

/** How far inputs were read, and what was delivered before. */
const STATE = {
  resume: CLI_OPTIONS.resume,
  checkpointEvery: CLI_OPTIONS.checkpointEvery,
  checkpointEveryMs: CLI_OPTIONS.checkpointEveryMs,
  dedupe: CLI_OPTIONS.dedupe,
  stateDir: ifGiven(LMDB_STORE_SHAPE.path),
};

/** What is printed. */
const OUTPUT = { report: CLI_OPTIONS.report, logFormat: CLI_OPTIONS.logFormat, quiet: CLI_OPTIONS.quiet };

/** Which rejected records are sent again, and what becomes of them. */
const REPLAY = {
  as: CLI_OPTIONS.as,
  reason: CLI_OPTIONS.reason,
  field: CLI_OPTIONS.field,
  done: CLI_OPTIONS.done,
  doneTo: CLI_OPTIONS.doneTo,
};

const SANDBOX = {
  port: SANDBOX_SHAPE.port,
  allowHost: SANDBOX_SHAPE.hosts,
  siteId: SANDBOX_SHAPE.siteId,
  apiKey: SANDBOX_SHAPE.apiKey,
  region: SANDBOX_SHAPE.region,
  rate: SANDBOX_SHAPE.requestsPerSecond,
  limits: SANDBOX_SHAPE.limits,
  keepEvents: CLI_OPTIONS.keepEvents,
  latencyMs: CLI_OPTIONS.latencyMs,
  faults: CLI_OPTIONS.faults,
};

const REJECTS_PLACE = { rejects: CLI_OPTIONS.rejects };
const PIPELINE = [
  ['Account:', ACCOUNT],
  ['Rejected records:', { ...REJECTS_PLACE, ...REJECTS }],
  ['Object storage:', STORES],
  ['Delivery:', DELIVERY],
] as const;

const FILES = [['Input:', INPUT], ...PIPELINE, ['Running again:', STATE], ['Output:', OUTPUT]] as const;

/** The flags of each command under their headings. */
export const COMMAND_FLAGS = {
  people: [['Rows:', { ...PEOPLE, ...ROWS }], ...FILES],
  events: [['Rows:', { ...PEOPLE, ...EVENTS, ...ROWS }], ...FILES],
  operations: [['Rows:', ROWS], ...FILES],
  replay: [['Which records:', REPLAY], ['Rows:', { ...PEOPLE, ...EVENTS, ...ROWS }], ...PIPELINE, ['Output:', OUTPUT]],
  rejects: [
    [undefined, { json: CLI_OPTIONS.json }],
    ['Object storage:', STORES],
  ],
  check: [
    ['Account:', ACCOUNT],
    ['Rejected records:', { rejects: CLI_OPTIONS.checkedRejects, ...REJECTS }],
    ['Object storage:', STORES],
  ],
  sandbox: [[undefined, SANDBOX]],
} as const satisfies Record<string, readonly (readonly [string | undefined, z.ZodRawShape])[]>;

type Flags<S extends z.ZodRawShape> = Readonly<z.output<z.ZodObject<S>>>;

/** How to reach a bucket. */
export type StoreFlags = Flags<typeof STORES>;
/** Where rejected records go, and what their files are like. */
export interface RejectFlags extends StoreFlags, Flags<typeof REJECTS_PLACE>, Flags<typeof REJECTS> {}
/** Whose data goes where. */
export type AccountFlags = Flags<typeof ACCOUNT>;
/** What columns are. `object` is the command, or `--as`; those of another kind of rows are absent. */
export interface ColumnFlags extends Partial<Flags<typeof PEOPLE>>, Partial<Flags<typeof EVENTS>> {
  readonly object: ObjectKind;
}
/** What makes a pipeline. */
export interface PipelineFlags extends AccountFlags, RejectFlags, ColumnFlags, Flags<typeof ROWS>, Flags<typeof DELIVERY> {}
/** What is printed of a run. */
export interface RunFlags extends Flags<typeof OUTPUT>, Pick<Flags<typeof DELIVERY>, 'dryRun'> {}
/** The flags of a command that sends rows. */
export interface SendFlags extends PipelineFlags, RunFlags, Flags<typeof STATE>, Flags<typeof INPUT> {}
/** The flags of `cio-stream replay`. */
export interface ReplayFlags extends PipelineFlags, RunFlags, Flags<typeof REPLAY> {
  readonly as: RowKind;
}
/** The flags of `cio-stream rejects`. */
export interface ListFlags extends StoreFlags {
  readonly json: boolean;
}
/** The flags of `cio-stream check`. */
export interface CheckFlags extends AccountFlags, RejectFlags {}
/** The flags of `cio-stream sandbox`. */
export type SandboxFlags = Flags<typeof SANDBOX>;
/** A kind of row, as commands call it. */
export type RowKind = NonNullable<Flags<typeof REPLAY>['as']>;
/** Formats of input. */
export type InputFormat = NonNullable<SendFlags['format']>;

/** Adds the flags of a command. */
export function addCommandFlags(command: Command, name: keyof typeof COMMAND_FLAGS): Command {
  for (const [heading, fields] of COMMAND_FLAGS[name]) addFlags(command, heading, fields);
  return command;
}
