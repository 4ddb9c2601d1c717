/**
 * The members of objects that are being written, sorted by name. How they were sorted in the last row is known from its layout:
 * so the members of an ordinary row are only copied.
 */
import type { HashBuffer } from '../../hash.ts';
import { withSpace } from '../key-table.ts';
import type { RowLayout } from './row-layout.ts';

const FIRST_MEMBERS = 256;
/** Below this insertion is faster than sorting. */
const FEW_MEMBERS = 32;
const WORD = 4;

/** The open objects' members, those of the innermost last. */
export class MemberOrder {
  size = 0;
  readonly #layout: RowLayout;
  #from = new Int32Array(FIRST_MEMBERS);
  #nameTo = new Int32Array(FIRST_MEMBERS);
  #to = new Int32Array(FIRST_MEMBERS);
  /** Where the order of the object that was sorted last is, and how many members it has. */
  #at = 0;
  #count = 0;

  constructor(layout: RowLayout) {
    this.#layout = layout;
  }

  clear(): void {
    this.size = 0;
    this.#count = 0;
    this.#layout.begin();
  }

  /** A member that begins with its name and ends behind its comma. */
  add(from: number, nameTo: number, to: number): void {
    const n = this.size++;
    if (n === this.#from.length) this.#grow();
    this.#from[n] = from;
    this.#nameTo[n] = nameTo;
    this.#to[n] = to;
  }

  /** Sorts the members from `first` on, and removes them from here. They stay where they stand. */
  sort(text: Buffer, first: number): void {
    const count = this.size - first;
    this.size = first;
    this.#count = count;
    this.#at = this.#layout.endObject(count);
    if (this.#at !== -1) return;
    this.#at = this.#layout.addObject(count);
    const { orders } = this.#layout;
    for (let n = 0; n < count; n++) orders[this.#at + n] = n;
    this.#sortNames(text, first, count);
  }

  /** Puts the members that were sorted last, from `first` on, into their order. They end at `end`; there is space for them once more behind that. */
  move(text: HashBuffer, first: number, end: number): void {
    let sorted = 0;
    while (sorted < this.#count && this.#layout.orders[this.#at + sorted] === sorted) sorted++;
    if (sorted === this.#count) return;
    // Those that are in their place stay there.
    const start = this.#from[first + sorted] as number;
    const to = this.copy(text, first, text, end, sorted);
    text.bytes.copyWithin(start, end, to);
  }

  /** Copies the members that were sorted last to `at`, but for the `skipped` first; returns their end. */
  copy(text: HashBuffer, first: number, target: HashBuffer, at: number, skipped = 0): number {
    const { orders } = this.#layout;
    const [from, to] = [text.view, target.view];
    const last = this.#at + this.#count;
    let end = at;
    for (let n = this.#at + skipped; n < last; ) {
      let member = orders[n++] as number;
      const start = this.#from[first + member] as number;
      // Neighbours that stay neighbours are one piece.
      for (; n < last && orders[n] === member + 1; n++) member++;
      const length = (this.#to[first + member] as number) - start;
      // In words, of which the last may be too long: what comes next is written over it.
      for (let i = 0; i < length; i += WORD) to.setInt32(end + i, from.getInt32(start + i, true), true);
      end += length;
    }
    return end;
  }

  /** Few of them by insertion; many are nearly always sorted already. */
  #sortNames(text: Buffer, first: number, count: number): void {
    const order = this.#layout.orders.subarray(this.#at, this.#at + count);
    if (count > FEW_MEMBERS) {
      let isSorted = true;
      for (let n = 1; n < count && isSorted; n++)
        isSorted = this.#isBefore(text, first + (order[n - 1] as number), first + (order[n] as number));
      if (!isSorted) order.sort((a, b) => (this.#isBefore(text, first + a, first + b) ? -1 : 1));
      return;
    }
    for (let n = 1; n < count; n++) {
      const member = order[n] as number;
      let place = n;
      while (place > 0 && this.#isBefore(text, first + member, first + (order[place - 1] as number))) {
        order[place] = order[place - 1] as number;
        place--;
      }
      order[place] = member;
    }
  }

  #isBefore(text: Buffer, one: number, other: number): boolean {
    // Every name ends with its quote: two that are not the same differ before either ends, or there.
    const end = this.#nameTo[one] as number;
    let b = this.#from[other] as number;
    for (let a = this.#from[one] as number; a < end; a++, b++) {
      const difference = (text[a] as number) - (text[b] as number);
      if (difference !== 0) return difference < 0;
    }
    return false;
  }

  #grow(): void {
    const size = 2 * this.#from.length;
    this.#from = withSpace(this.#from, size);
    this.#nameTo = withSpace(this.#nameTo, size);
    this.#to = withSpace(this.#to, size);
  }
}
