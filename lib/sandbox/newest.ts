/**
 * The newest entries of a log, bounded in number. What is dropped leaves from the front, and the array is cut only now
 * and then, so that adding costs the same however much is kept.
 */

/** A log of `T` that keeps at most `most`. */
export class Newest<T> {
  readonly #most: number;
  #held: T[] = [];
  #start = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get length(): number {
    return this.#held.length - this.#start;
  }

  /** Adds one; gives the one that had to leave. */
  add(entry: T): T | undefined {
    this.#held.push(entry);
    return this.length > this.#most ? this.shift() : undefined;
  }

  /** Takes the oldest one away. */
  shift(): T | undefined {
    const oldest = this.#held[this.#start++];
    if (this.#start * 2 > this.#held.length) {
      this.#held = this.#held.slice(this.#start);
      this.#start = 0;
    }
    return oldest;
  }

  clear(): void {
    this.#held = [];
    this.#start = 0;
  }

  /** In the order in which they came. */
  get all(): T[] {
    return this.#held.slice(this.#start);
  }

  /** From the newest to the oldest. */
  *backwards(): Generator<T, void, undefined> {
    const [held, start] = [this.#held, this.#start];
    for (let at = held.length - 1; at >= start; at--) yield held[at] as T;
  }
}
