/**
 * The member names that a scanner has met, each at its place in the rows. Rows of one export are alike: so a name is compared with
 * the one that came at this place before, eight bytes at a time. Names in another order, or new ones, are found by a hash.
 */
import { endOfSpace, NOWHERE } from './token-ends.ts';

/** A longer name is left to the parser, and so is more space around its colon. */
const MAX_BYTES = 300;
/** The memory for names. Its second half is for one row: when a row begins there, all names are forgotten. */
const POOL_BYTES = 512 * 1024;
/** Each spelling begins in a slot of its own. */
const SLOT_BYTES = 32;
/** With its quotes and the colon, a name must fill four bytes: so the empty name is left to the parser. */
const MIN_QUOTED_BYTES = 3;
/** If names are left out, so many are skipped before the hash is asked. */
const MAX_SKIPPED = 4;
const [SPACE, QUOTE, COLON, BACKSLASH] = [32, 34, 58, 92] as const;
/** Some parsers take it for the prototype of the object. */
const PROTO = new TextEncoder().encode('"__proto__"');

/** A name among the members of one object, or of all the objects in one list. */
export class LearnedName {
  /** The name with its quotes. */
  readonly quotedBytes: number;
  /** Which of the wanted names it is, or -1. */
  readonly which: number;
  /** The names that came next, last time and at another time. */
  next: LearnedName;
  other: LearnedName;
  /** The object that had it last: an object has a name once. */
  object = 0;
  /** From its quote to its value, as spelled last: `"name": `. */
  spelledBytes = NOWHERE;
  /** Where that is in the pool. */
  spelledAt = 0;
  /** Its first and last eight bytes, and four. A number with such bytes is neither zero nor NaN, so it is equal only to itself. */
  #head = 0.5;
  #tail = 0.5;
  #headWord = 0;
  #tailWord = 0;
  readonly #pool: DataView;
  #members: LearnedMembers | undefined;

  constructor(pool: DataView, quotedBytes: number, which: number, none: LearnedName | undefined) {
    this.#pool = pool;
    this.quotedBytes = quotedBytes;
    this.which = which;
    this.next = none ?? this;
    this.other = none ?? this;
  }

  /** Learns the spelling that has been put into the pool. */
  spell(at: number, length: number): void {
    this.spelledAt = at;
    this.spelledBytes = length;
    this.#headWord = this.#pool.getInt32(at, true);
    this.#tailWord = this.#pool.getInt32(at + length - 4, true);
    if (length < 8) return;
    this.#head = this.#pool.getFloat64(at, true);
    this.#tail = this.#pool.getFloat64(at + length - 8, true);
  }

  /** True if it is at `i`, spelled as last time. */
  isAt(view: DataView, i: number, to: number): boolean {
    const length = this.spelledBytes;
    const end = i + length;
    if (end >= to) return false;
    if (length < 8) return view.getInt32(i, true) === this.#headWord && view.getInt32(end - 4, true) === this.#tailWord;
    if (view.getFloat64(i, true) !== this.#head || view.getFloat64(end - 8, true) !== this.#tail) return false;
    return length <= 16 || this.#isMiddleAt(view, i + 8, end - 8);
  }

  #isMiddleAt(view: DataView, from: number, to: number): boolean {
    const pool = this.#pool;
    const distance = this.spelledAt + 8 - from;
    for (let i = from; i < to; i += 8) if (view.getFloat64(i, true) !== pool.getFloat64(i + distance, true)) return false;
    return true;
  }

  /** The name at `i`, if it has come at another time, or the names before it are left out. */
  otherAt(view: DataView, i: number, to: number): LearnedName | undefined {
    if (this.other.isAt(view, i, to)) return this.other;
    let name = this.next;
    for (let skipped = 0; skipped < MAX_SKIPPED; skipped++) {
      name = name.next;
      if (name.isAt(view, i, to)) return name;
    }
    return undefined;
  }

  /** The names in the objects that are its value, or are in the list that is its value. */
  get members(): LearnedMembers {
    this.#members ??= new LearnedMembers();
    return this.#members;
  }
}

const NO_NAME = new LearnedName(new DataView(new ArrayBuffer(8)), 0, -1, undefined);

/** The names among the members of one object, or of all the objects in one list. */
export class LearnedMembers {
  /** In the place before the first name. */
  readonly start = new LearnedName(new DataView(new ArrayBuffer(8)), 0, -1, NO_NAME);
  readonly byHash = new Map<number, LearnedName>();
}

/** All names of all places. */
export class LearnedNames {
  /** Of the row itself. */
  members = new LearnedMembers();
  readonly #wanted: readonly Uint8Array[];
  readonly #pool = new Uint8Array(POOL_BYTES);
  readonly #poolView = new DataView(this.#pool.buffer);
  #used = 0;

  /** `wanted`: names in the row itself. */
  constructor(wanted: readonly string[]) {
    this.#wanted = wanted.map((name) => new TextEncoder().encode(`"${name}"`));
  }

  /** To be called between two rows. */
  forgetIfMany(): void {
    if (this.#used <= POOL_BYTES / 2) return;
    this.members = new LearnedMembers();
    this.#used = 0;
  }

  /** The name at `i`, if it is not the one expected after `before`. Undefined if there is none, or it is left to the parser. */
  find(bytes: Uint8Array, view: DataView, i: number, to: number, members: LearnedMembers, before: LearnedName): LearnedName | undefined {
    const other = before.otherAt(view, i, to);
    if (other !== undefined) return other;
    const name = this.#read(bytes, view, i, to, members);
    if (name === undefined) return undefined;
    before.other = before.next;
    before.next = name;
    return name;
  }

  #read(bytes: Uint8Array, view: DataView, i: number, to: number, members: LearnedMembers): LearnedName | undefined {
    const nameTo = endOfName(bytes, i, Math.min(to, i + MAX_BYTES));
    if (nameTo === -1 || this.#used + MAX_BYTES > POOL_BYTES) return undefined;
    const colon = endOfSpace(bytes, nameTo, to);
    if (bytes[colon] !== COLON) return undefined;
    const valueFrom = endOfSpace(bytes, colon + 1, to);
    if (valueFrom >= to || valueFrom - i > MAX_BYTES) return undefined;
    const hash = hashOf(bytes, i + 1, nameTo - 1);
    let name = members.byHash.get(hash);
    if (name === undefined) {
      if (nameTo - i < MIN_QUOTED_BYTES || isWhole(PROTO, bytes, i, nameTo)) return undefined;
      const which = members === this.members ? this.#wanted.findIndex((wanted) => isWhole(wanted, bytes, i, nameTo)) : -1;
      name = new LearnedName(this.#poolView, nameTo - i, which, NO_NAME);
      members.byHash.set(hash, name);
    } else if (name.quotedBytes !== nameTo - i || !isSame(this.#pool, name.spelledAt, bytes, i, nameTo - i)) {
      // Two names of one hash: the parser knows them apart.
      return undefined;
    }
    if (!name.isAt(view, i, to)) this.#spell(name, bytes, i, valueFrom);
    return name;
  }

  #spell(name: LearnedName, bytes: Uint8Array, from: number, to: number): void {
    for (let i = from; i < to; i++) this.#pool[this.#used + i - from] = bytes[i] as number;
    name.spell(this.#used, to - from);
    this.#used += (to - from + SLOT_BYTES - 1) & -SLOT_BYTES;
  }
}

/** Behind the closing quote of the name, or -1 if there is none or it has escapes. */
function endOfName(bytes: Uint8Array, from: number, to: number): number {
  if (from >= to || bytes[from] !== QUOTE) return -1;
  for (let i = from + 1; i < to; i++) {
    const byte = bytes[i] as number;
    if (byte === QUOTE) return i + 1;
    if (byte === BACKSLASH || byte < SPACE) return -1;
  }
  return -1;
}

/** FNV-1a. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  return hash;
}

function isWhole(text: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  return text.length === to - from && isSame(text, 0, bytes, from, text.length);
}

function isSame(one: Uint8Array, at: number, other: Uint8Array, from: number, length: number): boolean {
  for (let k = 0; k < length; k++) if (one[at + k] !== other[from + k]) return false;
  return true;
}
