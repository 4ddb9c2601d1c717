/**
 * Compressed bytes -> bytes, the same however the pieces are cut. gzip and zstd are recognised by their first bytes, not by
 * a name; other bytes pass unchanged. Members and frames in a row are one text, and zeros between and behind them are
 * padding. If anything else follows, that is an error, after all the bytes before it.
 */
import zlib from 'node:zlib';
import { CioError } from '../errors.ts';
import { ByteCursor } from './cursor.ts';
import { cutOff, type Decompressor, Engine, Unreadable } from './engine.ts';
import { compressionOf, MARK_BYTES, mayBeCompressed } from './first-bytes.ts';
import { gzipMember } from './gzip-member.ts';
import { ZstdFrame } from './zstd-frames.ts';

const PUT_TOGETHER = 'Check that the input was copied whole, and that either all of its parts are compressed or none.';

/** The bytes before compression. `who` begins the messages. Throws `CIO_SOURCE`. */
export async function* decompressed(pieces: AsyncIterable<Buffer>, who: string): AsyncGenerator<Buffer> {
  const input = new ByteCursor(pieces);
  try {
    let compression = await nextCompression(input);
    if (compression === undefined) return yield* input.rest();
    while (compression !== undefined) {
      yield* compression === 'gzip' ? gzipMember(input) : zstdFrame(input, who);
      if (!(await passZeros(input))) return;
      compression = await nextCompression(input);
    }
    throw new Unreadable(`after the compressed data, at byte ${input.offset + 1}, there is something that is not compressed`);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    throw new CioError('CIO_SOURCE', `${who}: ${error.message}`, error.cause, PUT_TOGETHER);
  } finally {
    await input.close();
  }
}

async function nextCompression(input: ByteCursor): Promise<ReturnType<typeof compressionOf>> {
  // A live input whose first row is short must not wait for a second one.
  const [first] = await input.ahead(1);
  return mayBeCompressed(first) ? compressionOf(await input.ahead(MARK_BYTES)) : undefined;
}

/** Passes padding; true if something follows it. */
async function passZeros(input: ByteCursor): Promise<boolean> {
  for (;;) {
    const held = await input.ahead(1);
    const zeros = held.findIndex((byte) => byte !== 0);
    input.take(zeros === -1 ? held.length : zeros);
    if (zeros !== -1 || held.length === 0) return zeros !== -1;
  }
}

async function* zstdFrame(input: ByteCursor, who: string): AsyncGenerator<Buffer> {
  const engine = new Engine(zstdDecompressor(who));
  const frame = new ZstdFrame();
  try {
    while (!frame.ended) {
      const piece = await input.next();
      if (piece === undefined) throw cutOff();
      const length = frame.pass(piece);
      yield* engine.pass(piece.subarray(0, length));
      if (length < piece.length) input.back(piece.subarray(length));
    }
  } finally {
    engine.close();
  }
}

function zstdDecompressor(who: string): Decompressor {
  // Not in the types of the oldest Node that we support.
  const { createZstdDecompress } = zlib as { createZstdDecompress?: () => Decompressor };
  if (createZstdDecompress !== undefined) return createZstdDecompress();
  const message = `${who}: the input is zstd, which Node ${process.versions.node} can't read`;
  throw new CioError('CIO_SOURCE', message, undefined, 'Use Node 22.15 or newer, or pipe the input through `zstd -dc`.');
}
