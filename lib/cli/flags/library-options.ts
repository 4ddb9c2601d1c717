/** The options of the library's functions, as the command line has them: their flags stand beside them. */
import type { z } from 'zod';
import { DEDUPE_SHAPE, LMDB_STORE_SHAPE } from '../../dedupe/options.ts';
import { SERVE_METRICS_SHAPE } from '../../metrics/options.ts';
import { redisOption } from '../../redis/address.ts';
import { REJECT_WRITER_SHAPE } from '../../reject/options.ts';
import { SANDBOX_SHAPE } from '../../sandbox/options.ts';
import { CSV_SHAPE } from '../../source/csv/options.ts';
import { KAFKA_SHAPE } from '../../source/kafka/options.ts';
import { JSON_SHAPE, SOURCE_SHAPE } from '../../source/options.ts';
import { ENFORCE_LIMITS_SHAPE, VALIDATE_SHAPE } from '../../stage/options.ts';
import { STORE_SHAPE } from '../../storage/options.ts';
import { CREDENTIAL_SHAPE, TRACK_WRITER_SHAPE } from '../../write/options.ts';
import { CLI_OPTIONS } from './cli-options.ts';

const { checkpointEvery, checkpointEveryMs, faults, keepEvents, limit, rejects } = CLI_OPTIONS;

/** The options of each function. If the command line has one of its own, that stands in for the library's. */
export const LIBRARY_OPTIONS: Readonly<Record<string, z.ZodRawShape>> = {
  trackWriter: { ...CREDENTIAL_SHAPE, ...TRACK_WRITER_SHAPE },
  rejectWriter: { ...STORE_SHAPE, ...REJECT_WRITER_SHAPE, to: rejects },
  checkStore: STORE_SHAPE,
  openRejects: STORE_SHAPE,
  findInputs: STORE_SHAPE,
  source: SOURCE_SHAPE,
  ndjson: SOURCE_SHAPE,
  json: { ...SOURCE_SHAPE, ...JSON_SHAPE },
  csv: { ...SOURCE_SHAPE, ...CSV_SHAPE },
  checkKafka: KAFKA_SHAPE,
  checkRedis: { redis: redisOption },
  kafka: { ...KAFKA_SHAPE, checkpointEveryRecords: checkpointEvery, checkpointEveryMs },
  validate: VALIDATE_SHAPE,
  enforceLimits: { ...ENFORCE_LIMITS_SHAPE, limits: limit },
  dedupe: { ...DEDUPE_SHAPE, commitEveryEntries: checkpointEvery, commitEveryMs: checkpointEveryMs },
  lmdbStore: LMDB_STORE_SHAPE,
  serveMetrics: SERVE_METRICS_SHAPE,
  createSandbox: { ...SANDBOX_SHAPE, faults, keepEvents },
};
