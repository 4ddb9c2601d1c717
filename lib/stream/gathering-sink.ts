/**
 * Elements in, nothing out, for a place that is slow: what comes while a write is in flight gathers in the Writable and is
 * written together. So a trickle goes out at once, and a flood in large pieces. The first error is final, but the stream
 * fails only after the last element that was handed over, which the place may still keep elsewhere.
 */
import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { callBack, thrown } from './callback.ts';
import { unfinished } from './sink.ts';

/** What a place must be able to do. One of these is called at a time, except `release`. */
export interface GatheringPlace<T> {
  /** Loads what the place needs, once. */
  open?(): Promise<void>;
  /** Takes what has gathered. It is called after an error too: it may keep the elements, and throws again. */
  write(elements: readonly T[]): Promise<void>;
  /** Makes durable what was written. */
  flush(): Promise<void>;
  /** All is written. */
  end(): Promise<void>;
  /** The stream is destroyed: from now on nothing may wait for a slow reader. */
  release?(): void;
  /** Lets go of everything; also called after an error. */
  close(): Promise<void>;
}

/** How much gathers before the stream is full. */
export interface GatherLimits<T> {
  readonly elements: number;
  /** Elements may be large: so many bytes are enough. */
  readonly bytes?: number;
  /** Roughly. */
  bytesOf?(element: T): number;
}

// A flush waits in the stream, behind the elements that were written before it.
const FLUSH: unique symbol = Symbol('flush');

/** An object-mode Writable over a place. */
export class GatheringSink<T> extends Writable {
  readonly #place: GatheringPlace<T>;
  readonly #maxBytes: number;
  readonly #bytesOf: (element: T) => number;
  /** What has gathered, or is in flight. */
  #bytes = 0;
  #writing: Promise<void> = Promise.resolve();
  #failure: Error | undefined;
  #isOpen = false;
  #leave: (() => void) | undefined;

  constructor(place: GatheringPlace<T>, limits: GatherLimits<T>) {
    super({ objectMode: true, highWaterMark: limits.elements });
    this.#place = place;
    this.#maxBytes = limits.bytes ?? Number.POSITIVE_INFINITY;
    this.#bytesOf = limits.bytesOf ?? (() => 0);
  }

  /** Resolves when everything written so far is durable. Throws the error of the place. */
  async flush(): Promise<void> {
    try {
      if (this.writableEnded || this.destroyed) await finished(this);
      else await new Promise<void>((resolve, reject) => super.write(FLUSH, (error) => (error ? reject(error) : resolve())));
    } catch (error) {
      throw this.#failure ?? this.errored ?? error;
    }
    if (this.#failure) throw this.#failure;
  }

  /** Ends the stream because of an error that no call of the place has thrown. */
  fail(error: Error): void {
    this.#failure ??= error;
    if (this.writableLength === 0) this.destroy(this.#failure);
  }

  /** Of bytes the Writable knows nothing: they are counted here. */
  override write(element: unknown, encoding?: unknown, callback?: (error?: Error | null) => void): boolean {
    this.#bytes += this.#bytesOf(element as T);
    return super.write(element, encoding as BufferEncoding, callback) && this.#bytes < this.#maxBytes;
  }

  /** What was handed over is written first. */
  override destroy(error?: Error): this {
    this.#place.release?.();
    if (!this.#isOpen || this.writableLength === 0) return super.destroy(error);
    this.#leave ??= () => super.destroy(error);
    return this;
  }

  override _construct(callback: (error?: Error | null) => void): void {
    const open = async (): Promise<void> => {
      await this.#place.open?.();
      this.#isOpen = true;
    };
    callBack(callback, open);
  }

  override _writev(chunks: { chunk: T | typeof FLUSH }[], callback: (error?: Error | null) => void): void {
    this.#writing = this.#take(chunks.map(({ chunk }) => chunk));
    // The callback must not run inside the promise: what it throws would become its rejection.
    this.#writing.then(() => process.nextTick(() => this.#taken(chunks.length, callback)));
  }

  override _final(callback: (error?: Error | null) => void): void {
    callBack(callback, () => (this.#failure ? Promise.reject(this.#failure) : this.#place.end()));
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    const close = async (): Promise<void> => {
      await this.#writing;
      await this.#place.close();
    };
    callBack((closing) => callback(error ?? closing ?? unfinished(this)), close);
  }

  async #take(elements: readonly (T | typeof FLUSH)[]): Promise<void> {
    for (let from = 0; from < elements.length; ) {
      const flush = elements.indexOf(FLUSH, from);
      const some = elements.slice(from, flush === -1 ? undefined : flush) as T[];
      if (some.length > 0) await this.#try(() => this.#place.write(some));
      if (flush === -1) return;
      if (!this.#failure) await this.#try(() => this.#place.flush());
      from = flush + 1;
    }
  }

  async #try(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.#failure = thrown(error);
    }
  }

  #taken(count: number, callback: (error?: Error | null) => void): void {
    // More has gathered: the stream fails, or leaves, with the last of it.
    if (this.writableLength > count) return callback();
    const wasFull = this.#bytes >= this.#maxBytes && !this.writableNeedDrain;
    this.#bytes = 0;
    callback(this.#failure);
    this.#leave?.();
    if (wasFull && this.writable) this.emit('drain');
  }
}
