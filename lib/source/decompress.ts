/** {@link decompress}: compressed bytes -> bytes, in front of any source. */
import type { Duplex } from 'node:stream';
import { decompressed } from '../bytes/decompress.ts';
import { through } from '../stream/through.ts';

/**
 * A stream from bytes to decompressed bytes: gzip and zstd; what is neither passes untouched. Fails with `CIO_SOURCE` on
 * data that is corrupt or cut off, and where something else follows it.
 */
export function decompress(): Duplex {
  return through((pieces) => decompressed(pieces, 'decompress'));
}
