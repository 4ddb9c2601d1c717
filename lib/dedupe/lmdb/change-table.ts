/** Changes of a store that are not in its tree yet: the new value of each key, or that it is forgotten. About 36 bytes a key. */
import { halvesOf } from '../halves.ts';
import { KeyTable, withSpace } from '../key-table.ts';

const VALUE = 1;
const FORGOTTEN = 2;

/** The changes, by key. */
export class ChangeTable {
  readonly #keys = new KeyTable();
  #states = new Uint8Array(0);
  #values = new BigUint64Array(0);

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
    return this.#states[entry] === VALUE ? this.#values[entry] : undefined;
  }

  set(key: bigint, value: bigint | undefined): void {
    const halves = halvesOf(key);
    const entry = this.#keys.add(halves[0] as number, halves[1] as number);
    this.#states = withSpace(this.#states, this.#keys.capacity);
    this.#values = withSpace(this.#values, this.#keys.capacity);
    this.#states[entry] = value === undefined ? FORGOTTEN : VALUE;
    if (value !== undefined) this.#values[entry] = value;
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
