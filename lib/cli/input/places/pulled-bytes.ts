/** Pieces of bytes that are asked for -> a stream. Destroying it ends a wait for a piece that does not come. */
import { Readable } from 'node:stream';

/** Counts what was read; `pieces` gets a signal that aborts when the stream is destroyed, or with `signal`. */
export class PulledBytes extends Readable {
  bytesRead = 0;
  readonly #pieces: AsyncGenerator<Buffer>;
  readonly #gone = new AbortController();

  constructor(pieces: (signal: AbortSignal) => AsyncGenerator<Buffer>, signal: AbortSignal) {
    super();
    this.#pieces = pieces(AbortSignal.any([signal, this.#gone.signal]));
  }

  override _read(): void {
    this.#pieces.next().then(
      ({ done, value }) => {
        if (!done) this.bytesRead += value.length;
        this.push(done ? null : value);
      },
      (error) => this.destroy(error),
    );
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#gone.abort();
    this.#pieces.return(undefined).then(
      () => callback(error),
      () => callback(error),
    );
  }
}
