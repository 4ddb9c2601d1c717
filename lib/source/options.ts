/** The options that every source has, and the origin they give each record. */
import { z } from 'zod';
import { encodingNamed, type TextEncoding, UNKNOWN_ENCODING } from '../bytes/encodings.ts';
import { type Clock, systemClock } from '../clock.ts';
import { count } from '../options.ts';
import { Origin, type SourceInfo } from '../record/origin.ts';
import { POSITION, type SourcePosition } from './checkpointer.ts';

/** Options of every source. */
export interface SourceOptions {
  /** Name of the file or other place, kept in each record's origin. Event ids of rows without their own derive from it. */
  source?: string | undefined;
  /** What tells one version of that place from the next, for example its modification time. */
  version?: string | undefined;
  /** Stream name (Airbyte's word) kept in each record's origin. */
  stream?: string | undefined;
  /** Namespace of that stream. */
  namespace?: string | undefined;
  /** Records over this many bytes are rejected as `too_large` and never held in memory. Default 1 MiB. */
  maxRecordBytes?: number | undefined;
  /**
   * Encoding of the input, by a label that TextDecoder knows: `windows-1252`, `utf-16le`, `shift_jis` and others. Default: UTF-8,
   * or UTF-16 where the first bytes say so. Offsets and the texts of records are those of the input as UTF-8.
   */
  encoding?: string | undefined;
  /** Puts a checkpoint with a {@link SourcePosition} after so many records, and one at the end. Default: none. */
  checkpointEveryRecords?: number | undefined;
  /** The same after the first record that comes so many milliseconds after the last checkpoint. Default: none. */
  checkpointEveryMs?: number | undefined;
  /** Goes on where a checkpoint of an earlier run stood: the bytes given begin there. Default: the beginning. */
  startAt?: SourcePosition | undefined;
  /** The bytes given begin at the beginning: skip those before `startAt`, by its offset (`bytes`) or its line (`lines`). */
  skip?: 'bytes' | 'lines' | undefined;
}

const name = z.string().optional();

/** Labels become the name of the encoding. */
const encoding = z.string().transform((label, context) => {
  const known = encodingNamed(label);
  if (known === undefined) context.addIssue(UNKNOWN_ENCODING);
  return known ?? label;
});

const every = count(1).optional();

/** The zod shape of {@link SourceOptions}, to be spread into a source's own. */
export const SOURCE_SHAPE: Record<'source' | 'version' | 'stream' | 'namespace', z.ZodOptional<z.ZodString>> &
  Record<'checkpointEveryRecords' | 'checkpointEveryMs', z.ZodOptional<z.ZodNumber>> & {
    maxRecordBytes: z.ZodDefault<z.ZodNumber>;
    encoding: z.ZodOptional<z.ZodType<TextEncoding>>;
    startAt: z.ZodOptional<z.ZodType<SourcePosition>>;
    skip: z.ZodOptional<z.ZodEnum<{ bytes: 'bytes'; lines: 'lines' }>>;
    clock: z.ZodDefault<z.ZodType<Clock>>;
  } = {
  ...{ source: name, version: name, stream: name, namespace: name, maxRecordBytes: count(1).default(1_048_576) },
  encoding: encoding.optional(),
  ...{ checkpointEveryRecords: every, checkpointEveryMs: every, startAt: POSITION.optional() },
  skip: z.enum(['bytes', 'lines'], "must be 'bytes' or 'lines'").optional(),
  clock: z.custom<Clock>().default(systemClock),
};

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
