/**
 * Writes to a Writable, and when they are kept: that is what its `flush()` waits for, or, if it has none, that every write
 * has called back. Nobody waits for a Writable that is gone: it need not call back.
 */
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';

/** A Writable that may know when all that was written to it is stored. */
export type Flushable = Writable & { flush?(): Promise<void> };

/** Who waits for the write of this number, and for all before it. */
interface Waiting {
  readonly number: number;
  resolve(): void;
  reject(error: unknown): void;
}

/** One of these for each Writable: it sees only the writes that go through it. */
export class KeptWrites {
  /** Resolves when the Writable has finished; rejects if it fails, or closes too early. */
  readonly done: Promise<void>;
  readonly #to: Flushable;
  #written = 0;
  #kept = 0;
  #failure: { readonly error: unknown } | undefined;
  #waiting: Waiting[] = [];

  constructor(to: Flushable) {
    this.#to = to;
    // A Duplex may be read for as long as somebody likes.
    this.done = finished(to, { readable: false });
    this.done.catch(this.#fail);
  }

  /** Writes one element; false asks to wait for 'drain'. */
  write(element: unknown): boolean {
    if (this.#to.flush) return this.#to.write(element);
    this.#written++;
    return this.#to.write(element, this.#calledBack);
  }

  /** Resolves when all that was written before is kept. Throws the error of the Writable. */
  async flush(): Promise<void> {
    if (this.#to.flush) return await this.#to.flush();
    if (this.#failure) throw this.#failure.error;
    const number = this.#written;
    if (this.#kept < number) await new Promise<void>((resolve, reject) => void this.#waiting.push({ number, resolve, reject }));
  }

  /** A Writable calls back in the order of the writes. */
  readonly #calledBack = (error?: Error | null): void => {
    if (error) return this.#fail(error);
    this.#kept++;
    while (this.#waiting[0] && this.#waiting[0].number <= this.#kept) this.#waiting.shift()?.resolve();
  };

  /** The first error stays: those after it only say that the Writable is gone. */
  readonly #fail = (error: unknown): void => {
    this.#failure ??= { error };
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure.error);
  };
}
