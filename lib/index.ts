/** The public names, nothing else. */

export type { Clock } from './clock.ts';
export { CioError, ERROR_CODES, type ErrorCode } from './errors.ts';
export { Checkpoint } from './record/checkpoint.ts';
export { Entry, type OperationBody, type Warning } from './record/entry.ts';
export { ExactNumber } from './record/json.ts';
export { ORIGIN, Origin, originOf } from './record/origin.ts';
export type { Element, SourceRecord } from './record/record.ts';
export { type Cause, REASONS, type Reason, Rejection } from './record/rejection.ts';
export { SKIP_REASONS, Skipped, type SkipReason } from './record/skipped.ts';
export * from './reject/reject-writer.ts';
export { csv } from './source/csv.ts';
export { decompress } from './source/decompress.ts';
export { json } from './source/json.ts';
export { ndjson } from './source/ndjson.ts';
export { divert } from './stage/divert.ts';
export { type EnforceLimitsOptions, enforceLimits, type OnViolation } from './stage/enforce-limits.ts';
export { type MapResult, map } from './stage/map.ts';
export type { Fields, Identifier, ObjectKind } from './stage/mapping.ts';
export { reopen } from './stage/reopen.ts';
export { type ValidateOptions, validate } from './stage/validate.ts';
export { LIMITS, type LimitKind, type Limits, MAX_BATCH_BYTES } from './track/limits.ts';
export { REGION_URLS, type Region } from './track/region.ts';
export type { RejectionMessage, RequestMessage, RetryMessage, WaitMessage } from './write/channels.ts';
export { type Account, type Location, locate } from './write/locate.ts';
export type { RejectSink, TrackWriterOptions } from './write/options.ts';
export type { Summary } from './write/summary.ts';
export { type TrackWriter, trackWriter } from './write/track-writer.ts';
