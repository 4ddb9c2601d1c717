/**
 * The options of the library and of the command line in groups, as the help of commands shows them. Names, values, defaults
 * and sentences stand with the options.
 */
import { LMDB_STORE_SHAPE } from '../../dedupe/options.ts';
import { SERVE_METRICS_SHAPE } from '../../metrics/options.ts';
import { REJECT_WRITER_SHAPE } from '../../reject/options.ts';
import { SANDBOX_SHAPE } from '../../sandbox/options.ts';
import { CSV_SHAPE } from '../../source/csv/options.ts';
import { JSON_SHAPE, SOURCE_SHAPE } from '../../source/options.ts';
import { ENFORCE_LIMITS_SHAPE, VALIDATE_SHAPE } from '../../stage/options.ts';
import { GCS_SHAPE, S3_SHAPE } from '../../storage/options.ts';
import { limitListOption } from '../../track/limits.ts';
import { CREDENTIAL_SHAPE, TRACK_WRITER_SHAPE } from '../../write/options.ts';
import { CLI_OPTIONS, EVENT_COLUMNS, OTHER_COLUMNS, PERSON_COLUMNS } from './cli-options.ts';
import { asTexts, ifGiven } from './flag.ts';

/** What becomes of a row, whatever it is. */
export const ROWS = {
  transform: CLI_OPTIONS.transform,
  onViolation: ENFORCE_LIMITS_SHAPE.onViolation,
  limits: limitListOption,
  limit: CLI_OPTIONS.limit,
};

/** What the columns of people are, and what else those of events are. */
export const PEOPLE = {
  ...PERSON_COLUMNS,
  column: asTexts(VALIDATE_SHAPE.columns),
  ...OTHER_COLUMNS,
  identifier: VALIDATE_SHAPE.identifier,
};
export const EVENTS = { ...EVENT_COLUMNS, event: VALIDATE_SHAPE.event };

/** How files are read. */
export const INPUT = {
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
export const ACCOUNT = {
  siteId: ifGiven(CREDENTIAL_SHAPE.siteId),
  apiKey: ifGiven(CREDENTIAL_SHAPE.apiKey),
  region: TRACK_WRITER_SHAPE.region,
  baseUrl: TRACK_WRITER_SHAPE.baseUrl,
};

/** What the files of rejected records are like. */
export const REJECTS = {
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
export const STORES = {
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
export const DELIVERY = {
  dryRun: TRACK_WRITER_SHAPE.dryRun,
  show: CLI_OPTIONS.show,
  check: CLI_OPTIONS.check,
  rate: TRACK_WRITER_SHAPE.requestsPerSecond,
  redis: TRACK_WRITER_SHAPE.redis,
  processes: TRACK_WRITER_SHAPE.processes,
  concurrency: TRACK_WRITER_SHAPE.concurrency,
  lingerMs: TRACK_WRITER_SHAPE.lingerMs,
  timeoutMs: TRACK_WRITER_SHAPE.timeoutMs,
  giveUpMs: TRACK_WRITER_SHAPE.giveUpMs,
  onGiveUp: TRACK_WRITER_SHAPE.onGiveUp,
  maxRejected: TRACK_WRITER_SHAPE.maxRejected,
};

/** How far inputs were read, and what was delivered before. */
export const STATE = {
  resume: CLI_OPTIONS.resume,
  checkpointEvery: CLI_OPTIONS.checkpointEvery,
  checkpointEveryMs: CLI_OPTIONS.checkpointEveryMs,
  dedupe: CLI_OPTIONS.dedupe,
  stateDir: ifGiven(LMDB_STORE_SHAPE.path),
};

/** What is printed. */
export const OUTPUT = {
  report: CLI_OPTIONS.report,
  metricsPort: ifGiven(SERVE_METRICS_SHAPE.port),
  metricsHost: ifGiven(SERVE_METRICS_SHAPE.host),
  logFormat: CLI_OPTIONS.logFormat,
  color: CLI_OPTIONS.color,
  progress: CLI_OPTIONS.progress,
  quiet: CLI_OPTIONS.quiet,
};

/** Which rejected records are sent again, and what becomes of them. */
export const REPLAY = {
  as: CLI_OPTIONS.as,
  reason: CLI_OPTIONS.reason,
  field: CLI_OPTIONS.field,
  done: CLI_OPTIONS.done,
  doneTo: CLI_OPTIONS.doneTo,
};

/** What a preview looks at, and how it is shown. */
export const PREVIEW = { rows: CLI_OPTIONS.previewRows, kind: CLI_OPTIONS.kind, write: CLI_OPTIONS.write, json: CLI_OPTIONS.json };

export const SANDBOX = {
  port: SANDBOX_SHAPE.port,
  allowHost: SANDBOX_SHAPE.hosts,
  siteId: SANDBOX_SHAPE.siteId,
  apiKey: SANDBOX_SHAPE.apiKey,
  region: SANDBOX_SHAPE.region,
  rate: SANDBOX_SHAPE.requestsPerSecond,
  limits: SANDBOX_SHAPE.limits,
  keepEvents: CLI_OPTIONS.keepEvents,
  keepRequests: SANDBOX_SHAPE.keepRequests,
  latencyMs: CLI_OPTIONS.latencyMs,
  faults: CLI_OPTIONS.faults,
};
