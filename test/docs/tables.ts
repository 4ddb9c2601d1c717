/**
 * The tables of the README and of some pages of docs/, made from the code: options from their schemas and the docstrings there, flags from the command
 * line's own help, statuses and limits from their tables, promises of speed from what was measured. `npm run readme` puts them in, a test
 * holds them there.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { promisesOf } from '../../bench/page/page.ts';
import { readResults } from '../../bench/page/results.ts';
import { SCALE_TABLES } from '../../bench/page/scale.ts';
import { CHECK_SHAPE } from '../../lib/check/check.ts';
import { CHECK_REDIS_SHAPE } from '../../lib/check/check-redis.ts';
import { CHECK_KAFKA_SHAPE } from '../../lib/check/kafka/options.ts';
import { CliCommand } from '../../lib/cli/flags/commander.ts';
import { addCommandFlags, type CommandName } from '../../lib/cli/flags/flags.ts';
import { DEDUPE_SHAPE } from '../../lib/dedupe/options.ts';
import { ERROR_CODES } from '../../lib/errors.ts';
import { METRICS, REQUEST_DURATION } from '../../lib/metrics/metrics.ts';
import { SERVE_METRICS_SHAPE } from '../../lib/metrics/options.ts';
import { bare, clockOption, signalOption } from '../../lib/options.ts';
import { REJECT_WRITER_SHAPE } from '../../lib/reject/options.ts';
import { SANDBOX_SHAPE } from '../../lib/sandbox/options.ts';
import { CSV_SHAPE } from '../../lib/source/csv/options.ts';
import { FROM_KAFKA_SHAPE } from '../../lib/source/from-kafka.ts';
import { KAFKA_SHAPE } from '../../lib/source/kafka/options.ts';
import { JSON_SHAPE, SOURCE_SHAPE } from '../../lib/source/options.ts';
import { ENFORCE_LIMITS_SHAPE, VALIDATE_SHAPE } from '../../lib/stage/options.ts';
import { GCS_SHAPE, S3_SHAPE, STORE_SHAPE } from '../../lib/storage/options.ts';
import { LIMITS, type Limits } from '../../lib/track/limits.ts';
import { CREDENTIAL_SHAPE, TRACK_WRITER_SHAPE } from '../../lib/write/options.ts';
import { configurationRows, storageRows } from './airbyte-tables.ts';

/** Docstring and name of each member of an interface, or of the shape of a schema, read from its source. */
export function docsOf(file: string, name: string): Map<string, string> {
  const source = readFileSync(file, 'utf8');
  const start = source.search(new RegExp(`(interface|const) ${name}\\b`));
  const body = source.slice(source.indexOf('{', start) + 1, source.indexOf('\n}', start));
  return new Map(
    [...body.matchAll(/^ {2}\/\*\*([\s\S]*?)\*\/\s*(\w+):/gm)].map(([, doc = '', member = '']) => [
      member,
      doc
        .replace(/^\s*\*/gm, '')
        .replace(/\s+/g, ' ')
        .replace(/\{@link (\w+)\}/g, '`$1`')
        .trim(),
    ]),
  );
}

/** The types of options that are custom schemas, which don't know their names. */
const TYPES: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [CHECK_SHAPE.rejects, 'string | URL'],
  [DEDUPE_SHAPE.store, 'Store'],
  [ENFORCE_LIMITS_SHAPE.limits, 'LimitListName | OwnLimits'],
  [KAFKA_SHAPE.brokers, 'string | readonly string[]'],
  [KAFKA_SHAPE.sasl, 'KafkaSasl'],
  [REJECT_WRITER_SHAPE.mapping, '{ command: string; config: Record<string, unknown> }'],
  [REJECT_WRITER_SHAPE.to, 'Writable | string | URL'],
  [SANDBOX_SHAPE.faults, 'readonly Fault[]'],
  [SANDBOX_SHAPE.keepEvents, 'number'],
  [SANDBOX_SHAPE.onApply, '(applied: Applied) => void'],
  [SANDBOX_SHAPE.requestsPerSecond, 'number'],
  [SERVE_METRICS_SHAPE.source, 'KafkaSource'],
  [SERVE_METRICS_SHAPE.writer, 'TrackWriter'],
  [SOURCE_SHAPE.encoding, 'string'],
  [SOURCE_SHAPE.startAt, 'SourcePosition'],
  [STORE_SHAPE.gcs, 'GcsAccess'],
  [STORE_SHAPE.onNote, '(text: string) => void'],
  [STORE_SHAPE.s3, 'S3Access'],
  [TRACK_WRITER_SHAPE.maxRejected, 'MaxRejected'],
  [TRACK_WRITER_SHAPE.onCheckpoint, '(position: unknown) => void | Promise<void>'],
  [TRACK_WRITER_SHAPE.rejects, 'RejectSink'],
  [VALIDATE_SHAPE.columns, 'Columns'],
  [VALIDATE_SHAPE.schema, 'z.ZodType'],
  [REJECT_WRITER_SHAPE.mapping, '{ command: string; config: object }'],
  [clockOption, 'Clock'],
  [signalOption, 'AbortSignal'],
]);

/** The type of an option as TypeScript writes it. */
export function typeOf(schema: unknown): string {
  const named = TYPES.get(schema);
  if (named !== undefined) return named;
  const inner = bare(schema);
  if (inner instanceof z.ZodString || inner instanceof z.ZodURL) return 'string';
  if (inner instanceof z.ZodNumber) return 'number';
  if (inner instanceof z.ZodBoolean) return 'boolean';
  if (inner instanceof z.ZodEnum) return inner.options.map((value) => `'${value}'`).join(' | ');
  if (inner instanceof z.ZodLiteral) return [...inner.values].map((value) => JSON.stringify(value)).join(' | ');
  if (inner instanceof z.ZodUnion) return inner.options.map(typeOf).join(' | ');
  if (inner instanceof z.ZodRecord) return 'Record<string, unknown>';
  if (!(inner instanceof z.ZodArray)) throw new Error('a custom schema needs a name for its type');
  const element = typeOf(inner.element);
  return `readonly ${/ /.test(element) ? `(${element})` : element}[]`;
}

type Documented = readonly [file: string, name: string];

/** The shapes that those of messages take members from. */
const MESSAGES: readonly Documented[] = [
  ['lib/source/kafka/message-options.ts', 'MESSAGE_SHAPE'],
  ['lib/source/options.ts', 'SOURCE_SHAPE'],
];

/** `others`: where the members come from that the shape takes from others; the docstring that is found first counts. */
function options(file: string, name: string, shape: z.ZodRawShape, others: readonly Documented[] = []): string {
  const docs = docsOf(file, name);
  for (const other of others) for (const [option, doc] of docsOf(...other)) if (option in shape && !docs.has(option)) docs.set(option, doc);
  return table(
    ['option', 'meaning'],
    [...docs].map(([option, doc]) => {
      const schema = shape[option] as z.ZodType;
      return [`\`${option}\`${schema.safeParse(undefined).success ? '' : ', required'}`, `${cell(doc)} \`${cell(typeOf(schema))}\``];
    }),
  );
}

function flags(command: CommandName): string {
  return table(
    ['option', 'default', 'meaning'],
    addCommandFlags(new CliCommand(), command).options.map(
      ({ flags: name, description, defaultValue, defaultValueDescription, argChoices }) => {
        const standard =
          Array.isArray(defaultValue) || defaultValue === undefined || typeof defaultValue === 'boolean' ? '' : String(defaultValue);
        const choices = argChoices ? `: ${argChoices.join(', ')}` : '';
        return [`\`${name}\``, defaultValueDescription ?? standard, cell(`${description}${choices}`)];
      },
    ),
  );
}

function statuses(): string {
  const own: [string, string, string][] = [
    ['0', '', 'all delivered (or skipped)'],
    ['1', '', 'done, some records were rejected'],
  ];
  const errors = Object.entries(ERROR_CODES).map(([code, { exit, todo }]): [string, string, string] => [
    String(exit),
    `\`${code}\``,
    cell(todo),
  ]);
  return table(
    ['status', 'error', 'meaning, or what to do'],
    [...own, ...errors, ['130', '', 'interrupted; 143 by SIGTERM. A consumer of Kafka that runs until it is stopped ends with 0']],
  );
}

function limits(): string {
  const names = Object.keys(LIMITS.person) as (keyof Limits)[];
  const docs = docsOf('lib/track/limits.ts', 'Limits');
  const say = (value: number): string => (value === Number.POSITIVE_INFINITY ? 'none' : value.toLocaleString('en-US'));
  return table(
    ['limit', 'person', 'object', 'event', 'of what'],
    names.map((name) => [
      `\`${name}\``,
      say(LIMITS.person[name]),
      say(LIMITS.object[name]),
      say(LIMITS.event[name]),
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

function fields(rows: readonly (readonly [string, string, string])[]): string {
  return table(
    ['field', 'default', 'meaning'],
    rows.map(([name, standard, meaning]) => [name, standard, cell(meaning)]),
  );
}

/** The tables by name. */
export const TABLES: Readonly<Record<string, () => string>> = {
  'cio-stream events': () => flags('events'),
  'cio-stream replay': () => flags('replay'),
  'cio-stream rejects': () => flags('rejects'),
  'cio-stream check': () => flags('check'),
  'cio-stream sandbox': () => flags('sandbox'),
  'exit status': statuses,
  limits,
  source: () => options('lib/source/options.ts', 'SOURCE_SHAPE', SOURCE_SHAPE),
  csv: () => options('lib/source/csv/options.ts', 'CSV_SHAPE', CSV_SHAPE),
  json: () => options('lib/source/options.ts', 'JSON_SHAPE', JSON_SHAPE),
  validate: () => options('lib/stage/options.ts', 'VALIDATE_SHAPE', VALIDATE_SHAPE),
  enforceLimits: () => options('lib/stage/options.ts', 'ENFORCE_LIMITS_SHAPE', ENFORCE_LIMITS_SHAPE),
  dedupe: () => options('lib/dedupe/options.ts', 'DEDUPE_SHAPE', DEDUPE_SHAPE),
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
  serveMetrics: () => options('lib/metrics/options.ts', 'SERVE_METRICS_SHAPE', SERVE_METRICS_SHAPE),
  speed: () => promisesOf(readResults()),
  'airbyte configuration': () => fields(configurationRows()),
  'airbyte object storage': () => fields(storageRows()),
  createSandbox: () => options('lib/sandbox/options.ts', 'SANDBOX_SHAPE', SANDBOX_SHAPE),
  ...Object.fromEntries(Object.entries(SCALE_TABLES).map(([name, make]) => [name, () => make(readResults())])),
};

/** The pages that have tables. */
export const PAGES: readonly string[] = [
  'docs/airbyte.md',
  'docs/cli.md',
  'docs/errors.md',
  'docs/from-kafka.md',
  'docs/guarantees.md',
  'docs/kafka-program.md',
  'docs/limits.md',
  'docs/metrics.md',
  'docs/options.md',
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

/** The rows of a table that continues another. */
function withoutHead(text: string): string {
  return text.split('\n').slice(2).join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
