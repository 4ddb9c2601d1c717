/**
 * The member names that a scanner has met, each at its place in the rows. Rows of one export are alike: a name that was checked
 * once is found again by comparing its bytes with those of the name that followed last time. If names come in another order, or
 * are left out, they are found by a hash.
 */
import { endOfSpace } from './token-ends.ts';

/** A longer name is left to the parser, and so is more space around its colon. */
const MAX_BYTES = 300;
/** The memory for names. Its second half is for one row: when a row begins there, all names are forgotten. */
const POOL_BYTES = 512 * 1024;
/** Each name starts in a slot of its own. */
const SLOT_BYTES = 32;
/** With its quotes and the colon, a name must fill a word of four bytes. So the empty name is left to the parser. */
const MIN_QUOTED_BYTES = 3;
const [SPACE, QUOTE, COLON, BACKSLASH] = [32, 34, 58, 92] as const;
/** Some parsers take it for the prototype of the object. */
const PROTO = new TextEncoder().encode('"__proto__"');
/** More than any row has: what is spelled with so many bytes is nowhere. */
const NOWHERE = 2 ** 30;

/** A name among the members of one object, or of all the objects in one list. */
export class LearnedName {
  /** The name with its quotes. */
  readonly quotedBytes: number;
  /** Which of the wanted names it is, or -1. */
  readonly which: number;
  /** The object that had it last: an object has a name once. */
  object = 0;
  /** From its quote to its value, as spelled last: `"name": `. */
  spelledBytes = NOWHERE;
  /** Where that is in the pool. */
  spelledAt = 0;
  readonly #pool: DataView;
  /** The names that came next last time, and at another time. */
  #next: LearnedName;
  #other: LearnedName;
  #members: LearnedMembers | undefined;

  constructor(pool: DataView, quotedBytes: number, which: number, none: LearnedName | undefined) {
    this.#pool = pool;
    this.quotedBytes = quotedBytes;
    this.which = which;
    this.#next = none ?? this;
    this.#other = none ?? this;
  }

  /** The name after it that is at `i`, if it has come after it before. */
  nextAt(view: DataView, i: number, to: number): LearnedName | undefined {
    const next = this.#next;
    if (next.isAt(view, i, to)) return next;
    const other = this.#other;
    if (!other.isAt(view, i, to)) return undefined;
    this.#other = next;
    this.#next = other;
    return other;
  }

  /** From now on that name is expected after it. */
  expect(next: LearnedName): void {
    this.#other = this.#next;
    this.#next = next;
  }

  /** True if it is at `i`, spelled as last time. */
  isAt(view: DataView, i: number, to: number): boolean {
    const end = i + this.spelledBytes - 4;
    if (end >= to - 4) return false;
    const pool = this.#pool;
    let at = this.spelledAt;
    for (; i < end; i += 4, at += 4) if (view.getInt32(i, true) !== pool.getInt32(at, true)) return false;
    // The last four bytes, of which some have been compared already.
    return view.getInt32(end, true) === pool.getInt32(at + end - i, true);
  }

  /** The names in the objects that are its value, or are in the list that is its value. */
  get members(): LearnedMembers {
    this.#members ??= new LearnedMembers();
    return this.#members;
  }
}

const NO_NAME = new LearnedName(new DataView(new ArrayBuffer(0)), 0, -1, undefined);

/** The names among the members of one object, or of all the objects in one list. */
export class LearnedMembers {
  /** In the place before the first name. */
  readonly start = new LearnedName(new DataView(new ArrayBuffer(0)), 0, -1, NO_NAME);
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

  /** The name at `i`, after `before`; undefined if there is none, or it is left to the parser. */
  find(bytes: Uint8Array, i: number, to: number, members: LearnedMembers, before: LearnedName): LearnedName | undefined {
    const nameTo = endOfName(bytes, i, Math.min(to, i + MAX_BYTES));
    if (nameTo === -1) return undefined;
    const colon = endOfSpace(bytes, nameTo, to);
    if (bytes[colon] !== COLON) return undefined;
    const valueFrom = endOfSpace(bytes, colon + 1, to);
    if (valueFrom >= to || valueFrom - i > MAX_BYTES) return undefined;
    const hash = hashOf(bytes, i + 1, nameTo - 1);
    let name = members.byHash.get(hash);
    if (name === undefined) {
      name = this.#learn(bytes, i, nameTo, members);
      if (name === undefined) return undefined;
      members.byHash.set(hash, name);
    } else if (name.quotedBytes !== nameTo - i || !isSame(this.#pool, name.spelledAt, bytes, i, nameTo - i)) {
      // Two names of one hash: the parser knows them apart.
      return undefined;
    }
    if (!this.#spell(name, bytes, i, valueFrom)) return undefined;
    before.expect(name);
    return name;
  }

  #learn(bytes: Uint8Array, from: number, to: number, members: LearnedMembers): LearnedName | undefined {
    if (to - from < MIN_QUOTED_BYTES || isWhole(PROTO, bytes, from, to)) return undefined;
    const which = members === this.members ? this.#wanted.findIndex((wanted) => isWhole(wanted, bytes, from, to)) : -1;
    const name = new LearnedName(this.#poolView, to - from, which, NO_NAME);
    return this.#spell(name, bytes, from, to) ? name : undefined;
  }

  /** Keeps the spelling of the name. False if there is no memory left. */
  #spell(name: LearnedName, bytes: Uint8Array, from: number, to: number): boolean {
    const length = to - from;
    if (name.spelledBytes === length && isSame(this.#pool, name.spelledAt, bytes, from, length)) return true;
    if (this.#used + length > POOL_BYTES) return false;
    for (let k = 0; k < length; k++) this.#pool[this.#used + k] = bytes[from + k] as number;
    name.spelledAt = this.#used;
    name.spelledBytes = length;
    this.#used += (length + SLOT_BYTES - 1) & -SLOT_BYTES;
    return true;
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
