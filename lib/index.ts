/** The public names, nothing else. */

export type { RandomAccess } from './bytes/random-access.ts';
export { type CheckOptions, check } from './check/check.ts';
export { checkKafka, type KafkaReport, type KafkaTopicReport } from './check/check-kafka.ts';
export { type CheckRedisOptions, checkRedis, type RedisReport } from './check/check-redis.ts';
export type { CheckKafkaOptions } from './check/kafka/options.ts';
export type { Clock } from './clock.ts';
export { dedupe } from './dedupe/dedupe.ts';
export { lmdbStore } from './dedupe/lmdb-store.ts';
export { memoryStore } from './dedupe/memory-store.ts';
export type { DedupeOptions, LmdbStoreOptions, MemoryStoreOptions, RedisStoreOptions } from './dedupe/options.ts';
export { redisStore } from './dedupe/redis/redis-store.ts';
export type { Changes, Store } from './dedupe/store.ts';
export { CioError, ERROR_CODES, type ErrorCode } from './errors.ts';
export { ExactNumber } from './json/exact.ts';
export type { ServeMetricsOptions } from './metrics/options.ts';
export { type MetricsServer, serveMetrics } from './metrics/serve-metrics.ts';
export { Checkpoint } from './record/checkpoint.ts';
export { Entry, type OperationBody, WARNINGS, type Warning } from './record/entry.ts';
export { ORIGIN, Origin, originOf, type RecordPosition } from './record/origin.ts';
export type { SourceInfo } from './record/place.ts';
export { type Element, isRecord, type SourceRecord } from './record/record.ts';
export { type Cause, REASONS, type Reason, Rejection, type RejectSink } from './record/rejection.ts';
export { SKIP_REASONS, Skipped, type SkipReason } from './record/skipped.ts';
export { type CollectedRejects, collectRejects } from './reject/collect-rejects.ts';
export type { RejectWriterOptions, ReplayMapping } from './reject/options.ts';
export { type RejectWriter, rejectWriter } from './reject/reject-writer.ts';
export { type OpenRejectsOptions, openRejects, type Rejects } from './replay/open-rejects.ts';
export { reopen } from './replay/reopen.ts';
export { createSandbox, type ResetOptions, type Sandbox } from './sandbox/create-sandbox.ts';
export type { Fault } from './sandbox/faults.ts';
export type { SandboxRefused, SandboxRequest, SandboxRequestLine } from './sandbox/log/plain-log.ts';
export type { Applied, SandboxOptions } from './sandbox/options.ts';
export type {
  SandboxCounts,
  SandboxEvent,
  SandboxObject,
  SandboxPerson,
  SandboxRelationship,
  SandboxState,
} from './sandbox/state.ts';
export type { WaitForGoal, WaitForOptions } from './sandbox/wait-for.ts';
export type { CsvPosition, SourcePosition } from './source/checkpointer.ts';
export type { CsvOptions } from './source/csv/options.ts';
export { csv } from './source/csv.ts';
export { decompress } from './source/decompress.ts';
export { type FromKafkaOptions, fromKafka } from './source/from-kafka.ts';
export { json } from './source/json.ts';
export type { KafkaOptions, KafkaSasl } from './source/kafka/options.ts';
export type { KafkaOffset, KafkaPosition } from './source/kafka/positions.ts';
export type { KafkaPartitionStatus, KafkaStatus } from './source/kafka/status.ts';
export { type KafkaSource, kafka } from './source/kafka.ts';
export { ndjson } from './source/ndjson.ts';
export type { JsonOptions, SourceOptions } from './source/options.ts';
export { type ParquetOptions, type ParquetRows, parquet } from './source/parquet.ts';
export { divert } from './stage/divert.ts';
export { enforceLimits } from './stage/enforce-limits.ts';
export { type MapResult, map } from './stage/map.ts';
export type { ColumnDetails, Columns, ColumnTarget, ColumnValues, ObjectKind, OtherColumns, RecordField } from './stage/mapping/columns.ts';
export type { ColumnType } from './stage/mapping/conversion.ts';
export type { Identifier } from './stage/mapping/identity.ts';
export type { EnforceLimitsOptions, OnViolation, OwnLimits, SomeLimits, ValidateOptions } from './stage/options.ts';
export { validate } from './stage/validate.ts';
export { type CheckStoreOptions, checkStore } from './storage/check-store.ts';
export type { StoredObject } from './storage/object-store.ts';
export type { GcsAccess, S3Access, StoreOptions } from './storage/options.ts';
export type { Source } from './stream/decode.ts';
export { LIMIT_LISTS, LIMITS, type LimitKind, type LimitList, type LimitListName, type Limits, MAX_BATCH_BYTES } from './track/limits.ts';
export { REGION_URLS, type Region } from './track/region.ts';
export type { ErrorDetails } from './wording.ts';
export type {
  AnswerMessage,
  RejectionMessage,
  RequestMessage,
  RetryMessage,
  SharedRateMessage,
  StoreWaitMessage,
  WaitMessage,
} from './write/diagnostics.ts';
export type { TrackWriterOptions } from './write/options.ts';
export type { MaxRejected } from './write/reject-budget.ts';
export { type Account, type LocatedAccount, type LocateOptions, locate } from './write/request/locate.ts';
export type { FrequentRejection, Summary } from './write/summary.ts';
export { type TrackWriter, trackWriter } from './write/track-writer.ts';
