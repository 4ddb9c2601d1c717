/**
 * Which names the members of a row have, and how those of each object are sorted. Rows of an export have the same names in the
 * same places: so each is only compared with the one of the last row, and nothing is sorted again. From the first difference
 * on the layout is learned again. An object is known by the names and by the ends of objects that came before it in the row.
 */
import { withSpace } from '../key-table.ts';

const FIRST_MEMBERS = 256;
const FIRST_BYTES = 4_096;

/** The layout of the last row. */
export class RowLayout {
  /** The members of each object in the order of their names, by the place where they stood; one object behind the other. */
  orders: Int32Array = new Int32Array(FIRST_MEMBERS);
  readonly #namesWatched: readonly Buffer[];
  #names = new Uint8Array(FIRST_BYTES);
  /** By name: where it ends, how deep it stands, and whether it was looked for. */
  #nameTo = new Int32Array(FIRST_MEMBERS);
  #depths = new Int32Array(FIRST_MEMBERS);
  #watched = new Uint8Array(FIRST_MEMBERS);
  /** By object, in the order in which they end: where its order ends, and how many names came before. */
  #orderTo = new Int32Array(FIRST_MEMBERS);
  #namesBefore = new Int32Array(FIRST_MEMBERS);
  /** How much of it is the same in this row, so far. */
  #name = 0;
  #object = 0;
  /** How much of it is known. */
  #nameCount = 0;
  #objectCount = 0;

  /** `watched`: names to look for, plain ASCII. */
  constructor(watched: readonly string[]) {
    this.#namesWatched = watched.map((name) => Buffer.from(`"${name}"`));
  }

  /** Begins with a row. */
  begin(): void {
    this.#name = 0;
    this.#object = 0;
  }

  /** If the next name is that of the last row, it is copied: then this is its length, else 0. */
  copyName(bytes: Uint8Array, from: number, target: Uint8Array, at: number, depth: number): number {
    const n = this.#name;
    if (n >= this.#nameCount || this.#depths[n] !== depth) return 0;
    const names = this.#names;
    const start = this.#nameFrom(n);
    const length = (this.#nameTo[n] as number) - start;
    for (let i = 0; i < length; i++) {
      const byte = names[start + i] as number;
      if (bytes[from + i] !== byte) return 0;
      target[at + i] = byte;
    }
    this.#name++;
    return length;
  }

  /** True if the name that came last was looked for. */
  get isWatched(): boolean {
    return this.#watched[this.#name - 1] === 1;
  }

  /** The next name is another one, or is written in another way. */
  addName(text: Uint8Array, from: number, to: number, depth: number): void {
    if (this.copyName(text, from, text, from, depth) === to - from) return;
    const n = this.#name++;
    this.#nameCount = n + 1;
    this.#objectCount = this.#object;
    const at = this.#nameFrom(n);
    if (at + to - from > this.#names.length) this.#names = withSpace(this.#names, 2 * (at + to - from));
    if (n === this.#nameTo.length) this.#growNames();
    for (let i = from; i < to; i++) this.#names[at + i - from] = text[i] as number;
    this.#nameTo[n] = at + to - from;
    this.#depths[n] = depth;
    this.#watched[n] = this.#isToWatch(text, from, to) ? 1 : 0;
  }

  /** An object of so many members ends: where its order is in `orders`, if that is known; else -1. */
  endObject(members: number): number {
    const n = this.#object;
    const at = this.#orderFrom(n);
    if (n < this.#objectCount && (this.#orderTo[n] as number) - at === members && this.#namesBefore[n] === this.#name) {
      this.#object++;
      return at;
    }
    return -1;
  }

  /** The same for an object whose order is not known: where it has to be put. */
  addObject(members: number): number {
    const n = this.#object++;
    this.#objectCount = n + 1;
    this.#nameCount = this.#name;
    const at = this.#orderFrom(n);
    if (at + members > this.orders.length) this.orders = withSpace(this.orders, 2 * (at + members));
    if (n === this.#orderTo.length) this.#growObjects();
    this.#orderTo[n] = at + members;
    this.#namesBefore[n] = this.#name;
    return at;
  }

  #isToWatch(text: Uint8Array, from: number, to: number): boolean {
    for (let n = 0; n < this.#namesWatched.length; n++) if (isAt(this.#namesWatched[n] as Buffer, text, from, to)) return true;
    return false;
  }

  #nameFrom(n: number): number {
    return n === 0 ? 0 : (this.#nameTo[n - 1] as number);
  }

  #orderFrom(n: number): number {
    return n === 0 ? 0 : (this.#orderTo[n - 1] as number);
  }

  #growNames(): void {
    const size = 2 * this.#nameTo.length;
    this.#nameTo = withSpace(this.#nameTo, size);
    this.#depths = withSpace(this.#depths, size);
    this.#watched = withSpace(this.#watched, size);
  }

  #growObjects(): void {
    const size = 2 * this.#orderTo.length;
    this.#orderTo = withSpace(this.#orderTo, size);
    this.#namesBefore = withSpace(this.#namesBefore, size);
  }
}

/** True if these bytes are the name. */
export function isAt(name: Buffer, bytes: Uint8Array, from: number, to: number): boolean {
  if (name.length !== to - from) return false;
  for (let i = 0; i < name.length; i++) if (bytes[from + i] !== name[i]) return false;
  return true;
}
