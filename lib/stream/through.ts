/**
 * Bytes in, bytes out: the shape of decompress(). An async generator makes other pieces of the pieces that come in. It runs
 * only while its output is read, and takes the next piece when it is done with the last. If it fails, its output before
 * that is read first, then comes the error. (Node's Duplex.from() drops that output.)
 */
import { Duplex, Readable } from 'node:stream';

/** Makes other pieces of pieces. */
export type Pieces = (pieces: AsyncIterable<Buffer>) => AsyncGenerator<Buffer>;

/** A byte stream over `pieces`, for a library that takes nothing else (lib-storage of the AWS SDK); destroying it ends the iteration. */
export function bytesFrom(pieces: AsyncIterable<Buffer>): Readable {
  return Readable.from(pieces, { objectMode: false });
}

/** A Duplex over the generator. */
export function through(make: Pieces): Duplex {
  return new Through(make);
}

const EMPTY = Buffer.alloc(0);

class Through extends Duplex {
  readonly #output: AsyncGenerator<Buffer>;
  #piece: Buffer | undefined;
  #taken: () => void = () => {};
  #ended = false;
  #wake: () => void = () => {};
  #failure: Error | undefined;

  constructor(make: Pieces) {
    super();
    this.#output = make(this.#pieces());
  }

  override _write(chunk: Buffer, _encoding: string, callback: () => void): void {
    this.#piece = chunk;
    this.#taken = callback;
    this.#wake();
  }

  override _final(callback: () => void): void {
    this.#ended = true;
    this.#wake();
    callback();
  }

  /** Pushes outside the promise: an error that a listener throws would become the promise's rejection. */
  override _read(): void {
    if (this.#failure !== undefined) return this.#fail(this.#failure);
    this.#output.next().then(
      ({ done, value }) => process.nextTick(() => this.push(done ? null : value)),
      (error) => process.nextTick(() => this.#fail(error)),
    );
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#ended = true;
    this.#wake();
    this.#output.return(undefined).catch(() => {});
    callback(error);
  }

  async *#pieces(): AsyncGenerator<Buffer> {
    for (;;) {
      while (this.#piece === undefined && !this.#ended) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      const piece = this.#piece;
      if (piece === undefined) return;
      this.#piece = undefined;
      yield piece;
      process.nextTick(this.#taken);
    }
  }

  /** An empty push makes the stream call `_read()` again: so the error comes when the last byte has been read. */
  #fail(error: Error): void {
    this.#failure = error;
    if (this.readableLength > 0) this.push(EMPTY);
    else this.destroy(error);
  }
}
