/**
 * Lines on their way to a store. While one write is under way the next lines gather, so a trickle goes out at once and
 * a flood goes out in large pieces; what gathers is bounded. The first error is final: every later call fails with it,
 * but lines that were handed over are saved where the store can still save them.
 */
import type { Group } from './naming.ts';
import type { RejectStore } from './reject-store.ts';

const GATHER_LENGTH = 65_536;

/** The queue before a store. */
export class Outbox {
  readonly #store: RejectStore;
  readonly #onError: (error: Error) => void;
  readonly #lines = new Map<string, { readonly group: Group; text: string }>();
  #length = 0;
  #writing: Promise<void> = Promise.resolve();
  #running: Promise<void> | undefined;
  #flushed: Promise<void> = Promise.resolve();
  #error: unknown;

  /** `onError` hears of a write that failed, also while nobody was waiting for it. */
  constructor(store: RejectStore, onError: (error: Error) => void) {
    this.#store = store;
    this.#onError = onError;
  }

  /** Takes a line; a promise where enough has gathered. */
  add(group: Group, line: string): void | Promise<void> {
    if (this.#error) throw this.#error;
    this.save(group, line);
    this.#running ??= this.#run();
    if (this.#length >= GATHER_LENGTH) return this.#writing;
  }

  /** Takes a line that was handed over before the failure. */
  save(group: Group, line: string): void {
    const gathered = this.#lines.get(group.key);
    if (gathered) gathered.text += line;
    else this.#lines.set(group.key, { group, text: line });
    this.#length += line.length;
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
    } catch (error) {
      for (const { text } of this.#lines.values()) await this.#store.salvage?.(text);
      throw error;
    } finally {
      await this.#store.close();
    }
  }

  /** Never fails. */
  async #run(): Promise<void> {
    try {
      for (let [next] = this.#lines.values(); next; [next] = this.#lines.values()) {
        this.#lines.delete(next.group.key);
        this.#length -= next.text.length;
        this.#writing = this.#store.write(next.group, next.text);
        await this.#writing;
      }
    } catch (error) {
      this.#error = error;
      this.#onError(error as Error);
    }
    this.#running = undefined;
  }
}
