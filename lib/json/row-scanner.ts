/**
 * One pass over the bytes of a JSON object: is it valid JSON, and where are the members that have a meaning. Nothing is built.
 * Strict: what it says true to is JSON (UTF-8 is checked elsewhere) that JSON.parse reads to the same value, and whose members can
 * be copied as they are. What is rare (escapes in names, names twice, exponents, deep nesting) is left to the parser.
 *
 * It is the heart of the byte line, so speed decides how it is written: the check for white space stands in each place, because a
 * function for it costs a tenth of the time.
 */
import { type LearnedMembers, type LearnedName, LearnedNames } from './learned-names.ts';
import { endOfNumber, endOfSpace, endOfString, NOWHERE, PADDING } from './token-ends.ts';

const MAX_DEPTH = 60;
/** A longer row is not copied: it is left to the parser, and is beyond the limits anyway. */
const MAX_COPIED_BYTES = 1024 * 1024;
const [SPACE, QUOTE, COMMA, OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [32, 34, 44, 91, 93, 123, 125] as const;
const [SMALL_F, SMALL_N, SMALL_T] = [102, 110, 116] as const;
/** Four bytes as a number, the first one lowest. */
const [TRUE, ALSE, NULL] = [0x65757274, 0x65736c61, 0x6c6c756e] as const;

/** Finds members of rows by name. */
export class RowScanner {
  /** How many of the names were found; they are listed in the order of the text. */
  found = 0;
  /** Which of the names. */
  readonly which: Int32Array;
  /** From the quote of its name. */
  readonly memberFrom: Int32Array;
  readonly valueFrom: Int32Array;
  readonly valueTo: Int32Array;
  /** All members of the object. */
  members = 0;
  /** Bytes of the longest name and text among them, between the quotes. */
  longestName = 0;
  longestText = 0;
  /** From the quote of the first name to the end of the last value. */
  bodyFrom = 0;
  bodyTo = 0;

  readonly #names: LearnedNames;
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  /** For a row at the end of its buffer. */
  #copy = new Uint8Array(0);
  /** Each object has a number. */
  #objects = 0;

  /** Undefined if one of the names is not JSON as it is, is empty, or is there twice: such names can't be found. */
  static for(names: readonly string[]): RowScanner | undefined {
    const arePlain = names.every((name) => /^[^"\\\p{Cc}\p{Cs}]+$/u.test(name));
    return arePlain && new Set(names).size === names.length ? new RowScanner(names) : undefined;
  }

  private constructor(names: readonly string[]) {
    this.#names = new LearnedNames(names);
    this.which = new Int32Array(names.length);
    this.memberFrom = new Int32Array(names.length);
    this.valueFrom = new Int32Array(names.length);
    this.valueTo = new Int32Array(names.length);
  }

  /** True if `bytes` from `from` to `to` is such an object. Only then the fields have a meaning. */
  scan(bytes: Uint8Array, from: number, to: number): boolean {
    if (to >= NOWHERE) return false;
    if (to + PADDING > bytes.length) return this.#scanCopy(bytes, from, to);
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    const open = endOfSpace(bytes, from, to);
    if (open >= to || bytes[open] !== OPEN_BRACE) return false;
    const first = endOfSpace(bytes, open + 1, to);
    this.#names.forgetIfMany();
    this.found = 0;
    this.members = 0;
    this.longestName = 0;
    this.longestText = 0;
    this.bodyFrom = first;
    this.bodyTo = first;
    const end = bytes[first] === CLOSE_BRACE ? first + 1 : this.#row(bytes, this.#view, first, to);
    return endOfSpace(bytes, end, to) === to;
  }

  /** Scans a copy of the row that has bytes behind it: to read beyond a buffer is slow, or fails. */
  #scanCopy(bytes: Uint8Array, from: number, to: number): boolean {
    const length = to - from;
    if (length > MAX_COPIED_BYTES) return false;
    if (length + PADDING > this.#copy.length) this.#copy = new Uint8Array(2 * length + PADDING);
    this.#copy.set(bytes.subarray(from, to));
    if (!this.scan(this.#copy, 0, length)) return false;
    this.bodyFrom += from;
    this.bodyTo += from;
    for (const places of [this.memberFrom, this.valueFrom, this.valueTo])
      for (let n = 0; n < this.found; n++) places[n] = (places[n] as number) + from;
    return true;
  }

  /** Behind the row whose first name is at `from`. Keeps what there is to know of its members. */
  #row(bytes: Uint8Array, view: DataView, from: number, to: number): number {
    this.#objects = (this.#objects + 1) | 0;
    const object = this.#objects;
    const known = this.#names.members;
    let name = known.start;
    let longestName = 2;
    let longestText = 2;
    let i = from;
    for (;;) {
      const memberFrom = i;
      let next: LearnedName | undefined = name.next;
      if (!next.isAt(view, i, to)) next = this.#names.find(bytes, view, i, to, known, name);
      if (next === undefined || next.object === object) return NOWHERE;
      name = next;
      name.object = object;
      if (name.quotedBytes > longestName) longestName = name.quotedBytes;
      i += name.spelledBytes;
      if ((bytes[i] as number) <= SPACE) i = endOfSpace(bytes, i, to);
      const valueFrom = i;
      if (bytes[i] === QUOTE) {
        i = endOfString(bytes, view, i + 1, to);
        if (i - valueFrom > longestText) longestText = i - valueFrom;
      } else i = this.#value(bytes, view, i, to, name, 1);
      if (i >= to) return NOWHERE;
      this.members++;
      this.bodyTo = i;
      if (name.which >= 0) this.#keep(name.which, memberFrom, valueFrom, i);
      if ((bytes[i] as number) <= SPACE) i = endOfSpace(bytes, i, to);
      if (bytes[i] !== COMMA) break;
      i++;
      if ((bytes[i] as number) <= SPACE) i = endOfSpace(bytes, i, to);
    }
    this.longestName = longestName - 2;
    this.longestText = longestText - 2;
    return bytes[i] === CLOSE_BRACE ? i + 1 : NOWHERE;
  }

  #keep(which: number, memberFrom: number, valueFrom: number, valueTo: number): void {
    const n = this.found++;
    this.which[n] = which;
    this.memberFrom[n] = memberFrom;
    this.valueFrom[n] = valueFrom;
    this.valueTo[n] = valueTo;
  }

  /** Behind the object whose brace is before `from`. */
  #object(bytes: Uint8Array, view: DataView, from: number, to: number, known: LearnedMembers, depth: number): number {
    this.#objects = (this.#objects + 1) | 0;
    const object = this.#objects;
    let name = known.start;
    let i = from;
    if ((bytes[i] as number) <= SPACE) i = endOfSpace(bytes, i, to);
    if (bytes[i] === CLOSE_BRACE) return i + 1;
    for (;;) {
      let next: LearnedName | undefined = name.next;
      if (!next.isAt(view, i, to)) next = this.#names.find(bytes, view, i, to, known, name);
      if (next === undefined || next.object === object) return NOWHERE;
      name = next;
      name.object = object;
      i += name.spelledBytes;
      if ((bytes[i] as number) <= SPACE) i = endOfSpace(bytes, i, to);
      i = bytes[i] === QUOTE ? endOfString(bytes, view, i + 1, to) : this.#value(bytes, view, i, to, name, depth);
      if (i >= to) return NOWHERE;
      if ((bytes[i] as number) <= SPACE) i = endOfSpace(bytes, i, to);
      if (bytes[i] !== COMMA) return bytes[i] === CLOSE_BRACE ? i + 1 : NOWHERE;
      i++;
      if ((bytes[i] as number) <= SPACE) i = endOfSpace(bytes, i, to);
    }
  }

  /** Behind the list whose bracket is before `from`. The objects in it are alike, so their names are kept with the list's own. */
  #list(bytes: Uint8Array, view: DataView, from: number, to: number, name: LearnedName, depth: number): number {
    let i = from;
    if ((bytes[i] as number) <= SPACE) i = endOfSpace(bytes, i, to);
    if (bytes[i] === CLOSE_BRACKET) return i + 1;
    for (;;) {
      i = bytes[i] === QUOTE ? endOfString(bytes, view, i + 1, to) : this.#value(bytes, view, i, to, name, depth);
      if (i >= to) return NOWHERE;
      if ((bytes[i] as number) <= SPACE) i = endOfSpace(bytes, i, to);
      if (bytes[i] !== COMMA) return bytes[i] === CLOSE_BRACKET ? i + 1 : NOWHERE;
      i++;
      if ((bytes[i] as number) <= SPACE) i = endOfSpace(bytes, i, to);
    }
  }

  /** Behind a value that is no string, somewhere in the member `name`. */
  #value(bytes: Uint8Array, view: DataView, i: number, to: number, name: LearnedName, depth: number): number {
    const byte = bytes[i] as number;
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (depth >= MAX_DEPTH || i >= to) return NOWHERE;
      if (byte === OPEN_BRACKET) return this.#list(bytes, view, i + 1, to, name, depth + 1);
      return this.#object(bytes, view, i + 1, to, name.members, depth + 1);
    }
    if (byte === SMALL_T) return view.getInt32(i, true) === TRUE ? i + 4 : NOWHERE;
    if (byte === SMALL_F) return view.getInt32(i + 1, true) === ALSE ? i + 5 : NOWHERE;
    if (byte === SMALL_N) return view.getInt32(i, true) === NULL ? i + 4 : NOWHERE;
    return endOfNumber(bytes, i, to);
  }
}
