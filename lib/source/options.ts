/** The options that every source has, how a command line gives them, and the origin they give each record. */
import { z } from 'zod';
import { encodingNamed, unknownEncoding } from '../bytes/encodings.ts';
import { clockOption, count, FLAG, type Given } from '../options.ts';
import { Origin } from '../record/origin.ts';
import type { SourceInfo } from '../record/place.ts';
import { POSITION } from './checkpointer.ts';

/** Labels become the name of the encoding. */
const encoding = z.string().transform((label, context) => {
  const known = encodingNamed(label);
  if (known !== undefined) return known;
  context.addIssue(unknownEncoding(label));
  return z.NEVER;
});

const every = count(1).optional();

/** What every source takes. */
export const SOURCE_SHAPE = {
  /**
   * Name of the file or other place. It is kept in the origin of each record, and the event ids of rows without their own derive
   * from it.
   */
  source: z.string().optional(),
  /**
   * Tells one version of that place from another, for example its modification time. Ids of events without a time derive from it,
   * too.
   */
  version: z.string().optional(),
  /** Stream name (as Airbyte uses the word), kept in the origin of each record. */
  stream: z.string().optional().register(FLAG, {
    flag: '--stream <name>',
    doc: 'name of the stream, for --rejects-path and for the origin in rejected rows',
  }),
  /** Namespace of that stream. */
  namespace: z.string().optional().register(FLAG, { flag: '--namespace <name>', doc: 'namespace of the stream, for the same' }),
  /** Records over this many bytes are rejected as `too_large` and never held in memory. Default 1,048,576 (1 MiB). */
  maxRecordBytes: count(1).default(1_048_576).register(FLAG, { flag: '--max-record-bytes <size>', doc: 'reject rows over this size' }),
  /**
   * Encoding of the input, by a label that `TextDecoder` knows, such as `windows-1252`, `utf-16le` or `shift_jis`. Default: UTF-8,
   * or UTF-16 if the first bytes show it. Offsets and the texts of records are those of the input as UTF-8.
   */
  encoding: encoding.optional().register(FLAG, {
    flag: '--encoding <name>',
    doc: 'encoding of the input, such as windows-1252, utf-16le or shift_jis',
    standard: 'UTF-8, or UTF-16 if the first bytes show that',
  }),
  /**
   * Puts a checkpoint with a {@link SourcePosition} after this many records, and one at the end. Default: no checkpoints; with
   * `checkpointEveryMs`, after 1,000 records, then more rarely, up to every 100,000.
   */
  checkpointEveryRecords: every,
  /** Also puts one after the first record that comes this many milliseconds after the last checkpoint. Default: no checkpoints. */
  checkpointEveryMs: every,
  /** The position of an earlier run's checkpoint, to resume from: the bytes that you pipe in begin there. Default: the beginning. */
  startAt: POSITION.optional(),
  /**
   * Set it if the bytes that you pipe in begin at the start of the input, not at `startAt`: those before it are skipped, by its
   * offset (`bytes`) or its line (`lines`).
   */
  skip: z.enum(['bytes', 'lines']).optional(),
};

/** The closed schema of a source with nothing of its own, such as ndjson(). */
export const SOURCE_OPTIONS = z.strictObject({ ...SOURCE_SHAPE, clock: clockOption });

/**
 * Options of every source that reads bytes, and all of {@link ndjson}'s.
 *
 * @category Sources
 */
export interface SourceOptions extends Given<typeof SOURCE_SHAPE> {}

/** What json() takes beside the options of every source. */
export const JSON_SHAPE = {
  /** Where the array is: the names that lead to it, with dots between (`data.rows`). Default: the document itself is the array. */
  path: z
    .string()
    .refine((path) => !path.split('.').includes(''), 'must be names with dots between')
    .optional()
    .register(FLAG, { flag: '--json-path <path>', doc: 'json: path to the array of rows, such as data.rows' }),
};

/** The closed schema of json(). */
export const JSON_OPTIONS = SOURCE_OPTIONS.extend(JSON_SHAPE);

/**
 * Options of {@link json}.
 *
 * @category Sources
 */
export interface JsonOptions extends SourceOptions, Given<typeof JSON_SHAPE> {}

/** Makes the origin of one record. */
export type OriginAt = (line: number, offset?: number, bytes?: number, raw?: string) => Origin;

/** What the origins of one source share. */
export function placeOf({ source, version, stream, namespace }: SourceInfo): SourceInfo {
  return { source, version, stream, namespace };
}

/** The origins of one source. */
export function origins(options: SourceInfo): OriginAt {
  const place = placeOf(options);
  return (line, offset, bytes, raw) => new Origin({ line, offset, bytes, raw }, place);
}
