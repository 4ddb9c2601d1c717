/** Pieces of text or bytes -> a stream of bytes, at the reader's pace. */
import { Readable } from 'node:stream';

/** A byte stream over `pieces`; destroying it ends the iteration. */
export function bytesFrom(pieces: AsyncIterable<string | Uint8Array>): Readable {
  return Readable.from(pieces, { objectMode: false });
}
