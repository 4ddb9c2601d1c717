/** A store in memory, for one run. When it is full it forgets the key that was not used for longest. */
import { readOptions } from '../options.ts';
import { ChangeList } from './change-list.ts';
import { bigintOf, halvesOf, reserve } from './halves.ts';
import { KeyTable, withSpace } from './key-table.ts';
import { MEMORY_STORE_OPTIONS, type MemoryStoreOptions } from './options.ts';
import type { Changes, ComparingStore, Comparison, Halves, Store } from './store.ts';

/**
 * A store in memory, for one run. When it is full, it forgets the key that was not used for longest.
 *
 * @throws {@link CioError} `CIO_OPTIONS`
 * @example
 * ```ts
 * import { dedupe, memoryStore } from 'customerio-streams';
 *
 * export const stage = dedupe({ store: memoryStore({ maxKeys: 100_000 }) });
 * ```
 *
 * @category Dedupe
 */
export function memoryStore(options?: MemoryStoreOptions): Store {
  const { maxKeys } = readOptions('memoryStore', MEMORY_STORE_OPTIONS, options);
  return new MemoryStore(maxKeys);
}

const NONE = -1;
const WIDTH = 4;
/** What is kept of an entry, from its beginning: the halves of its value; which entry was used before it, and which after it. */
const [VALUE, BEFORE, AFTER] = [0, 2, 3] as const;

class MemoryStore implements ComparingStore {
  readonly #maxKeys: number;
  readonly #keys: KeyTable;
  #cells: Int32Array;
  #oldest = NONE;
  #newest = NONE;

  constructor(maxKeys: number) {
    this.#maxKeys = maxKeys;
    this.#keys = new KeyTable(maxKeys);
    this.#cells = reserve(WIDTH * this.#keys.capacity);
  }

  async open(): Promise<void> {}

  get(key: bigint): bigint | undefined {
    const halves = halvesOf(key);
    const entry = this.#used(halves[0] as number, halves[1] as number);
    const at = WIDTH * entry + VALUE;
    return entry === NONE ? undefined : bigintOf(this.#cells[at] as number, this.#cells[at + 1] as number);
  }

  compare({ keyFirst, keySecond, hasValue, valueFirst, valueSecond }: Halves): Comparison {
    const entry = this.#used(keyFirst, keySecond);
    if (entry === NONE) return 'unknown';
    const at = WIDTH * entry + VALUE;
    return hasValue && this.#cells[at] === valueFirst && this.#cells[at + 1] === valueSecond ? 'same' : 'other';
  }

  async commit(changes: Changes): Promise<void> {
    if (changes instanceof ChangeList) {
      const { halves, size } = changes;
      for (let at = 0; at < WIDTH * size; at += WIDTH) this.#put(halves, at);
    } else {
      const halves = new Int32Array(WIDTH);
      for (const [key, value] of changes) {
        halves.set(halvesOf(key), 0);
        if (value === undefined) this.#delete(halves[0] as number, halves[1] as number);
        else {
          halves.set(halvesOf(value), 2);
          this.#put(halves, 0);
        }
      }
    }
    while (this.#keys.size > this.#maxKeys) {
      const oldest = this.#oldest;
      this.#keys.removeAt(oldest);
      this.#unlink(oldest);
    }
  }

  async close(): Promise<void> {}

  /** The entry of a key, which is used now; -1 for none. */
  #used(first: number, second: number): number {
    const entry = this.#keys.find(first, second);
    if (entry !== NONE && entry !== this.#newest) {
      this.#unlink(entry);
      this.#append(entry);
    }
    return entry;
  }

  /** The key and the value whose halves lie there. */
  #put(halves: Int32Array, at: number): void {
    const { size } = this.#keys;
    const entry = this.#keys.add(halves[at] as number, halves[at + 1] as number);
    if (this.#keys.size === size) this.#unlink(entry);
    else this.#cells = withSpace(this.#cells, WIDTH * this.#keys.capacity);
    this.#cells[WIDTH * entry + VALUE] = halves[at + 2] as number;
    this.#cells[WIDTH * entry + VALUE + 1] = halves[at + 3] as number;
    this.#append(entry);
  }

  #delete(first: number, second: number): void {
    const entry = this.#keys.remove(first, second);
    if (entry !== NONE) this.#unlink(entry);
  }

  #append(entry: number): void {
    const newest = this.#newest;
    this.#cells[WIDTH * entry + BEFORE] = newest;
    this.#cells[WIDTH * entry + AFTER] = NONE;
    if (newest === NONE) this.#oldest = entry;
    else this.#cells[WIDTH * newest + AFTER] = entry;
    this.#newest = entry;
  }

  #unlink(entry: number): void {
    const before = this.#cells[WIDTH * entry + BEFORE] as number;
    const after = this.#cells[WIDTH * entry + AFTER] as number;
    if (before === NONE) this.#oldest = after;
    else this.#cells[WIDTH * before + AFTER] = after;
    if (after === NONE) this.#newest = before;
    else this.#cells[WIDTH * after + BEFORE] = before;
  }
}
