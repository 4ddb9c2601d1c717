/** The options of rejectWriter(): where rejections go, what the objects look like and what they are called. */
import type { Writable } from 'node:stream';
import { z } from 'zod';
import { count, FLAG, type Given, signalOption } from '../options.ts';
import { STORE_SHAPE, type StoreOptions } from '../storage/options.ts';

const LEAST_ROLL_MS = 1_000;
const VARIABLES =
  '{namespace} {stream_name} {sync_id} {year} {month} {day} {hour} {minute} {second} {millisecond} {epoch} {date} {date:yyyy_MM} {timestamp} {uuid}';

/** What rejectWriter() takes beside the options of a store. */
export const REJECT_WRITER_SHAPE = {
  /**
   * A local folder (`rejected/`, or a file URL), `s3://bucket/prefix` or `gs://bucket/prefix`: objects appear there
   * whole, at each `flush()` that has something to keep. Or a Writable such as `process.stdout`, which is never ended.
   */
  to: z.custom<Writable | string | URL>(isPlace, 'must be a folder, s3://, gs:// or a Writable'),
  /** JSON lines or CSV. A Writable always gets JSON lines, nested. Default `ndjson`. */
  format: z.enum(['ndjson', 'csv']).default('ndjson').register(FLAG, { flag: '--rejects-format <format>', doc: 'format of the files' }),
  /**
   * `root` puts the fields of the record beside `rejected_reason` and the like, instead of under `record`; a record for
   * which that would lose something stays whole. Default `none`.
   */
  flattening: z.enum(['none', 'root']).default('none').register(FLAG, {
    flag: '--rejects-flattening <how>',
    doc: 'root: put the columns of the row beside the reason instead of under "record"',
  }),
  /** Default `none`. */
  compression: z.enum(['none', 'gzip']).default('none').register(FLAG, { flag: '--rejects-gzip', doc: 'compress the files', on: 'gzip' }),
  /**
   * Folders below the place. Variables: `{namespace}` `{stream_name}` `{sync_id}` `{year}` `{month}` `{day}` `{hour}`
   * `{minute}` `{second}` `{millisecond}` `{epoch}` `{date}` `{date:yyyy_MM}` `{timestamp}` `{uuid}`, in any capitals; times
   * are UTC, of the object's start. Default for object storage `{sync_id}/{namespace}/{stream_name}/`, for a local folder
   * none.
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
   * The name of an object: the variables of `pathFormat`, `{part_number}` and `{format_extension}`. A name that is
   * taken gets a suffix. Default `{date}_{timestamp}_{part_number}{format_extension}`; files in a local folder without
   * templates are named by time.
   */
  fileNameFormat: z.string().optional().register(FLAG, {
    flag: '--rejects-file <template>',
    doc: 'names of the files: the same variables, plus {part_number} and {format_extension}',
  }),
  /** What `{sync_id}` stands for. Default: random, another for each run. */
  syncId: z.string().min(1).optional(),
  /** An object is completed when its rejections have grown to this many bytes, before compression. Default 64 MiB. */
  rollBytes: count(1)
    .default(64 * 1024 * 1024)
    .register(FLAG, { flag: '--rejects-roll-bytes <size>', doc: 'start a new file after this size' }),
  /** An object is completed when it is this old, in milliseconds. Default 300,000. */
  rollMs: count(LEAST_ROLL_MS)
    .default(300_000)
    .register(FLAG, { flag: '--rejects-roll-ms <time>', doc: 'start a new file after this long' }),
  /** Where what can't be stored is kept instead: a local folder. Default `cio-stream-rejects` among the temporary files. */
  spillTo: z.string().min(1).optional().register(FLAG, {
    flag: '--rejects-spill <folder>',
    doc: 'local folder for rejected rows that could not be uploaded',
    standard: 'a folder for temporary files',
  }),
  /**
   * How `cio-stream replay` is to map what is rejected: a command (`people`, `events`, `operations`) and its flags, as a
   * config file has them. Kept beside the objects as `.cio-stream.json`; a Writable gets it with each line. Default: not kept,
   * so that a replay needs the flags.
   */
  mapping: z.strictObject({ command: z.string(), config: z.record(z.string(), z.unknown()) }).optional(),
  /**
   * Waits no longer: an upload in flight is cut off, what is not stored goes to the local file, and the writer fails. With
   * nothing left to store, nothing happens. A Writable is not cut off.
   */
  signal: signalOption,
};

/** The closed schema. */
export const REJECT_WRITER_OPTIONS = z.strictObject({ ...REJECT_WRITER_SHAPE, ...STORE_SHAPE });

/** Options of {@link rejectWriter}. */
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
