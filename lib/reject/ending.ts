/**
 * How a writer of rejections ends when its store is gone: rejections that were handed over before are still in the stream,
 * and are saved first, since nobody would hand them over again. What comes after is not taken.
 */
import type { Writable } from 'node:stream';

/** The end of a writer. */
export class Ending {
  readonly #writable: () => Writable;
  #owed = 0;
  /** Why it ends, once it does. */
  error: Error | undefined;

  constructor(writable: () => Writable) {
    this.#writable = writable;
  }

  /** The store is gone. */
  begin(error: Error): void {
    if (this.error) return;
    this.error = error;
    this.#owed = this.#writable().writableLength;
    setImmediate(this.#check);
  }

  /** One of those in the stream has been saved; the next comes when this resolves. */
  saved(): Promise<void> {
    this.#owed--;
    return new Promise((resolve) =>
      setImmediate(() => {
        resolve();
        setImmediate(this.#check);
      }),
    );
  }

  readonly #check = (): void => {
    const writable = this.#writable();
    if (this.#owed <= 0 || writable.writableLength === 0) writable.destroy(this.error);
  };
}
