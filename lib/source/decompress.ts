/** {@link decompress}: compressed bytes -> bytes, before any source. */
import type { Duplex } from 'node:stream';
import { decompressed } from '../bytes/decompress.ts';
import { through } from '../stream/through.ts';

/**
 * A stream from bytes to decompressed bytes: gzip and zstd; other bytes pass unchanged. Fails with `CIO_SOURCE` on
 * data that is corrupt or cut off, or if something else follows it.
 */
export function decompress(): Duplex {
  return through((pieces) => decompressed(pieces, 'decompress'));
}
