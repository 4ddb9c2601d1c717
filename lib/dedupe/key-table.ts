/**
 * 64-bit keys, each with a small number that stays the same while the key is there: what belongs to a key lies under that
 * number in arrays. Open addressing in typed arrays; a Map of bigints takes several times the memory, and as much more time.
 * A slot has a few bits of its key, too: of a large table each look at another place waits for the memory, and so a key that is not
 * there is nearly never looked for elsewhere.
 */
import { bigintOf, reserve } from './halves.ts';

const FIRST_ENTRIES = 512;
/** Slots for each entry: at least half of them are free. */
const SLOTS = 2;
/** The bits of a slot that are an entry, counted from 1; the others are of the key. 0 for a free one. */
const ENTRY_BITS = 26;
const ENTRY: number = 2 ** ENTRY_BITS - 1;

/** The keys, each as two halves. */
export class KeyTable {
  #keys: Int32Array;
  #slots: Int32Array;
  /** Only the slots up to this one are used, so that a table of few keys is small. */
  #last = SLOTS * FIRST_ENTRIES - 1;
  /** Entries that were removed. */
  readonly #free: number[] = [];
  #end = 0;

  /** `expected`: how many keys there may be. With more of them it grows. */
  constructor(expected: number = FIRST_ENTRIES) {
    const entries = Math.max(expected, FIRST_ENTRIES);
    this.#keys = reserve(2 * entries);
    this.#slots = reserve(2 ** Math.ceil(Math.log2(SLOTS * entries)));
  }

  /** How many keys there are. */
  get size(): number {
    return this.#end - this.#free.length;
  }

  /** All entries are below this. */
  get capacity(): number {
    return this.#keys.length / 2;
  }

  /** The entry of a key; -1 for none. */
  find(first: number, second: number): number {
    return placeIn(this.#slots[this.#slotOf(first, second)] as number);
  }

  /** The entry of a key, a new one if it has none. */
  add(first: number, second: number): number {
    const slot = this.#slotOf(first, second);
    const found = placeIn(this.#slots[slot] as number);
    if (found >= 0) return found;
    const entry = this.#free.pop() ?? this.#end++;
    this.#slots[slot] = slotFor(entry, second);
    if (entry >= this.capacity) this.#growKeys();
    this.#keys[2 * entry] = first;
    this.#keys[2 * entry + 1] = second;
    if (SLOTS * this.#end > this.#last + 1) this.#useMoreSlots();
    return entry;
  }

  /** Removes a key; its entry, or -1 if it has none. */
  remove(first: number, second: number): number {
    const slot = this.#slotOf(first, second);
    const entry = placeIn(this.#slots[slot] as number);
    if (entry < 0) return -1;
    this.#free.push(entry);
    this.#close(slot);
    return entry;
  }

  /** Removes the key of an entry. */
  removeAt(entry: number): void {
    this.remove(this.#keys[2 * entry] as number, this.#keys[2 * entry + 1] as number);
  }

  /** Removes all; the memory stays. */
  clear(): void {
    this.#slots.fill(0, 0, this.#last + 1);
    this.#free.length = 0;
    this.#end = 0;
  }

  keyAt(entry: number): bigint {
    return bigintOf(this.#keys[2 * entry] as number, this.#keys[2 * entry + 1] as number);
  }

  /** The slot of the key, or the free one that it would get. */
  #slotOf(first: number, second: number): number {
    const slots = this.#slots;
    const last = this.#last;
    for (let slot = spread(first, second) & last; ; slot = (slot + 1) & last) {
      const found = slots[slot] as number;
      if (found === 0) return slot;
      if (!mayBe(found, second)) continue;
      const at = 2 * placeIn(found);
      if (this.#keys[at] === first && this.#keys[at + 1] === second) return slot;
    }
  }

  /** Frees a slot: keys behind it that would not be found any more move up. */
  #close(freed: number): void {
    const slots = this.#slots;
    const last = this.#last;
    let gap = freed;
    for (let slot = (gap + 1) & last; slots[slot] !== 0; slot = (slot + 1) & last) {
      const moved = slots[slot] as number;
      const at = 2 * placeIn(moved);
      const home = spread(this.#keys[at] as number, this.#keys[at + 1] as number) & last;
      if (((slot - home) & last) < ((slot - gap) & last)) continue;
      slots[gap] = moved;
      gap = slot;
    }
    slots[gap] = 0;
  }

  #growKeys(): void {
    this.#keys = withSpace(this.#keys, 2 * this.#keys.length);
  }

  /** Twice as many. No entry is free then. */
  #useMoreSlots(): void {
    const used = this.#last + 1;
    if (2 * used > this.#slots.length) this.#slots = reserve(2 * used);
    else this.#slots.fill(0, 0, used);
    this.#last = 2 * used - 1;
    for (let entry = 0; entry < this.#end; entry++) {
      const [first, second] = [this.#keys[2 * entry] as number, this.#keys[2 * entry + 1] as number];
      this.#slots[this.#slotOf(first, second)] = slotFor(entry, second);
    }
  }
}

/** What a slot has of an entry and of its key. */
export function slotFor(entry: number, second: number): number {
  return (second & ~ENTRY) | (entry + 1);
}

/** The entry of a slot; -1 if it is free. */
export function placeIn(slot: number): number {
  return (slot & ENTRY) - 1;
}

/** False if the entry in this slot certainly has another key. */
export function mayBe(slot: number, second: number): boolean {
  return ((slot ^ second) & ~ENTRY) === 0;
}

/** Keys are hashes, but a test may count. */
export function spread(first: number, second: number): number {
  const mixed = Math.imul(first ^ Math.imul(second, 0x9e3779b1), 0x85ebca77);
  return mixed ^ (mixed >>> 15);
}

/** The array with space for so many numbers, with what was in it. */
export function withSpace(array: Int32Array, numbers: number): Int32Array {
  if (array.length >= numbers) return array;
  const grown = reserve(numbers);
  grown.set(array);
  return grown;
}
