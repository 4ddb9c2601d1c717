/**
 * One pass over the bytes of a JSON object: is it valid JSON, and where are the members that have a meaning. Nothing is built.
 * Strict: what it says true to is JSON (UTF-8 is checked elsewhere) that JSON.parse reads to the same value, and whose members can
 * be copied as they are. What is rare (escapes in names, names twice, exponents, deep nesting) is left to the parser.
 */
import { type LearnedMembers, type LearnedName, LearnedNames } from './learned-names.ts';
import { endOfNumber, endOfSpace, endOfString, PADDING } from './token-ends.ts';

const MAX_DEPTH = 60;
const [QUOTE, COMMA, OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [34, 44, 91, 93, 123, 125] as const;
const [LOWER_CASE_F, LOWER_CASE_N, LOWER_CASE_T] = [102, 110, 116] as const;
/** Four bytes as a number. */
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
  #objects = 0;

  /** Undefined if one of the names is not plain ASCII, or is there twice: such names can't be found. */
  static for(names: readonly string[]): RowScanner | undefined {
    const arePlain = names.every((name) => /^[ !#-[\]-~]+$/.test(name));
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
    if (to + PADDING > bytes.length) return this.#scanCopy(bytes, from, to);
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    this.#names.forgetIfMany();
    const open = endOfSpace(bytes, from, to);
    if (open >= to || bytes[open] !== OPEN_BRACE) return false;
    const close = this.#row(bytes, this.#view, open + 1, to);
    return close !== -1 && endOfSpace(bytes, close, to) === to;
  }

  /** At the end of a buffer: no byte may be read behind it. */
  #scanCopy(bytes: Uint8Array, from: number, to: number): boolean {
    const copy = new Uint8Array(to - from + PADDING);
    copy.set(bytes.subarray(from, to));
    const isRow = this.scan(copy, 0, to - from);
    this.bodyFrom += from;
    this.bodyTo += from;
    for (let n = 0; n < this.found; n++) {
      this.memberFrom[n] = (this.memberFrom[n] as number) + from;
      this.valueFrom[n] = (this.valueFrom[n] as number) + from;
      this.valueTo[n] = (this.valueTo[n] as number) + from;
    }
    return isRow;
  }

  /** Like {@link #object}, and keeps what there is to know of the members. */
  #row(bytes: Uint8Array, view: DataView, from: number, to: number): number {
    const object = this.#nextObject();
    let found = 0;
    let members = 0;
    let longestName = 0;
    let longestText = 0;
    let name = this.#names.members.start;
    let i = endOfSpace(bytes, from, to);
    this.bodyFrom = i;
    this.bodyTo = i;
    if (bytes[i] !== CLOSE_BRACE)
      for (;;) {
        const at = i;
        const known = this.#nameAt(bytes, view, i, to, this.#names.members, name);
        if (known === undefined || known.object === object) return -1;
        name = known;
        name.object = object;
        const valueFrom = endOfSpace(bytes, i + name.spelledBytes, to);
        i = this.#value(bytes, view, valueFrom, to, name, 1);
        if (i === -1 || i >= to) return -1;
        members++;
        const nameBytes = name.quotedBytes - 2;
        if (nameBytes > longestName) longestName = nameBytes;
        if (i - valueFrom > longestText && bytes[valueFrom] === QUOTE) longestText = i - valueFrom;
        if (name.which >= 0) {
          this.which[found] = name.which;
          this.memberFrom[found] = at;
          this.valueFrom[found] = valueFrom;
          this.valueTo[found++] = i;
        }
        this.bodyTo = i;
        i = endOfSpace(bytes, i, to);
        const byte = bytes[i];
        if (byte === CLOSE_BRACE) break;
        if (byte !== COMMA) return -1;
        i = endOfSpace(bytes, i + 1, to);
      }
    this.found = found;
    this.members = members;
    this.longestName = longestName;
    this.longestText = longestText === 0 ? 0 : longestText - 2;
    return i < to ? i + 1 : -1;
  }

  #object(bytes: Uint8Array, view: DataView, from: number, to: number, members: LearnedMembers, depth: number): number {
    const object = this.#nextObject();
    let name = members.start;
    let i = endOfSpace(bytes, from, to);
    if (bytes[i] === CLOSE_BRACE) return i + 1;
    for (;;) {
      const known = this.#nameAt(bytes, view, i, to, members, name);
      if (known === undefined || known.object === object) return -1;
      name = known;
      name.object = object;
      i = this.#value(bytes, view, endOfSpace(bytes, i + name.spelledBytes, to), to, name, depth);
      if (i === -1 || i >= to) return -1;
      i = endOfSpace(bytes, i, to);
      const byte = bytes[i];
      if (byte !== COMMA) return byte === CLOSE_BRACE ? i + 1 : -1;
      i = endOfSpace(bytes, i + 1, to);
    }
  }

  #list(bytes: Uint8Array, view: DataView, from: number, to: number, name: LearnedName, depth: number): number {
    let i = endOfSpace(bytes, from, to);
    if (bytes[i] === CLOSE_BRACKET) return i + 1;
    for (;;) {
      i = this.#value(bytes, view, i, to, name, depth);
      if (i === -1 || i >= to) return -1;
      i = endOfSpace(bytes, i, to);
      const byte = bytes[i];
      if (byte !== COMMA) return byte === CLOSE_BRACKET ? i + 1 : -1;
      i = endOfSpace(bytes, i + 1, to);
    }
  }

  #value(bytes: Uint8Array, view: DataView, i: number, to: number, name: LearnedName, depth: number): number {
    const byte = bytes[i] as number;
    if (byte === QUOTE) return endOfString(bytes, view, i + 1, to);
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (depth >= MAX_DEPTH || i >= to) return -1;
      if (byte === OPEN_BRACKET) return this.#list(bytes, view, i + 1, to, name, depth + 1);
      return this.#object(bytes, view, i + 1, to, name.members, depth + 1);
    }
    if (byte === LOWER_CASE_T) return view.getInt32(i, true) === TRUE ? i + 4 : -1;
    if (byte === LOWER_CASE_F) return view.getInt32(i + 1, true) === ALSE ? i + 5 : -1;
    if (byte === LOWER_CASE_N) return view.getInt32(i, true) === NULL ? i + 4 : -1;
    return endOfNumber(bytes, i, to);
  }

  #nameAt(bytes: Uint8Array, view: DataView, i: number, to: number, members: LearnedMembers, before: LearnedName): LearnedName | undefined {
    return before.nextAt(view, i, to) ?? this.#names.find(bytes, i, to, members, before);
  }

  #nextObject(): number {
    this.#objects = (this.#objects + 1) | 0;
    return this.#objects;
  }
}
