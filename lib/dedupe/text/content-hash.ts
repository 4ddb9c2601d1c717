/**
 * A hash of what a JSON value says, however it is written: not of the order of members, white space, escapes that are not
 * needed, or zeros of numbers. Each leaf (a text, number, true, false, null, and the beginning of an object or a list) is hashed
 * together with the path to it, and the hashes are added up. So it is one pass over the bytes, nothing is sorted or copied, and no
 * row depends on the one before.
 *
 * An object has a name once: that is so in every text that JSON.stringify or the scanner of rows has let through.
 */
import { MAX_DEPTH } from '../../json/exact.ts';
import { endOfSpace } from '../../json/token-ends.ts';
import type { PairHash } from './pair-hash.ts';
import { RepeatedNames } from './repeated-names.ts';
import { TokenHash } from './token-hash.ts';

const [SPACE, QUOTE, COMMA, COLON] = [32, 34, 44, 58] as const;
const [OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [91, 93, 123, 125] as const;
const [SMALL_F, SMALL_N, SMALL_T] = [102, 110, 116] as const;
/** What paths begin with: pi for attributes, as any numbers will do. */
const [FIRST_SEED, SECOND_SEED, TIME_SEED] = [0x243f6a88, 0x13198a2e, 1] as const;

/** The hash of one value. Of the buffers that it reads, a few bytes behind the value are read, too. */
export class ContentHash {
  first = 0;
  second = 0;
  /** True if an object had a member of one of the names looked for. */
  hasWatched = false;
  readonly #watched: readonly Buffer[];
  readonly #leaf = new TokenHash();
  readonly #repeated = new RepeatedNames();

  /** `watched`: names to look for among the members of the outermost object; plain ASCII. */
  constructor(watched: readonly string[]) {
    this.#watched = watched.map((name) => Buffer.from(`${name}"`));
  }

  /** Begins with nothing. */
  begin(): void {
    this.first = 0;
    this.second = 0;
    this.hasWatched = false;
    this.#repeated.begin();
  }

  /** Adds the value that begins at `from`; returns its end, or -1 if there is no value or one that is nested too deeply. */
  add(view: DataView, bytes: Buffer, from: number, to: number): number {
    if (bytes[from] === OPEN_BRACE) return this.#object(view, bytes, from + 1, to, FIRST_SEED, SECOND_SEED, 0);
    this.#leaf.begin(FIRST_SEED, SECOND_SEED);
    return this.#value(view, bytes, from, to, 0);
  }

  /** Adds some members of the outermost object, and no more than what stands between them; false if they are not that. */
  addMembers(view: DataView, bytes: Buffer, from: number, to: number): boolean {
    for (let i = from; i < to; ) {
      const byte = bytes[i] as number;
      if (byte === COMMA || byte <= SPACE) i++;
      else {
        i = this.#member(view, bytes, i, to, FIRST_SEED, SECOND_SEED, 0);
        if (i === -1) return false;
      }
    }
    return true;
  }

  /** Adds a time, which is none of the attributes. */
  addTime(view: DataView, from: number, to: number): void {
    this.#leaf.begin(TIME_SEED, TIME_SEED);
    this.#leaf.addBytes(view, from, to);
    this.#endLeaf();
  }

  /** Adds what was hashed elsewhere. */
  addHash({ first, second }: PairHash): void {
    this.first = (this.first + first) | 0;
    this.second = (this.second + second) | 0;
  }

  /** A value whose path has been hashed. */
  #value(view: DataView, bytes: Buffer, from: number, to: number, depth: number): number {
    const byte = bytes[from] as number;
    const leaf = this.#leaf;
    let end: number;
    if (byte === QUOTE) end = leaf.tokenString(view, bytes, from, to);
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (depth > MAX_DEPTH) return -1;
      leaf.add(byte);
      this.#endLeaf();
      return byte === OPEN_BRACE
        ? this.#object(view, bytes, from + 1, to, leaf.first, leaf.second, depth)
        : this.#list(view, bytes, from + 1, to, leaf.first, leaf.second, depth);
    } else if (byte === SMALL_T || byte === SMALL_F || byte === SMALL_N) end = leaf.tokenLiteral(view, from, to);
    else end = leaf.tokenNumber(view, bytes, from, to);
    this.#endLeaf();
    return end;
  }

  #endLeaf(): void {
    this.#leaf.end();
    this.addHash(this.#leaf);
  }

  /** The members of an object, whose brace is before `from`. */
  #object(view: DataView, bytes: Buffer, from: number, to: number, first: number, second: number, depth: number): number {
    let i = (bytes[from] as number) > SPACE ? from : endOfSpace(bytes, from, to);
    if (bytes[i] === CLOSE_BRACE) return i + 1;
    while (i < to) {
      i = this.#member(view, bytes, i, to, first, second, depth);
      if (i === -1) return -1;
      if ((bytes[i] as number) <= SPACE) i = endOfSpace(bytes, i, to);
      if (bytes[i] !== COMMA) return bytes[i] === CLOSE_BRACE ? i + 1 : -1;
      i++;
      if ((bytes[i] as number) <= SPACE) i = endOfSpace(bytes, i, to);
    }
    return -1;
  }

  /** The member of which the name begins at `from`; returns its end. */
  #member(view: DataView, bytes: Buffer, from: number, to: number, first: number, second: number, depth: number): number {
    const leaf = this.#leaf;
    leaf.begin(first, second);
    let i = this.#repeated.read(view, from, to, leaf);
    if (i === 0) i = this.#name(view, bytes, from, to, first, second, depth);
    if (i === -1) return -1;
    // There may be more of it than the last time.
    if ((bytes[i] as number) <= SPACE) i = endOfSpace(bytes, i, to);
    if (bytes[i] !== QUOTE) return this.#value(view, bytes, i, to, depth + 1);
    i = leaf.tokenString(view, bytes, i, to);
    this.#endLeaf();
    return i;
  }

  /** A name that is not known; returns where its value begins. */
  #name(view: DataView, bytes: Buffer, from: number, to: number, first: number, second: number, depth: number): number {
    const leaf = this.#leaf;
    let i = bytes[from] === QUOTE ? leaf.tokenName(view, bytes, from, to) : -1;
    if (i === -1) return -1;
    const isWatched = depth === 0 && this.#watched.some((name) => isAt(name, leaf.textBytes, leaf.textFrom, leaf.textTo));
    i = endOfSpace(bytes, i, to);
    if (bytes[i] !== COLON) return -1;
    i = endOfSpace(bytes, i + 1, to);
    // One that is looked for is not to be known: it has to be seen each time.
    if (isWatched) this.hasWatched = true;
    else this.#repeated.keep(view, from, i, first, second, leaf);
    return i;
  }

  /** The items of a list, whose bracket is before `from`. Their places are a part of the path. */
  #list(view: DataView, bytes: Buffer, from: number, to: number, first: number, second: number, depth: number): number {
    const leaf = this.#leaf;
    let i = (bytes[from] as number) > SPACE ? from : endOfSpace(bytes, from, to);
    if (bytes[i] === CLOSE_BRACKET) return i + 1;
    for (let place = 1; i < to; place++) {
      leaf.begin(first, second);
      leaf.add(place);
      i = this.#value(view, bytes, i, to, depth + 1);
      if (i === -1) return -1;
      if ((bytes[i] as number) <= SPACE) i = endOfSpace(bytes, i, to);
      if (bytes[i] !== COMMA) return bytes[i] === CLOSE_BRACKET ? i + 1 : -1;
      i++;
      if ((bytes[i] as number) <= SPACE) i = endOfSpace(bytes, i, to);
    }
    return -1;
  }
}

/** True if these bytes are the name. */
export function isAt(name: Buffer, bytes: Uint8Array, from: number, to: number): boolean {
  if (name.length !== to - from) return false;
  for (let i = 0; i < name.length; i++) if (bytes[from + i] !== name[i]) return false;
  return true;
}
