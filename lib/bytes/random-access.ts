/** Bytes by their offsets, for formats with an index at the end. Either all bytes that were asked for come, or an error. */
import { open } from 'node:fs/promises';
import { CioError } from '../errors.ts';

/**
 * A file of which any part can be read, for {@link parquet}. The same as hyparquet's `AsyncBuffer`, and `close()`.
 *
 * @category Sources
 */
export interface RandomAccess {
  /** Size of the file, in bytes. */
  readonly byteLength: number;
  /** The bytes from `start` to `end`, exclusive. Both count from the beginning; a part past the end of the file is cut there. */
  slice(start: number, end?: number): Promise<ArrayBuffer>;
  /** Frees what it holds. `parquet()` calls it at the end. */
  close(): Promise<void>;
}

/** A local file. */
export async function fileAccess(path: string | URL): Promise<RandomAccess> {
  const file = await open(path);
  const { size: byteLength } = await file.stat();
  return {
    byteLength,
    slice: async (start, end) => {
      const bytes = bytesFor(byteLength, start, end);
      for (let at = 0; at < bytes.length; ) {
        const { bytesRead } = await file.read(bytes, at, bytes.length - at, start + at);
        if (bytesRead === 0) throw shorter();
        at += bytesRead;
      }
      return bytes.buffer;
    },
    close: () => file.close(),
  };
}

/** What `read` gives for a part that is not empty, such as an object in a bucket. */
export function remoteAccess(byteLength: number, read: (from: number, to: number) => AsyncIterable<Buffer>): RandomAccess {
  return {
    byteLength,
    slice: async (start, end) => {
      const bytes = bytesFor(byteLength, start, end);
      if (bytes.length === 0) return bytes.buffer;
      let at = 0;
      for await (const piece of read(start, start + bytes.length)) {
        if (at + piece.length > bytes.length) throw new CioError('CIO_SOURCE', 'more bytes came than were asked for');
        bytes.set(piece, at);
        at += piece.length;
      }
      if (at < bytes.length) throw shorter();
      return bytes.buffer;
    },
    close: async () => {},
  };
}

function bytesFor(byteLength: number, start: number, end: number = byteLength): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Math.max(0, Math.min(end, byteLength) - start));
}

function shorter(): CioError {
  return new CioError('CIO_SOURCE', 'it became shorter while it was read');
}
