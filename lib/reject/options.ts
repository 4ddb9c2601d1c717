/** The options of rejectWriter(): where rejections go, what the objects look like and what they are called. */
import type { Writable } from 'node:stream';
import { z } from 'zod';
import { count, type WithDefaults } from '../options.ts';
import { STORE_SHAPE, type StoreOptions, type StoreSettings } from '../storage/options.ts';

/** Options of {@link rejectWriter}. */
export interface RejectWriterOptions extends StoreOptions {
  /**
   * A local folder (`rejected/`, or a file URL), `s3://bucket/prefix` or `gs://bucket/prefix`: objects appear there
   * whole, at each `flush()` that has something to keep. Or a Writable such as `process.stdout`, which is never ended.
   */
  to: Writable | string | URL;
  /** JSON lines or CSV. A Writable always gets JSON lines, nested. Default `ndjson`. */
  format?: 'ndjson' | 'csv' | undefined;
  /**
   * `root` puts the fields of the record beside `rejected_reason` and the like, instead of under `record`; a record for
   * which that would lose something stays whole. Default `none`.
   */
  flattening?: 'none' | 'root' | undefined;
  /** Default `none`. */
  compression?: 'none' | 'gzip' | undefined;
  /**
   * Folders below the place. Variables: `{namespace}` `{stream_name}` `{sync_id}` `{year}` `{month}` `{day}` `{hour}`
   * `{minute}` `{second}` `{millisecond}` `{epoch}` `{date}` `{date:yyyy_MM}` `{timestamp}` `{uuid}`, in any capitals; times
   * are UTC, of the object's start. Default for object storage `{sync_id}/{namespace}/{stream_name}/`, for a local folder
   * none.
   */
  pathFormat?: string | undefined;
  /**
   * The name of an object: the variables of `pathFormat`, `{part_number}` and `{format_extension}`. A name that is
   * taken gets a suffix. Default `{date}_{timestamp}_{part_number}{format_extension}`; files in a local folder without
   * templates are named by time.
   */
  fileNameFormat?: string | undefined;
  /** What `{sync_id}` stands for. Default: random, another for each run. */
  syncId?: string | undefined;
  /** An object is completed when its rejections have grown to this many bytes, before compression. Default 64 MiB. */
  rollBytes?: number | undefined;
  /** An object is completed when it is this old, in milliseconds. Default 300,000. */
  rollMs?: number | undefined;
  /** Where what can't be stored is kept instead: a local folder. Default `cio-stream-rejects` among the temporary files. */
  spillTo?: string | undefined;
  /**
   * Waits no longer: what is under way to the place is cut off, what it has not taken is spilled, and the writer fails. With
   * nothing left to store, nothing happens. A Writable is not cut off.
   */
  signal?: AbortSignal | undefined;
}

const LEAST_ROLL_MS = 1_000;

/** The closed schema of {@link RejectWriterOptions}. */
export const WRITER_OPTIONS: z.ZodObject = z.strictObject({
  to: z.custom<RejectWriterOptions['to']>(isPlace, 'must be a folder, s3://, gs:// or a Writable'),
  format: z.enum(['ndjson', 'csv']).default('ndjson'),
  flattening: z.enum(['none', 'root']).default('none'),
  compression: z.enum(['none', 'gzip']).default('none'),
  pathFormat: z.string().optional(),
  fileNameFormat: z.string().optional(),
  syncId: z.string().min(1).optional(),
  rollBytes: count(1).default(64 * 1024 * 1024),
  rollMs: count(LEAST_ROLL_MS).default(300_000),
  spillTo: z.string().min(1).optional(),
  signal: z.instanceof(AbortSignal).optional(),
  ...STORE_SHAPE,
});

/** {@link RejectWriterOptions} with the defaults filled in. */
export type WriterSettings = StoreSettings &
  WithDefaults<Pick<RejectWriterOptions, 'to' | 'format' | 'flattening' | 'compression' | 'rollBytes' | 'rollMs'>> &
  Pick<RejectWriterOptions, 'pathFormat' | 'fileNameFormat' | 'syncId' | 'spillTo' | 'signal'>;

function isPlace(value: unknown): boolean {
  if (typeof value === 'string') return value !== '';
  return (
    value instanceof URL ||
    (typeof Reflect.get(Object(value), 'write') === 'function' && typeof Reflect.get(Object(value), 'on') === 'function')
  );
}
