/**
 * {@link parquet}: the rows of a Parquet file as NDJSON, for ndjson(). A Parquet file has its index at the end, so it can't come
 * through a pipe. What ndjson() calls a line is the number of the row, so a run can resume at any.
 */
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { fileAccess, type RandomAccess } from '../bytes/random-access.ts';
import { readOptions } from '../options.ts';
import { bytesFrom } from '../stream/through.ts';
import { POSITION } from './checkpointer.ts';
import type { SourceOptions } from './options.ts';

/** Options of {@link parquet}. */
export interface ParquetOptions extends Pick<SourceOptions, 'startAt'> {}

const OPTIONS = z.strictObject({
  /** The row of an earlier run's checkpoint, which ndjson() gets as well. Default: the first row. */
  startAt: POSITION.optional(),
});

/** The rows as bytes of NDJSON. */
export type ParquetRows = Readable & {
  /** How many bytes of the file the rows that were given are, by their share. */
  readonly bytesRead: number;
};

/**
 * Reads a local file, or any part of what `file` gives by its offsets, such as an object in a bucket; it is closed at the end.
 *
 * Integers and decimals keep every digit; times and dates become ISO 8601 in text, to the nanosecond; lists, structs and maps
 * become JSON. A column that has no form in JSON is left out, with a `warning`. A row with NaN, or with bytes that are not UTF-8 in
 * a text, is rejected by ndjson(). Memory is needed for one group of rows. Fails with `CIO_SOURCE` if the file is damaged.
 */
export function parquet(file: string | URL | RandomAccess, options?: ParquetOptions): ParquetRows {
  const { startAt } = readOptions('parquet', OPTIONS, options);
  let bytesRead = 0;
  async function* pieces(): AsyncGenerator<Buffer> {
    const { rowTexts } = await import('./parquet/rows.ts');
    const access = typeof file === 'string' || file instanceof URL ? await fileAccess(file) : file;
    const onShare = (share: number): void => {
      bytesRead = Math.round(share * access.byteLength);
    };
    try {
      yield* rowTexts(access, { first: (startAt?.line ?? 1) - 1, warn: (text) => rows.emit('warning', text), onShare });
    } finally {
      await access.close();
    }
  }
  const rows: Readable = bytesFrom(pieces());
  Object.defineProperty(rows, 'bytesRead', { get: () => bytesRead });
  return rows as ParquetRows;
}
