/** The changes of one commit, in a typed array: a Map of as many bigints would be copied by the garbage collector while it grows. */
import { bigintOf } from './halves.ts';
import type { Changes } from './store.ts';

const WIDTH = 4;

/** Keys and their new values; each key comes once. */
export class ChangeList implements Changes {
  size = 0;
  /** The halves of each key and of its value. */
  readonly halves: Int32Array;
  /** The number of the claim of each, in a store that has claims. */
  readonly claims: Int32Array;

  constructor(maxSize: number) {
    this.halves = new Int32Array(WIDTH * maxSize);
    this.claims = new Int32Array(maxSize);
  }

  /** Adds a key and its value, whose halves lie there. */
  add(cells: Int32Array, from: number, claim = 0): void {
    this.claims[this.size] = claim;
    const at = WIDTH * this.size++;
    for (let n = 0; n < WIDTH; n++) this.halves[at + n] = cells[from + n] as number;
  }

  [Symbol.iterator](): Iterator<[bigint, bigint]> {
    let n = 0;
    const half = (at: number): number => this.halves[WIDTH * n + at] as number;
    return {
      next: () => {
        if (n >= this.size) return { value: undefined, done: true };
        const value: [bigint, bigint] = [bigintOf(half(0), half(1)), bigintOf(half(2), half(3))];
        n++;
        return { value, done: false };
      },
    };
  }
}
