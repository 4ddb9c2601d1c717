/** A store in memory, for one run. When it is full it forgets the key that was not used for longest. */
import { readOptions } from '../options.ts';
import { MEMORY_STORE_OPTIONS, type MemoryStoreOptions } from './options.ts';
import type { Changes, Store } from './store.ts';

/** A store in memory. Throws `CIO_OPTIONS`. */
export function memoryStore(options?: MemoryStoreOptions): Store {
  const { maxKeys } = readOptions('memoryStore', MEMORY_STORE_OPTIONS, options);
  return new MemoryStore(maxKeys);
}

class MemoryStore implements Store {
  readonly #maxKeys: number;
  /** A Map keeps the order of insertion, so its first key is the one that was not used for longest. */
  readonly #values = new Map<bigint, bigint>();

  constructor(maxKeys: number) {
    this.#maxKeys = maxKeys;
  }

  async open(): Promise<void> {}

  get(key: bigint): bigint | undefined {
    const value = this.#values.get(key);
    if (value !== undefined) this.#put(key, value);
    return value;
  }

  async commit(changes: Changes): Promise<void> {
    for (const [key, value] of changes) {
      if (value === undefined) this.#values.delete(key);
      else this.#put(key, value);
    }
    for (const key of this.#values.keys()) {
      if (this.#values.size <= this.#maxKeys) break;
      this.#values.delete(key);
    }
  }

  async close(): Promise<void> {}

  #put(key: bigint, value: bigint): void {
    this.#values.delete(key);
    this.#values.set(key, value);
  }
}
