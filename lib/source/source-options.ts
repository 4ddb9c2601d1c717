/** The options that every source has, and the origin they give each record. */
import { z } from 'zod';
import { count } from '../options.ts';
import { Origin } from '../record/origin.ts';

/** Options of every source. */
export interface SourceOptions {
  /** Name of the file or other place, kept in each record's origin. Event ids of rows without their own derive from it. */
  source?: string;
  /** What tells one version of that place from the next, for example its modification time. */
  version?: string;
  /** Stream name (Airbyte's word) kept in each record's origin. */
  stream?: string;
  /** Namespace of that stream. */
  namespace?: string;
  /** Records over this many bytes are rejected as `too_large` and never held in memory. Default 1 MiB. */
  maxRecordBytes?: number;
}

const name = z.string().optional();

/** The zod shape of {@link SourceOptions}, to be spread into a source's own. */
export const SOURCE_SHAPE: Record<'source' | 'version' | 'stream' | 'namespace', z.ZodOptional<z.ZodString>> & {
  maxRecordBytes: z.ZodDefault<z.ZodNumber>;
} = { source: name, version: name, stream: name, namespace: name, maxRecordBytes: count(1).default(1_048_576) };

/** Makes the origin of one record. */
export type OriginAt = (line: number, offset?: number, bytes?: number, raw?: string) => Origin;

/** The origins of one source. */
export function origins(options: Partial<Pick<Origin, 'source' | 'version' | 'stream' | 'namespace'>>): OriginAt {
  const { source, version, stream, namespace } = options;
  const place = { source, version, stream, namespace };
  return (line, offset, bytes, raw) => new Origin({ line, offset, bytes, raw }, place);
}
