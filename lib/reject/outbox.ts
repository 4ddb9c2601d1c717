/**
 * Lines on their way to a store. While one write is under way the next lines gather, so a trickle goes out at once and
 * a flood goes out in large pieces; what gathers is bounded. The first error is final: every later call fails with it.
 */
import type { Store } from './store.ts';

const GATHER_LENGTH = 65_536;

/** The queue before a store. */
export class Outbox {
  readonly #store: Store;
  readonly #onError: (error: Error) => void;
  #lines = '';
  #writing: Promise<void> = Promise.resolve();
  #running: Promise<void> | undefined;
  #flushed: Promise<void> = Promise.resolve();
  #error: unknown;

  /** `onError` hears of a write that failed while nobody was waiting for it. */
  constructor(store: Store, onError: (error: Error) => void) {
    this.#store = store;
    this.#onError = onError;
  }

  /** Takes a line; a promise where enough has gathered. */
  add(line: string): void | Promise<void> {
    if (this.#error) throw this.#error;
    this.#lines += line;
    this.#running ??= this.#run();
    if (this.#lines.length >= GATHER_LENGTH) return this.#writing;
  }

  /** Resolves when all lines are durable. */
  flush(): Promise<void> {
    this.#flushed = this.#flushed.then(async () => {
      await this.#running;
      if (this.#error) throw this.#error;
      await this.#store.flush();
    });
    return this.#flushed;
  }

  /** Saves what was taken, whatever ended the line, and lets go of the store. */
  async close(): Promise<void> {
    this.#store.release?.();
    try {
      await this.flush();
    } finally {
      await this.#store.close();
    }
  }

  /** Never fails. */
  async #run(): Promise<void> {
    try {
      while (this.#lines !== '') {
        const lines = this.#lines;
        this.#lines = '';
        this.#writing = this.#store.write(lines);
        await this.#writing;
      }
    } catch (error) {
      this.#error = error;
      this.#onError(error as Error);
    }
    this.#running = undefined;
  }
}
