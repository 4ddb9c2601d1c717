/** Changes of a store that are not in its tree yet: the new value of each key, or that it is forgotten. About 36 bytes a key. */
import { bigintOf, halvesOf } from '../halves.ts';
import { KeyTable, withSpace } from '../key-table.ts';

const WIDTH = 3;
/** The third number of an entry, behind the halves of its value. */
const [STATE, VALUE, FORGOTTEN] = [2, 1, 2] as const;

/** The changes, by key. */
export class ChangeTable {
  readonly #keys = new KeyTable();
  #cells: Int32Array = new Int32Array(0);

  /** How many keys have changed. */
  get size(): number {
    return this.#keys.size;
  }

  /** Where the change of a key is; -1 for none. */
  find(key: bigint): number {
    const halves = halvesOf(key);
    return this.#keys.find(halves[0] as number, halves[1] as number);
  }

  /** The new value there; undefined if the key is forgotten. */
  valueAt(entry: number): bigint | undefined {
    const at = WIDTH * entry;
    return this.#cells[at + STATE] === VALUE ? bigintOf(this.#cells[at] as number, this.#cells[at + 1] as number) : undefined;
  }

  set(key: bigint, value: bigint | undefined): void {
    const halves = halvesOf(key);
    const entry = this.#keys.add(halves[0] as number, halves[1] as number);
    this.#cells = withSpace(this.#cells, WIDTH * this.#keys.capacity);
    if (value !== undefined) this.#cells.set(halvesOf(value), WIDTH * entry);
    this.#cells[WIDTH * entry + STATE] = value === undefined ? FORGOTTEN : VALUE;
  }

  /** Empties it; it keeps its memory. */
  clear(): void {
    this.#keys.clear();
  }

  /** The keys in ascending order. */
  sortedKeys(): BigUint64Array {
    const keys = new BigUint64Array(this.size);
    for (let entry = 0; entry < keys.length; entry++) keys[entry] = this.#keys.keyAt(entry);
    return keys.sort();
  }
}
