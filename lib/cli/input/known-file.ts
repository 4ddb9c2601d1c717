/** By what a file is known again: its beginning, and the bytes before a place in it. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { CioError, codeOf } from '../../errors.ts';
import { isReadInPlace } from '../../source/start-of-input.ts';

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
  /** It can be opened at the offset of a row: it is neither compressed nor in another encoding. */
  readonly inPlace: boolean;
}

const HEAD_BYTES = 65_536;

/** Reads the beginning of a file; `encoding` is what its encoding is said to be. */
export async function look(path: string, size: number, encoding: string | undefined): Promise<Seen> {
  try {
    const head = await bytesOf(path, 0, Math.min(size, HEAD_BYTES));
    return { size, head, inPlace: isReadInPlace(head, encoding) };
  } catch (error) {
    throw new CioError('CIO_SOURCE', `${path} can't be read (${codeOf(error)})`, error);
  }
}

/** The bytes before a place; undefined where they can't be read (any more). */
export async function pieceBefore(path: string, offset: number, most: number): Promise<Piece | undefined> {
  const bytes = Math.min(offset, most);
  try {
    return pieceOf(await bytesOf(path, offset - bytes, bytes));
  } catch {
    return undefined;
  }
}

async function bytesOf(path: string, from: number, length: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, from);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Bytes, as they are kept. */
export function pieceOf(bytes: Buffer): Piece {
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
