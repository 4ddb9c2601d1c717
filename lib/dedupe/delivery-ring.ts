/**
 * The memory for deliveries, which are numbered as they begin: a ring of typed arrays, because an object for each would live just long
 * enough to be copied by the garbage collector several times. What is known of one lies together, as it is read together. Beside it
 * is a table by key, of the last delivery about each. Nothing is removed from that: what is not the last one any more is passed
 * over, until the table is filled again.
 */
import { reserve, reserveBytes } from './halves.ts';
import { spread, tagOf } from './key-table.ts';

const FIRST_CAPACITY = 1_024;
/** Slots of the table for each delivery. A quarter of them is free. */
const [SLOTS, FREE_PART] = [2, 0.25] as const;
const NONE = -1;
const WIDTH = 8;
/** What a cell has, from its beginning: the halves of key and value; bits; a batch; how far away another delivery is; a claim. */
export const [KEY, VALUE, BITS, BATCH, BACK, CLAIM] = [0, 2, 4, 5, 6, 7] as const;
/** What is known of a delivery, as bits. */
export const DELIVERED = 1;
export const REJECTED = 2;
export const ENDED: number = DELIVERED | REJECTED;
export const HAS_VALUE = 4;
/** The store has a value for the key, and must forget it before the entry goes out. */
export const MUST_FORGET = 8;
/** The value is in the store, or in a commit that has begun. */
export const STORED = 16;
/** No other delivery about the key has begun, and this one is not committed. */
export const LATEST = 32;
/** A later entry leaves another value. This one must not wait then: it would arrive after that entry. */
export const SUPERSEDED = 64;
export const IS_EVENT = 128;
/** It is committed, or dropped. */
export const DONE = 256;
/** The next delivery about the key was begun before this one ended, and may ask how it did. */
export const FOLLOWED = 512;

/** The ring. */
export class DeliveryRing {
  /** The number of the next delivery. */
  next = 0;
  /** The first that is kept. */
  first = 0;
  cells: Int32Array = reserve(WIDTH * FIRST_CAPACITY);
  #last = FIRST_CAPACITY - 1;
  /** By hash: 0 if there is none, else a part of the key; and which cell. */
  #tags = reserveBytes(SLOTS * FIRST_CAPACITY);
  #slots = reserve(SLOTS * FIRST_CAPACITY);
  #used = 0;

  get #mostUsed(): number {
    return (1 - FREE_PART) * this.#slots.length;
  }

  /** Where the cell of a delivery begins. */
  at(delivery: number): number {
    return WIDTH * (delivery & this.#last);
  }

  bits(delivery: number): number {
    return this.cells[this.at(delivery) + BITS] as number;
  }

  setBits(delivery: number, bits: number): void {
    this.cells[this.at(delivery) + BITS] = bits;
  }

  /** Makes space for the next delivery. */
  reserve(): void {
    if (this.next - this.first > this.#last) this.#grow();
  }

  /** The last delivery about a key; -1 for none. */
  latest(first: number, second: number): number {
    const cells = this.cells;
    const tags = this.#tags;
    const last = tags.length - 1;
    const tag = tagOf(second);
    for (let slot = spread(first, second) & last; ; slot = (slot + 1) & last) {
      const found = tags[slot] as number;
      if (found === 0) return NONE;
      if (found !== tag) continue;
      const place = this.#slots[slot] as number;
      const cell = WIDTH * place;
      if (cells[cell] === first && cells[cell + 1] === second && ((cells[cell + BITS] as number) & LATEST) !== 0)
        return this.first + ((place - this.first) & this.#last);
    }
  }

  /** The next delivery begins, as the last one about its key; returns its number. */
  add(): number {
    const delivery = this.next++;
    const cell = this.at(delivery);
    this.cells[cell + BITS] = (this.cells[cell + BITS] as number) | LATEST;
    if (++this.#used > this.#mostUsed) this.#fill();
    else this.#put(delivery);
    return delivery;
  }

  /** True if both leave the same value. */
  repeats(delivery: number, predecessor: number): boolean {
    const { cells } = this;
    const [one, other] = [this.at(delivery), this.at(predecessor)];
    if (((cells[one + BITS] as number) & (cells[other + BITS] as number) & HAS_VALUE) === 0) return false;
    return cells[one + VALUE] === cells[other + VALUE] && cells[one + VALUE + 1] === cells[other + VALUE + 1];
  }

  /** Moves the beginning of the ring behind those that nobody needs any more. */
  release(): void {
    while (this.first < this.next) {
      const bits = this.bits(this.first);
      if ((bits & DONE) === 0 || (bits & ENDED) === 0 || bits & FOLLOWED) return;
      this.first++;
    }
  }

  #put(delivery: number): void {
    const cells = this.cells;
    const tags = this.#tags;
    const slots = this.#slots;
    const last = tags.length - 1;
    const cell = this.at(delivery);
    const first = cells[cell] as number;
    const second = cells[cell + 1] as number;
    const tag = tagOf(second);
    let slot = spread(first, second) & last;
    for (; tags[slot] !== 0; slot = (slot + 1) & last) {
      if (tags[slot] !== tag) continue;
      const other = WIDTH * (slots[slot] as number);
      if (cells[other] === first && cells[other + 1] === second) break;
    }
    tags[slot] = tag;
    slots[slot] = delivery & this.#last;
  }

  /** Fills the table again, with those that are the last. */
  #fill(): void {
    this.#tags.fill(0);
    this.#used = 0;
    for (let delivery = this.first; delivery < this.next; delivery++) {
      if (((this.cells[this.at(delivery) + BITS] as number) & LATEST) === 0) continue;
      this.#used++;
      this.#put(delivery);
    }
  }

  #grow(): void {
    const old = this.cells;
    const from = this.at(this.first);
    this.#last = 2 * this.#last + 1;
    this.cells = reserve(2 * old.length);
    // The ring was closed there.
    const [head, tail] = [old.subarray(from), old.subarray(0, from)];
    const start = this.at(this.first);
    this.cells.set(head, start);
    this.cells.set(tail, this.at(this.first + head.length / WIDTH));
    this.#tags = reserveBytes(SLOTS * (this.#last + 1));
    this.#slots = reserve(SLOTS * (this.#last + 1));
    this.#fill();
  }
}
