/**
 * Bytes in, bytes out, through an inner stream that is chosen by the first bytes. Backpressure goes through: the inner
 * stream rests while nobody reads. When it fails, what it gave before is read first, then comes the error.
 */
import { Duplex, PassThrough } from 'node:stream';

/** The stream that does the work. */
export interface Inner {
  readonly stream: Duplex;
  /** Cuts a chunk where the stream needs it cut. */
  cut?(chunk: Buffer): Buffer[];
  /** Asked at the end of the input: throws where the input can't end here. */
  end?(): void;
}

/** What a {@link through} has to know. */
export interface ThroughOptions {
  /** Picks the inner stream; `plain` lets all bytes pass, undefined asks for more. May throw. */
  choose(head: Buffer, ended: boolean): Inner | 'plain' | undefined;
  /** Makes the error of a failed inner stream. */
  explain(error: unknown): Error;
}

/** A Duplex over the inner stream that `choose` picks. */
export function through(options: ThroughOptions): Duplex {
  return new Through(options);
}

const EMPTY = Buffer.alloc(0);

class Through extends Duplex {
  readonly #options: ThroughOptions;
  #head: Buffer = EMPTY;
  #inner: Inner | undefined;
  #innerEnded = false;
  #inputEnded = false;
  #failure: Error | undefined;

  constructor(options: ThroughOptions) {
    super();
    this.#options = options;
  }

  override _write(chunk: Buffer, _encoding: string, callback: (error?: Error | null) => void): void {
    if (this.#inner !== undefined) return this.#pass(chunk, callback);
    this.#head = Buffer.concat([this.#head, chunk]);
    try {
      this.#start(false);
    } catch (error) {
      return callback(error as Error);
    }
    if (this.#inner === undefined) callback();
    else this.#pass(this.#head, callback);
  }

  override _final(callback: (error?: Error | null) => void): void {
    if (this.#inner !== undefined) return this.#finish(callback);
    try {
      this.#start(true);
    } catch (error) {
      return callback(error as Error);
    }
    this.#pass(this.#head, () => this.#finish(callback));
  }

  /** After a failure an empty push makes the stream ask again, so that it is seen when the last byte has been taken. */
  override _read(): void {
    if (this.#failure === undefined) this.#inner?.stream.resume();
    else if (this.readableLength > 0) this.push(EMPTY);
    else this.destroy(this.#failure);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#inner?.stream.destroy();
    callback(error);
  }

  #start(ended: boolean): void {
    const chosen = this.#options.choose(this.#head, ended);
    if (chosen === undefined) return;
    this.#inner = chosen === 'plain' ? { stream: new PassThrough() } : chosen;
    this.#inner.stream
      .on('data', (chunk: Buffer) => {
        if (!this.push(chunk)) this.#inner?.stream.pause();
      })
      .on('end', () => {
        this.#innerEnded = true;
        if (this.#inputEnded) this.#close();
      })
      .on('error', (error) => this.#fail(error));
  }

  #pass(chunk: Buffer, callback: (error?: Error | null) => void): void {
    const { stream, cut } = this.#inner as Inner;
    // Compressed data may be padded with zeros; anything else after its end would be lost in silence.
    if (this.#innerEnded) return chunk.every((byte) => byte === 0) ? callback() : this.#fail(new Error('data after the end'));
    const parts = cut === undefined ? [chunk] : cut(chunk);
    const next = (index: number): void => {
      const part = parts[index];
      if (part === undefined) callback();
      // The error comes by the event, so a failed write only stays open until then.
      else stream.write(part, (error) => (error ? undefined : next(index + 1)));
    };
    next(0);
  }

  #finish(callback: (error?: Error | null) => void): void {
    this.#inputEnded = true;
    if (this.#innerEnded) this.#close();
    else this.#inner?.stream.end();
    callback();
  }

  #close(): void {
    try {
      this.#inner?.end?.();
    } catch (error) {
      return this.#fail(error);
    }
    this.push(null);
  }

  #fail(error: unknown): void {
    this.#failure ??= this.#options.explain(error);
    this._read();
  }
}
