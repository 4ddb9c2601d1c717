/** A store in memory, for one run. When it is full it forgets the key that was not used for longest. */
import { readOptions } from '../options.ts';
import { KeyTable, withSpace } from './key-table.ts';
import { MEMORY_STORE_OPTIONS, type MemoryStoreOptions } from './options.ts';
import type { Changes, Store } from './store.ts';

/** A store in memory. Throws `CIO_OPTIONS`. */
export function memoryStore(options?: MemoryStoreOptions): Store {
  const { maxKeys } = readOptions('memoryStore', MEMORY_STORE_OPTIONS, options);
  return new MemoryStore(maxKeys);
}

const NONE = -1;

class MemoryStore implements Store {
  readonly #maxKeys: number;
  readonly #keys = new KeyTable();
  #values = new BigUint64Array(0);
  /** By entry: which one was used before it, and which after it. */
  #before = new Int32Array(0);
  #after = new Int32Array(0);
  #oldest = NONE;
  #newest = NONE;

  constructor(maxKeys: number) {
    this.#maxKeys = maxKeys;
  }

  async open(): Promise<void> {}

  get(key: bigint): bigint | undefined {
    const entry = this.#keys.find(key);
    if (entry === NONE) return undefined;
    this.#unlink(entry);
    this.#append(entry);
    return this.#values[entry];
  }

  async commit(changes: Changes): Promise<void> {
    for (const [key, value] of changes) {
      if (value === undefined) this.#delete(key);
      else this.#put(key, value);
    }
    while (this.#keys.size > this.#maxKeys) this.#delete(this.#keys.keyAt(this.#oldest));
  }

  async close(): Promise<void> {}

  #put(key: bigint, value: bigint): void {
    const { size } = this.#keys;
    const entry = this.#keys.add(key);
    if (this.#keys.size === size) this.#unlink(entry);
    else this.#reserve();
    this.#values[entry] = value;
    this.#append(entry);
  }

  #delete(key: bigint): void {
    const entry = this.#keys.remove(key);
    if (entry !== NONE) this.#unlink(entry);
  }

  #reserve(): void {
    const { capacity } = this.#keys;
    if (this.#values.length >= capacity) return;
    this.#values = withSpace(this.#values, capacity);
    this.#before = withSpace(this.#before, capacity);
    this.#after = withSpace(this.#after, capacity);
  }

  #append(entry: number): void {
    const newest = this.#newest;
    this.#before[entry] = newest;
    this.#after[entry] = NONE;
    if (newest === NONE) this.#oldest = entry;
    else this.#after[newest] = entry;
    this.#newest = entry;
  }

  #unlink(entry: number): void {
    const before = this.#before[entry] as number;
    const after = this.#after[entry] as number;
    if (before === NONE) this.#oldest = after;
    else this.#after[before] = after;
    if (after === NONE) this.#newest = before;
    else this.#before[after] = before;
  }
}
