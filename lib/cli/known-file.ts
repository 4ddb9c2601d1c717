/** By what a file is known again: its beginning, and the bytes before a place in it. */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { CioError } from '../errors.ts';
import { firstBytes } from '../source/first-bytes.ts';

/** Some bytes of a file. */
export interface Piece {
  readonly bytes: number;
  readonly sha256: string;
}

/** What is known of a file before it is read. */
export interface Seen {
  readonly size: number;
  /** Its first bytes. */
  readonly head: Buffer;
  readonly compressed: boolean;
}

const HEAD_BYTES = 65_536;

/** Reads the beginning of a file. */
export async function look(path: string, size: number): Promise<Seen> {
  const bytes = Math.min(size, HEAD_BYTES);
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
    const head = buffer.subarray(0, bytesRead);
    const kind = firstBytes(head, true);
    return { size, head, compressed: kind === 'gzip' || kind === 'zstd' };
  } catch (error) {
    throw new CioError('CIO_SOURCE', `${path} can't be read (${Reflect.get(Object(error), 'code')})`, error);
  } finally {
    await file?.close();
  }
}

/** The bytes before a place; undefined where they can't be read (any more). */
export async function pieceBefore(path: string, offset: number, most: number): Promise<Piece | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const bytes = Math.min(offset, most);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, offset - bytes);
    return pieceOf(buffer.subarray(0, bytesRead));
  } catch {
    return undefined;
  } finally {
    await file?.close();
  }
}

/** Bytes, as they are kept. */
export function pieceOf(bytes: Buffer): Piece {
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
