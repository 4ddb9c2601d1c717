/** Tables of the options of functions, from their schemas and the docstrings there. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { CHECK_SHAPE } from '../../lib/check/check.ts';
import { DEDUPE_SHAPE, REDIS_STORE_SHAPE } from '../../lib/dedupe/options.ts';
import { SERVE_METRICS_SHAPE } from '../../lib/metrics/options.ts';
import { bare, clockOption, FLAG, signalOption } from '../../lib/options.ts';
import { REJECT_WRITER_SHAPE } from '../../lib/reject/options.ts';
import { SANDBOX_SHAPE } from '../../lib/sandbox/options.ts';
import { KAFKA_SHAPE } from '../../lib/source/kafka/options.ts';
import { SOURCE_SHAPE } from '../../lib/source/options.ts';
import { ENFORCE_LIMITS_SHAPE, VALIDATE_SHAPE } from '../../lib/stage/options.ts';
import { STORE_SHAPE } from '../../lib/storage/options.ts';
import { TRACK_WRITER_SHAPE } from '../../lib/write/options.ts';
import { cell, table } from './table-text.ts';

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
  [REDIS_STORE_SHAPE.onWarning, '(text: string) => void'],
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
export const MESSAGES: readonly Documented[] = [
  ['lib/source/kafka/message-options.ts', 'MESSAGE_SHAPE'],
  ['lib/source/options.ts', 'SOURCE_SHAPE'],
];

/** `others`: where the members come from that the shape takes from others; the docstring that is found first counts. */
export function options(file: string, name: string, shape: z.ZodRawShape, others: readonly Documented[] = []): string {
  const docs = docsOf(file, name);
  for (const other of others) for (const [option, doc] of docsOf(...other)) if (option in shape && !docs.has(option)) docs.set(option, doc);
  return table(
    ['option', 'meaning'],
    [...docs].map(([option, doc]) => {
      const schema = shape[option] as z.ZodType;
      // What a variable may give need not be passed.
      const isOptional = schema.safeParse(undefined).success || FLAG.get(schema)?.env !== undefined;
      return [`\`${option}\`${isOptional ? '' : ', required'}`, `${cell(doc)} \`${cell(typeOf(schema))}\``];
    }),
  );
}
