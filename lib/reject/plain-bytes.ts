/** Stored bytes -> bytes as they were before compression. gzip is known by its first bytes, not by a name. */
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { CioError } from '../errors.ts';
import { bytesFrom } from '../stream/bytes-from.ts';

/** The first bytes of a sequence, and the whole of it again. */
export interface Peeked {
  readonly head: Buffer;
  readonly all: AsyncIterable<Buffer>;
}

/** Looks at the first piece of at least `bytes`, if there are so many. */
export async function peek(pieces: AsyncIterable<Buffer>, bytes: number): Promise<Peeked> {
  const iterator = pieces[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  while (head.length < bytes) {
    const { done, value } = await iterator.next();
    if (done) break;
    head = head.length === 0 ? value : Buffer.concat([head, value]);
  }
  return { head, all: joined(head, iterator) };
}

async function* joined(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (head.length > 0) yield head;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

/** Decompresses what is compressed. `name` is for the error: `CIO_SOURCE` where the data is corrupt or cut off. */
export async function* plainBytes(pieces: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  const { head, all } = await peek(pieces, 2);
  if (head[0] !== 0x1f || head[1] !== 0x8b) return yield* all;
  const gunzip = createGunzip();
  // What fails in front of it ends it with that error.
  pipeline(bytesFrom(all), gunzip).catch(() => {});
  try {
    yield* gunzip;
  } catch (error) {
    throw error instanceof CioError ? error : new CioError('CIO_SOURCE', `${name}: the compressed data is corrupt or cut off`, error);
  }
}
