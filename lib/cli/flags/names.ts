/** What the command line calls the options of the library: the flags that stand beside them, found by their paths. */
import { z } from 'zod';
import { DEDUPE_SHAPE, LMDB_STORE_SHAPE } from '../../dedupe/options.ts';
import { SERVE_METRICS_SHAPE } from '../../metrics/options.ts';
import { bare, FLAG, longName } from '../../options.ts';
import { redisOption } from '../../redis/address.ts';
import { REJECT_WRITER_SHAPE } from '../../reject/options.ts';
import { SANDBOX_SHAPE } from '../../sandbox/options.ts';
import { CSV_SHAPE } from '../../source/csv/options.ts';
import { KAFKA_SHAPE } from '../../source/kafka/options.ts';
import { JSON_SHAPE, SOURCE_SHAPE } from '../../source/options.ts';
import { ENFORCE_LIMITS_SHAPE, VALIDATE_SHAPE } from '../../stage/options.ts';
import { STORE_SHAPE } from '../../storage/options.ts';
import type { NameOf, Text } from '../../wording.ts';
import { CREDENTIAL_SHAPE, TRACK_WRITER_SHAPE } from '../../write/options.ts';
import { CLI_OPTIONS } from './cli-options.ts';

const { checkpointEvery, checkpointEveryMs, faults, keepEvents, limit, rejects } = CLI_OPTIONS;

/** The options of each function. If the command line has one of its own, that stands in for the library's. */
const OPTIONS: Readonly<Record<string, z.ZodRawShape>> = {
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

/** What stands for a function itself, or for its argument. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  rejectWriter: '--rejects',
  checkStore: '--rejects',
  move: '--done-to',
  ndjson: '--format ndjson',
  json: '--format json',
  csv: '--format csv',
  parquet: '--format parquet',
  kafka: 'kafka://',
};

/** The flag of an option, or of the option that it is inside of. */
export const flagOf: NameOf = (of, path) => {
  if (path === '') return FUNCTIONS[of];
  let shape: z.ZodRawShape | undefined = OPTIONS[of];
  for (const step of path.split('.')) {
    const field = shape?.[step] as z.ZodType | undefined;
    const spec = field && FLAG.get(field);
    if (spec) return longName(spec);
    const inner = bare(field);
    shape = inner instanceof z.ZodObject ? inner.shape : undefined;
  }
  return undefined;
};

/** A text with flags in place of options. */
export function inFlags(text: Text): string {
  return typeof text === 'string' ? text : text.in(flagOf);
}
