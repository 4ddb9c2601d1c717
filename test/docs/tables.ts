/**
 * The tables of the pages in docs/, made from the code: options from their schemas and the docstrings there, flags from the
 * command line's own help, statuses and limits from their tables, promises of speed from what was measured. `npm run readme`
 * puts them in, a test holds them there.
 */
import { COMPARISON_TABLES } from '../../bench/page/comparison.ts';
import { promisesOf } from '../../bench/page/page.ts';
import { readResults } from '../../bench/page/results.ts';
import { SCALE_TABLES } from '../../bench/page/scale.ts';
import { CHECK_SHAPE } from '../../lib/check/check.ts';
import { CHECK_REDIS_SHAPE } from '../../lib/check/check-redis.ts';
import { CHECK_KAFKA_SHAPE } from '../../lib/check/kafka/options.ts';
import { DEDUPE_SHAPE, LMDB_STORE_SHAPE, MEMORY_STORE_SHAPE, REDIS_STORE_SHAPE } from '../../lib/dedupe/options.ts';
import { METRICS, REQUEST_DURATION } from '../../lib/metrics/metrics.ts';
import { SERVE_METRICS_SHAPE } from '../../lib/metrics/options.ts';
import { WARNINGS } from '../../lib/record/entry.ts';
import { REJECT_WRITER_SHAPE } from '../../lib/reject/options.ts';
import { SANDBOX_SHAPE } from '../../lib/sandbox/options.ts';
import { CSV_SHAPE } from '../../lib/source/csv/options.ts';
import { FROM_KAFKA_SHAPE } from '../../lib/source/from-kafka.ts';
import { KAFKA_SHAPE } from '../../lib/source/kafka/options.ts';
import { JSON_SHAPE, SOURCE_SHAPE } from '../../lib/source/options.ts';
import { ENFORCE_LIMITS_SHAPE, VALIDATE_SHAPE } from '../../lib/stage/options.ts';
import { GCS_SHAPE, S3_SHAPE, STORE_SHAPE } from '../../lib/storage/options.ts';
import { LIMIT_LISTS, type Limits } from '../../lib/track/limits.ts';
import { CREDENTIAL_SHAPE, TRACK_WRITER_SHAPE } from '../../lib/write/options.ts';
import { configurationRows, storageRows } from './airbyte-tables.ts';
import { commands, FLAG_TABLES, statuses } from './command-tables.ts';
import { docsOf, MESSAGES, options } from './option-tables.ts';
import { cell, table, withoutHead } from './table-text.ts';

function limits(): string {
  const { published, connector } = LIMIT_LISTS;
  const docs = docsOf('lib/track/limits.ts', 'Limits');
  const say = (value: number): string => (value === Number.POSITIVE_INFINITY ? 'none' : value.toLocaleString('en-US'));
  return table(
    ['limit', 'person', 'object', 'event', 'event with `connector`', 'of what'],
    (Object.keys(published.person) as (keyof Limits)[]).map((name) => [
      `\`${name}\``,
      ...[published.person, published.object, published.event, connector.event].map((list) => say(list[name])),
      cell(docs.get(name) ?? ''),
    ]),
  );
}

function metrics(): string {
  const rows = Object.entries(METRICS).map(([name, { type, help, labels }]) => [name, type, labels, help] as const);
  const all = [...rows, [REQUEST_DURATION.name, 'histogram', [] as string[], REQUEST_DURATION.help] as const];
  return table(
    ['metric', 'type', 'labels', 'meaning'],
    all.map(([name, type, labels, help]) => [`\`${name}\``, type, labels.map((label) => `\`${label}\``).join(', '), cell(help)]),
  );
}

function warnings(): string {
  return table(
    ['warning', 'the row was'],
    Object.entries(WARNINGS).map(([name, meaning]) => [`\`${name}\``, cell(meaning)]),
  );
}

function fields(rows: readonly (readonly [string, string, string])[]): string {
  return table(
    ['field', 'default', 'meaning'],
    rows.map(([name, standard, meaning]) => [name, standard, cell(meaning)]),
  );
}

/** The tables by name. */
export const TABLES: Readonly<Record<string, () => string>> = {
  ...FLAG_TABLES,
  commands,
  'exit status': statuses,
  limits,
  source: () => options('lib/source/options.ts', 'SOURCE_SHAPE', SOURCE_SHAPE),
  csv: () => options('lib/source/csv/options.ts', 'CSV_SHAPE', CSV_SHAPE),
  json: () => options('lib/source/options.ts', 'JSON_SHAPE', JSON_SHAPE),
  validate: () => options('lib/stage/options.ts', 'VALIDATE_SHAPE', VALIDATE_SHAPE),
  enforceLimits: () => options('lib/stage/options.ts', 'ENFORCE_LIMITS_SHAPE', ENFORCE_LIMITS_SHAPE),
  dedupe: () => options('lib/dedupe/options.ts', 'DEDUPE_SHAPE', DEDUPE_SHAPE),
  memoryStore: () => options('lib/dedupe/options.ts', 'MEMORY_STORE_SHAPE', MEMORY_STORE_SHAPE),
  lmdbStore: () => options('lib/dedupe/options.ts', 'LMDB_STORE_SHAPE', LMDB_STORE_SHAPE),
  redisStore: () => options('lib/dedupe/options.ts', 'REDIS_STORE_SHAPE', REDIS_STORE_SHAPE),
  trackWriter: () =>
    `${options('lib/write/options.ts', 'CREDENTIAL_SHAPE', CREDENTIAL_SHAPE)}\n${withoutHead(options('lib/write/options.ts', 'TRACK_WRITER_SHAPE', TRACK_WRITER_SHAPE))}`,
  rejectWriter: () => options('lib/reject/options.ts', 'REJECT_WRITER_SHAPE', REJECT_WRITER_SHAPE),
  stores: () => options('lib/storage/options.ts', 'STORE_SHAPE', STORE_SHAPE),
  s3: () => options('lib/storage/options.ts', 'S3_SHAPE', S3_SHAPE),
  gcs: () => options('lib/storage/options.ts', 'GCS_SHAPE', GCS_SHAPE),
  check: () => options('lib/check/check.ts', 'CHECK_SHAPE', CHECK_SHAPE),
  kafka: () => options('lib/source/kafka/options.ts', 'KAFKA_SHAPE', KAFKA_SHAPE, MESSAGES),
  fromKafka: () => options('lib/source/from-kafka.ts', 'FROM_KAFKA_SHAPE', FROM_KAFKA_SHAPE, MESSAGES),
  checkKafka: () => options('lib/check/kafka/options.ts', 'CHECK_KAFKA_SHAPE', CHECK_KAFKA_SHAPE),
  checkRedis: () => options('lib/check/check-redis.ts', 'CHECK_REDIS_SHAPE', CHECK_REDIS_SHAPE),
  metrics,
  warnings,
  serveMetrics: () => options('lib/metrics/options.ts', 'SERVE_METRICS_SHAPE', SERVE_METRICS_SHAPE),
  speed: () => promisesOf(readResults()),
  'airbyte configuration': () => fields(configurationRows()),
  'airbyte object storage': () => fields(storageRows()),
  createSandbox: () => options('lib/sandbox/options.ts', 'SANDBOX_SHAPE', SANDBOX_SHAPE),
  ...Object.fromEntries(Object.entries({ ...SCALE_TABLES, ...COMPARISON_TABLES }).map(([name, make]) => [name, () => make(readResults())])),
};

/** The pages that have tables. */
export const PAGES: readonly string[] = [
  'README.md',
  'docs/airbyte.md',
  'docs/cli.md',
  'docs/comparison.md',
  'docs/errors.md',
  'docs/from-kafka.md',
  'docs/guarantees.md',
  'docs/kafka-program.md',
  'docs/limits.md',
  'docs/metrics.md',
  'docs/options.md',
  'docs/output.md',
  'docs/scale.md',
];

const PLACE = /(<!-- table: ([\w -]+) -->\n)[\s\S]*?(<!-- end -->)/g;

/** A text with every table as the code has it. Throws where it asks for one that does not exist. */
export function withTables(text: string): string {
  return text.replace(PLACE, (_whole, head: string, name: string, tail: string) => {
    const make = TABLES[name];
    if (make === undefined) throw new Error(`there is no table "${name}"`);
    return `${head}\n${make()}\n\n${tail}`;
  });
}

/** The names of the tables that a text has. */
export function tablesIn(text: string): string[] {
  return [...text.matchAll(PLACE)].map(([, , name = '']) => name);
}
