/** Pieces of bytes -> a stream of bytes, for a library that takes nothing else (lib-storage of the AWS SDK). */
import { Readable } from 'node:stream';

/** A byte stream over `pieces`; destroying it ends the iteration. */
export function bytesFrom(pieces: AsyncIterable<Buffer>): Readable {
  return Readable.from(pieces, { objectMode: false });
}
