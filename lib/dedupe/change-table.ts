/**
 * Changes of a store that are not in its tree yet: the new value of each key, or that it is forgotten. Open addressing in typed
 * arrays: 17 bytes a slot, of which half are free, where a Map of bigints takes 110 bytes a key.
 */
const FIRST_SLOTS = 1024;
const EMPTY = 0;
const VALUE = 1;
const FORGOTTEN = 2;

/** One key as two numbers, so that a lookup compares no bigints. */
const one = new BigUint64Array(1);
const halves = new Uint32Array(one.buffer);

/** The changes, by key. */
export class ChangeTable {
  #states = new Uint8Array(FIRST_SLOTS);
  #keys = new Uint32Array(2 * FIRST_SLOTS);
  #values = new BigUint64Array(FIRST_SLOTS);
  #size = 0;

  /** How many keys have changed. */
  get size(): number {
    return this.#size;
  }

  /** Where the change of a key is; -1 for none. Good until the next change. */
  find(key: bigint): number {
    if (this.#size === 0) return -1;
    one[0] = key;
    const slot = this.#slotOf(halves[0] as number, halves[1] as number);
    return this.#states[slot] === EMPTY ? -1 : slot;
  }

  /** The new value there; undefined if the key is forgotten. */
  valueAt(slot: number): bigint | undefined {
    return this.#states[slot] === VALUE ? this.#values[slot] : undefined;
  }

  set(key: bigint, value: bigint | undefined): void {
    if (2 * this.#size >= this.#states.length) this.#grow();
    one[0] = key;
    this.#put(halves[0] as number, halves[1] as number, value);
  }

  /** Empties it; it keeps its memory. */
  clear(): void {
    this.#states.fill(EMPTY);
    this.#size = 0;
  }

  /** The keys in ascending order. */
  sortedKeys(): BigUint64Array {
    const keys = new BigUint64Array(this.#size);
    const words = new Uint32Array(keys.buffer);
    let at = 0;
    for (let slot = 0; slot < this.#states.length; slot++) {
      if (this.#states[slot] === EMPTY) continue;
      words[at++] = this.#keys[2 * slot] as number;
      words[at++] = this.#keys[2 * slot + 1] as number;
    }
    return keys.sort();
  }

  #put(first: number, second: number, value: bigint | undefined): void {
    const slot = this.#slotOf(first, second);
    if (this.#states[slot] === EMPTY) this.#size++;
    this.#states[slot] = value === undefined ? FORGOTTEN : VALUE;
    this.#keys[2 * slot] = first;
    this.#keys[2 * slot + 1] = second;
    if (value !== undefined) this.#values[slot] = value;
  }

  /** The slot of the key, or the free one that it would get. */
  #slotOf(first: number, second: number): number {
    const keys = this.#keys;
    const states = this.#states;
    const last = states.length - 1;
    // Keys are hashes, but a test may count.
    let slot = Math.imul(first ^ Math.imul(second, 0x9e3779b1), 0x85ebca77);
    slot = (slot ^ (slot >>> 15)) & last;
    while (states[slot] !== EMPTY && (keys[2 * slot] !== first || keys[2 * slot + 1] !== second)) slot = (slot + 1) & last;
    return slot;
  }

  #grow(): void {
    const [states, keys, values] = [this.#states, this.#keys, this.#values];
    const slots = 2 * states.length;
    this.#states = new Uint8Array(slots);
    this.#keys = new Uint32Array(2 * slots);
    this.#values = new BigUint64Array(slots);
    this.#size = 0;
    for (let slot = 0; slot < states.length; slot++) {
      if (states[slot] === EMPTY) continue;
      this.#put(keys[2 * slot] as number, keys[2 * slot + 1] as number, states[slot] === VALUE ? values[slot] : undefined);
    }
  }
}
