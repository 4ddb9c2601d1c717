/**
 * The one way to stop reading an input: its bytes end where they are. So what was read arrives as at any end, and the source
 * leaves unread a record of which only a part has come.
 */
import { Readable } from 'node:stream';
import type { Source } from './decode.ts';

/** What is read, and what reads it. */
export interface BytesOptions {
  readonly input: Readable;
  /** The input as `source` wants it, for example decompressed. Default: the input. */
  readonly pieces?: AsyncIterable<Buffer>;
  readonly source: Source;
  /** Aborted to read no further. */
  readonly stop: AbortSignal;
  /** Gets the error of an input that failed. What came before it goes to the source first. */
  readonly onFailure: (error: unknown) => void;
}

/** The bytes for `source`, to the end of the input, or until it fails or is to stop. The input is destroyed then. */
export function bytesUntil(options: BytesOptions): Readable {
  const { input, source, stop } = options;
  const close = (): void => void input.destroy();
  if (stop.aborted) close();
  else stop.addEventListener('abort', close, { once: true });
  // A source that has failed, or that nobody reads any more, must not wait for an input that is silent.
  source.once('close', () => {
    stop.removeEventListener('abort', close);
    close();
  });
  return Readable.from(piecesUntil(options), { objectMode: false });
}

async function* piecesUntil({ input, pieces = input, source, stop, onFailure }: BytesOptions): AsyncGenerator<Buffer> {
  try {
    for await (const piece of pieces) {
      // One piece of a compressed input may give many.
      stop.throwIfAborted();
      yield piece;
    }
  } catch (error) {
    source.stop();
    if (!stop.aborted) onFailure(error);
  }
}
