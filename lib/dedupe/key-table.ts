/**
 * 64-bit keys, each with a small number that stays the same while the key is there: what belongs to a key lies under that
 * number in arrays. Open addressing in typed arrays; a Map of bigints takes several times the memory, and as much more time.
 */
const FIRST_ENTRIES = 512;
/** Slots for each entry: at least half of them are free. */
const SLOTS = 2;

/** One key as two numbers, so that a lookup compares no bigints. */
const one = new BigUint64Array(1);
const halves = new Uint32Array(one.buffer);

/** The keys. */
export class KeyTable {
  #slots = new Int32Array(SLOTS * FIRST_ENTRIES);
  #keys = new Uint32Array(2 * FIRST_ENTRIES);
  /** Entries that were removed. */
  readonly #free: number[] = [];
  #end = 0;

  /** How many keys there are. */
  get size(): number {
    return this.#end - this.#free.length;
  }

  /** All entries are below this. */
  get capacity(): number {
    return this.#keys.length / 2;
  }

  /** The entry of a key; -1 for none. */
  find(key: bigint): number {
    one[0] = key;
    return (this.#slots[this.#slotOf(halves[0] as number, halves[1] as number)] as number) - 1;
  }

  /** The entry of a key, a new one if it has none. */
  add(key: bigint): number {
    one[0] = key;
    const first = halves[0] as number;
    const second = halves[1] as number;
    const slot = this.#slotOf(first, second);
    const found = (this.#slots[slot] as number) - 1;
    if (found >= 0) return found;
    const entry = this.#free.pop() ?? this.#end++;
    this.#slots[slot] = entry + 1;
    if (entry >= this.capacity) this.#growKeys();
    this.#keys[2 * entry] = first;
    this.#keys[2 * entry + 1] = second;
    if (SLOTS * this.#end > this.#slots.length) this.#growSlots();
    return entry;
  }

  /** Removes a key; its entry, or -1 if it has none. */
  remove(key: bigint): number {
    one[0] = key;
    const slot = this.#slotOf(halves[0] as number, halves[1] as number);
    const entry = (this.#slots[slot] as number) - 1;
    if (entry < 0) return -1;
    this.#free.push(entry);
    this.#close(slot);
    return entry;
  }

  /** Removes all; the memory stays. */
  clear(): void {
    this.#slots.fill(0);
    this.#free.length = 0;
    this.#end = 0;
  }

  keyAt(entry: number): bigint {
    halves[0] = this.#keys[2 * entry] as number;
    halves[1] = this.#keys[2 * entry + 1] as number;
    return one[0] as bigint;
  }

  /** The slot of the key, or the free one that it would get. */
  #slotOf(first: number, second: number): number {
    const slots = this.#slots;
    const keys = this.#keys;
    const last = slots.length - 1;
    let slot = spread(first, second) & last;
    for (;;) {
      const entry = (slots[slot] as number) - 1;
      if (entry < 0 || (keys[2 * entry] === first && keys[2 * entry + 1] === second)) return slot;
      slot = (slot + 1) & last;
    }
  }

  /** Frees a slot: keys behind it that would not be found any more move up. */
  #close(freed: number): void {
    const slots = this.#slots;
    const last = slots.length - 1;
    let gap = freed;
    for (let slot = (gap + 1) & last; slots[slot] !== 0; slot = (slot + 1) & last) {
      const entry = (slots[slot] as number) - 1;
      const home = spread(this.#keys[2 * entry] as number, this.#keys[2 * entry + 1] as number) & last;
      if (((slot - home) & last) < ((slot - gap) & last)) continue;
      slots[gap] = entry + 1;
      gap = slot;
    }
    slots[gap] = 0;
  }

  #growKeys(): void {
    const grown = new Uint32Array(2 * this.#keys.length);
    grown.set(this.#keys);
    this.#keys = grown;
  }

  #growSlots(): void {
    const slots = this.#slots;
    this.#slots = new Int32Array(2 * slots.length);
    for (let n = 0; n < slots.length; n++) {
      const entry = slots[n] as number;
      if (entry === 0) continue;
      const slot = this.#slotOf(this.#keys[2 * entry - 2] as number, this.#keys[2 * entry - 1] as number);
      this.#slots[slot] = entry;
    }
  }
}

/** Keys are hashes, but a test may count. */
function spread(first: number, second: number): number {
  const mixed = Math.imul(first ^ Math.imul(second, 0x9e3779b1), 0x85ebca77);
  return mixed ^ (mixed >>> 15);
}

/** The array with space for `entries`, with what was in it. */
export function withSpace<A extends Uint8Array | Int32Array | BigUint64Array>(array: A, entries: number): A {
  if (array.length >= entries) return array;
  const grown = new (array.constructor as new (length: number) => A)(entries);
  grown.set(array as never);
  return grown;
}
