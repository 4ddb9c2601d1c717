/** {@link decompress}: compressed bytes -> bytes, before any source. */
import type { Duplex } from 'node:stream';
import { decompressed } from '../bytes/decompress.ts';
import { through } from '../stream/through.ts';

/**
 * Decompresses gzip and zstd; other bytes pass unchanged. Put it before the source.
 *
 * @returns A Duplex from bytes to bytes. It fails with `CIO_SOURCE` if the data is corrupt or cut off, or if something else follows
 * it.
 * @example
 * ```ts
 * import { createReadStream } from 'node:fs';
 * import { pipeline } from 'node:stream/promises';
 * import { csv, decompress } from 'customerio-streams';
 *
 * await pipeline(
 *   createReadStream('people.csv.gz'),
 *   decompress(),
 *   csv(),
 *   async (rows) => {
 *     for await (const { name } of rows) console.log(name); // Ada Lovelace, then Zoë Ünal, then Nobody
 *   },
 * );
 * ```
 *
 * @category Sources
 */
export function decompress(): Duplex {
  return through((pieces) => decompressed(pieces, 'decompress'));
}
