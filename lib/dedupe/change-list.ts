/** The changes of one commit, in typed arrays: a Map of as many bigints would be copied by the garbage collector while it grows. */
import type { Changes } from './store.ts';

/** Keys and their new values; each key comes once. */
export class ChangeList implements Changes {
  size = 0;
  readonly #keys: BigUint64Array;
  readonly #values: BigUint64Array;

  constructor(maxSize: number) {
    this.#keys = new BigUint64Array(maxSize);
    this.#values = new BigUint64Array(maxSize);
  }

  add(key: bigint, value: bigint): void {
    this.#keys[this.size] = key;
    this.#values[this.size++] = value;
  }

  [Symbol.iterator](): Iterator<[bigint, bigint]> {
    let n = 0;
    return {
      next: () => {
        if (n >= this.size) return { value: undefined, done: true };
        const value: [bigint, bigint] = [this.#keys[n] as bigint, this.#values[n] as bigint];
        n++;
        return { value, done: false };
      },
    };
  }
}
