/** The options of rejectWriter(): where rejections go, what the objects look like and what they are called. */
import type { Writable } from 'node:stream';
import { z } from 'zod';
import { count, FLAG, type Given, signalOption } from '../options.ts';
import { STORE_SHAPE, type StoreOptions } from '../storage/options.ts';

const LEAST_ROLL_MS = 1_000;
const VARIABLES =
  '{namespace} {stream_name} {sync_id} {year} {month} {day} {hour} {minute} {second} {millisecond} {epoch} {date} {date:yyyy_MM} {timestamp} {uuid}';

/**
 * How `cio-stream replay` maps rows.
 *
 * @category Rejects
 */
export interface ReplayMapping {
  /** A command of `cio-stream`: `people`, `events` or `operations`. */
  command: string;
  /** Its flags, as a config file has them. */
  config: Record<string, unknown>;
}

const MAPPING: z.ZodType<ReplayMapping, ReplayMapping> = z.strictObject({
  command: z.string(),
  config: z.record(z.string(), z.unknown()),
});

/** What rejectWriter() takes beside the options of a store. */
export const REJECT_WRITER_SHAPE = {
  /**
   * Where rejected rows go: a local folder (`rejected/`, or a file URL), `s3://bucket/prefix` or `gs://bucket/prefix`. A file
   * appears there whole, at each `flush()` that has something to keep. Or a Writable such as `process.stdout`, which is never
   * ended.
   */
  to: z.custom<Writable | string | URL>(isPlace, 'must be a folder, s3://, gs:// or a Writable'),
  /** `ndjson` (default) or `csv`. A Writable always gets JSON lines, nested. */
  format: z.enum(['ndjson', 'csv']).default('ndjson').register(FLAG, { flag: '--rejects-format <format>', doc: 'format of the files' }),
  /**
   * `none` (default) puts the record under `record`; `root` puts its fields beside `rejected_reason` and the like. A record that
   * would lose something by that stays whole.
   */
  flattening: z.enum(['none', 'root']).default('none').register(FLAG, {
    flag: '--rejects-flattening <how>',
    doc: 'root: put the columns of the row beside the reason instead of under "record"',
  }),
  /** `none` (default) or `gzip`. */
  compression: z.enum(['none', 'gzip']).default('none').register(FLAG, { flag: '--rejects-gzip', doc: 'compress the files', on: 'gzip' }),
  /**
   * Folders below the place. Variables: `{namespace}` `{stream_name}` `{sync_id}` `{year}` `{month}` `{day}` `{hour}` `{minute}`
   * `{second}` `{millisecond}` `{epoch}` `{date}` `{date:yyyy_MM}` `{timestamp}` `{uuid}`, in any case; times are UTC, of the start
   * of the file. Default: `{sync_id}/{namespace}/{stream_name}/` in object storage, none in a local folder.
   */
  pathFormat: z
    .string()
    .optional()
    .register(FLAG, {
      flag: '--rejects-path <template>',
      doc: `folders below --rejects: text and the variables ${VARIABLES}`,
      standard: '{sync_id}/{namespace}/{stream_name}/ in buckets',
    }),
  /**
   * Name of a file: the variables of `pathFormat`, `{part_number}` and `{format_extension}`. If the name is taken, a suffix is
   * added. Default `{date}_{timestamp}_{part_number}{format_extension}`; files in a local folder without templates are named by
   * time.
   */
  fileNameFormat: z.string().optional().register(FLAG, {
    flag: '--rejects-file <template>',
    doc: 'names of the files: the same variables, plus {part_number} and {format_extension}',
  }),
  /** What `{sync_id}` stands for. Default: random, another for each run. */
  syncId: z.string().min(1).optional(),
  /** A file is complete when its rejected rows have this many bytes, before compression. Default 67,108,864 (64 MiB). */
  rollBytes: count(1)
    .default(64 * 1024 * 1024)
    .register(FLAG, { flag: '--rejects-roll-bytes <size>', doc: 'start a new file after this size' }),
  /** A file is complete when it is this many milliseconds old. Default 300,000. */
  rollMs: count(LEAST_ROLL_MS)
    .default(300_000)
    .register(FLAG, { flag: '--rejects-roll-ms <time>', doc: 'start a new file after this long' }),
  /** Local folder for what could not be stored. Default: `cio-stream-rejects` in the folder for temporary files. */
  spillTo: z.string().min(1).optional().register(FLAG, {
    flag: '--rejects-spill <folder>',
    doc: 'local folder for rejected rows that could not be uploaded',
    standard: 'a folder for temporary files',
  }),
  /**
   * How `cio-stream replay` maps what is rejected: a command (`people`, `events`, `operations`) and its flags, as a config file has
   * them. It is kept beside the files as `.cio-stream.json`; a Writable gets it with each line. Default: not kept, so a replay
   * needs the flags.
   */
  mapping: MAPPING.optional(),
  /**
   * Stops waiting: an upload in flight is cut off, what is not stored goes to the local folder (`spillTo`), and the writer fails.
   * If nothing is left to store, nothing happens. A Writable is not cut off.
   */
  signal: signalOption,
};

/** The closed schema. */
export const REJECT_WRITER_OPTIONS = z.strictObject({ ...REJECT_WRITER_SHAPE, ...STORE_SHAPE });

/**
 * Options of {@link rejectWriter}.
 *
 * @category Rejects
 */
export interface RejectWriterOptions extends StoreOptions, Given<typeof REJECT_WRITER_SHAPE> {}

/** {@link RejectWriterOptions} with the defaults filled in. */
export type WriterSettings = z.output<typeof REJECT_WRITER_OPTIONS>;

function isPlace(value: unknown): boolean {
  if (typeof value === 'string') return value !== '';
  return (
    value instanceof URL ||
    (typeof Reflect.get(Object(value), 'write') === 'function' && typeof Reflect.get(Object(value), 'on') === 'function')
  );
}
