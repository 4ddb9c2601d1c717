/**
 * How a writer of rejections ends when its store is gone: rejections that were handed over are still in the stream, and
 * are saved first, since nobody would hand them over again. With the last of them the stream fails, and takes no more.
 */
import type { Writable } from 'node:stream';

/** The end of a writer. */
export class Ending {
  readonly #writable: () => Writable;
  /** Why it ends, once it does. */
  error: Error | undefined;

  constructor(writable: () => Writable) {
    this.#writable = writable;
  }

  /** The store is gone. Where nothing is in the stream, that is the end. */
  begin(error: Error): void {
    this.error ??= error;
    if (this.#writable().writableLength === 0) this.#writable().destroy(this.error);
  }

  /** One of those in the stream is dealt with; with the last the stream ends, before it can ask for more. */
  async next(): Promise<void> {
    if (this.#writable().writableLength > 1) await new Promise(setImmediate);
    else this.#writable().destroy(this.error);
  }
}
