/**
 * 64-bit keys, each with a small number that stays the same while the key is there: what belongs to a key lies under that
 * number in arrays. Open addressing in typed arrays; a Map of bigints takes several times the memory, and as much more time.
 * Each slot has a byte of its key, apart from its entry: of a large table each look at another place waits for the memory, and the
 * bytes are few enough to stay in the processor's cache. A key that is not there is nearly never looked for elsewhere.
 */
import { bigintOf, reserve, reserveBytes } from './halves.ts';

const FIRST_ENTRIES = 512;
/** Slots for each entry: at least half of them are free. */
const SLOTS = 2;
/** When there are too few slots in use, so many times as many are used, if they are reserved. */
const MORE_SLOTS = 4;

/** The keys, each as two halves. */
export class KeyTable {
  #keys: Int32Array;
  /** By slot: 0 if it is free, else a part of the key; and its entry. */
  #tags: Uint8Array;
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
    const slots = 2 ** Math.ceil(Math.log2(SLOTS * entries));
    this.#tags = reserveBytes(slots);
    this.#slots = reserve(slots);
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
    const slot = this.#slotOf(first, second);
    return this.#tags[slot] === 0 ? -1 : (this.#slots[slot] as number);
  }

  /** The entry of a key, a new one if it has none. */
  add(first: number, second: number): number {
    const slot = this.#slotOf(first, second);
    if (this.#tags[slot] !== 0) return this.#slots[slot] as number;
    const entry = this.#free.pop() ?? this.#end++;
    this.#tags[slot] = tagOf(second);
    this.#slots[slot] = entry;
    if (entry >= this.capacity) this.#growKeys();
    this.#keys[2 * entry] = first;
    this.#keys[2 * entry + 1] = second;
    if (SLOTS * this.#end > this.#last + 1) this.#useMoreSlots();
    return entry;
  }

  /** Removes a key; its entry, or -1 if it has none. */
  remove(first: number, second: number): number {
    const slot = this.#slotOf(first, second);
    if (this.#tags[slot] === 0) return -1;
    const entry = this.#slots[slot] as number;
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
    this.#tags.fill(0, 0, this.#last + 1);
    this.#free.length = 0;
    this.#end = 0;
  }

  keyAt(entry: number): bigint {
    return bigintOf(this.#keys[2 * entry] as number, this.#keys[2 * entry + 1] as number);
  }

  /** The slot of the key, or the free one that it would get. */
  #slotOf(first: number, second: number): number {
    const tags = this.#tags;
    const last = this.#last;
    const tag = tagOf(second);
    for (let slot = spread(first, second) & last; ; slot = (slot + 1) & last) {
      const found = tags[slot] as number;
      if (found === 0) return slot;
      if (found !== tag) continue;
      const at = 2 * (this.#slots[slot] as number);
      if (this.#keys[at] === first && this.#keys[at + 1] === second) return slot;
    }
  }

  /** Frees a slot: keys behind it that would not be found any more move up. */
  #close(freed: number): void {
    const [tags, slots, last] = [this.#tags, this.#slots, this.#last];
    let gap = freed;
    for (let slot = (gap + 1) & last; tags[slot] !== 0; slot = (slot + 1) & last) {
      const entry = slots[slot] as number;
      const home = spread(this.#keys[2 * entry] as number, this.#keys[2 * entry + 1] as number) & last;
      if (((slot - home) & last) < ((slot - gap) & last)) continue;
      tags[gap] = tags[slot] as number;
      slots[gap] = entry;
      gap = slot;
    }
    tags[gap] = 0;
  }

  #growKeys(): void {
    this.#keys = withSpace(this.#keys, 2 * this.#keys.length);
  }

  /** No entry is free then. */
  #useMoreSlots(): void {
    const used = this.#last + 1;
    const slots = Math.min(MORE_SLOTS * used, Math.max(2 * used, this.#slots.length));
    if (slots > this.#slots.length) {
      this.#tags = reserveBytes(slots);
      this.#slots = reserve(slots);
    } else this.#tags.fill(0, 0, used);
    this.#last = slots - 1;
    for (let entry = 0; entry < this.#end; entry++) {
      const second = this.#keys[2 * entry + 1] as number;
      const slot = this.#slotOf(this.#keys[2 * entry] as number, second);
      this.#tags[slot] = tagOf(second);
      this.#slots[slot] = entry;
    }
  }
}

/** A part of the key that is never 0. */
export function tagOf(second: number): number {
  return (second >>> 24) | 1;
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
