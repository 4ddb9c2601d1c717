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

/**
 * Options of {@link parquet}.
 *
 * @category Sources
 */
export interface ParquetOptions extends Pick<SourceOptions, 'startAt'> {}

const OPTIONS = z.strictObject({
  /** The position of an earlier run's checkpoint; give it to `ndjson()` as well. Default: the first row. */
  startAt: POSITION.optional(),
});

/**
 * The rows as bytes of NDJSON.
 *
 * @category Sources
 */
export type ParquetRows = Readable & {
  /** How many bytes of the file have been read so far, estimated by the share of its rows. */
  readonly bytesRead: number;
};

/**
 * Reads a Parquet file and gives its rows as NDJSON, for {@link ndjson}. The index of such a file is at its end, so it can't come
 * through a pipe: name a local file, or give access to any part of it by offset ({@link RandomAccess}), which is closed at the end.
 *
 * Integers and decimals keep every digit; times and dates become ISO 8601 text, to the nanosecond; lists, structs and maps become
 * JSON. A column that JSON has no form for is left out, with a `warning`. A row with NaN, or with text that is not valid UTF-8, is
 * rejected by `ndjson()`. Memory holds one row group at a time.
 *
 * @returns A Readable of bytes. It fails with `CIO_SOURCE` if the file is damaged.
 * @throws {@link CioError} `CIO_OPTIONS`
 * @example
 * ```ts
 * import { pipeline } from 'node:stream/promises';
 * import { ndjson, parquet } from 'customerio-streams';
 *
 * let rows = 0;
 * await pipeline(
 *   parquet('people.parquet'),
 *   ndjson({ source: 'people.parquet' }), // what it calls a line is the number of the row
 *   async (records) => {
 *     for await (const _record of records) rows++;
 *   },
 * );
 * console.log(rows > 0); // true
 * ```
 *
 * @category Sources
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
