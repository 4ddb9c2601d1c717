/**
 * JSON text -> one form that is the same however the value was written: members in the order of their names, numbers as plain
 * decimals, no escape that is not needed, no white space. It is one pass over the bytes; only what is rare (escapes, exponents,
 * zeros at the end) becomes a string on the way. The members of the outermost object are put in order as they are copied.
 */
import { HashBuffer } from '../../hash.ts';
import { MAX_DEPTH } from '../../json/exact.ts';
import { endOfSpace } from '../../json/token-ends.ts';
import { MemberOrder } from './member-order.ts';
import { plainDecimal } from './plain-decimal.ts';
import { RowLayout } from './row-layout.ts';

/** What may be written without asking for space again: literals, brackets. */
const SLACK = 64;
const [QUOTE, COMMA, COLON, BACKSLASH] = [34, 44, 58, 92] as const;
const [OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [91, 93, 123, 125] as const;
const [MINUS, DOT, ZERO, NINE, LOWER_CASE_E, LOWER_CASE_F, LOWER_CASE_N, LOWER_CASE_T] = [45, 46, 48, 57, 101, 102, 110, 116] as const;
const PLUS = 43;
const LOWER_CASE = 32;

/** The form of one value. */
export class ValueText {
  /** True if the object has a member of one of the names looked for. */
  hasWatched = false;
  readonly #layout: RowLayout;
  readonly #members: MemberOrder;
  readonly #text = new HashBuffer();
  #out = this.#text.bytes;
  #end = 0;
  #isObject = false;

  /** `watched`: names to look for among the members of the outermost object; plain ASCII. */
  constructor(watched: readonly string[]) {
    this.#layout = new RowLayout(watched);
    this.#members = new MemberOrder(this.#layout);
  }

  /** Writes the value that begins at `from`; returns its end, or -1 if there is no value or one that is nested too deeply. */
  write(bytes: Buffer, from: number, to: number): number {
    this.hasWatched = false;
    this.#members.clear();
    this.#end = 0;
    this.#isObject = bytes[from] === OPEN_BRACE;
    // Members are sorted behind what was written.
    this.#reserve(2 * (to - from) + SLACK);
    return this.#value(bytes, from, to, 0);
  }

  /** Copies what was written to `at`; returns its end. */
  copyTo(target: HashBuffer, at: number): number {
    target.reserve(at + this.#end + SLACK, at);
    if (!this.#isObject) return at + this.#out.copy(target.bytes, at, 0, this.#end);
    target.bytes[at] = OPEN_BRACE;
    const end = this.#members.copy(this.#text, 0, target, at + 1);
    target.bytes[end] = CLOSE_BRACE;
    return end + 1;
  }

  #value(bytes: Buffer, from: number, to: number, depth: number): number {
    const first = bytes[from];
    if (first === QUOTE) return this.#string(bytes, from, to);
    if (first === OPEN_BRACE) return depth > MAX_DEPTH ? -1 : this.#object(bytes, from + 1, to, depth);
    if (first === OPEN_BRACKET) return depth > MAX_DEPTH ? -1 : this.#list(bytes, from + 1, to, depth);
    if (first === LOWER_CASE_T || first === LOWER_CASE_N) return this.#literal(bytes, from, from + 4, to);
    if (first === LOWER_CASE_F) return this.#literal(bytes, from, from + 5, to);
    return this.#number(bytes, from, to);
  }

  #literal(bytes: Buffer, from: number, end: number, to: number): number {
    this.#copy(bytes, from, end);
    return end <= to ? end : -1;
  }

  #string(bytes: Buffer, from: number, to: number): number {
    const out = this.#out;
    let end = this.#end;
    out[end++] = QUOTE;
    for (let i = from + 1; i < to; i++) {
      const byte = bytes[i] as number;
      if (byte === BACKSLASH) return this.#escaped(bytes, from, to);
      out[end++] = byte;
      if (byte !== QUOTE) continue;
      this.#end = end;
      return i + 1;
    }
    return -1;
  }

  /** JSON.stringify escapes what it must, and half characters, which UTF-8 does not have. */
  #escaped(bytes: Buffer, from: number, to: number): number {
    let i = from + 1;
    while (i < to && bytes[i] !== QUOTE) i += bytes[i] === BACKSLASH ? 2 : 1;
    if (i >= to) return -1;
    const text = JSON.stringify(JSON.parse(bytes.toString('utf8', from, i + 1)));
    this.#end += this.#out.write(text, this.#end);
    return i + 1;
  }

  #number(bytes: Buffer, from: number, to: number): number {
    let isPlain = bytes[from] !== MINUS || bytes[from + 1] !== ZERO;
    let hasDot = false;
    let end = from;
    for (; end < to; end++) {
      const byte = bytes[end] as number;
      if ((byte >= ZERO && byte <= NINE) || byte === MINUS) continue;
      if (byte === DOT) hasDot = true;
      else if (byte === PLUS || (byte | LOWER_CASE) === LOWER_CASE_E) isPlain = false;
      else break;
    }
    if (end === from) return -1;
    if (hasDot && bytes[end - 1] === ZERO) isPlain = false;
    if (isPlain) this.#copy(bytes, from, end);
    else this.#addText(plainDecimal(bytes.toString('latin1', from, end)), to - end);
    return end;
  }

  #addText(text: string, rest: number): void {
    this.#reserve(text.length + 2 * rest + SLACK);
    this.#end += this.#out.write(text, this.#end, 'latin1');
  }

  #list(bytes: Buffer, from: number, to: number, depth: number): number {
    this.#out[this.#end++] = OPEN_BRACKET;
    let i = endOfSpace(bytes, from, to);
    while (bytes[i] !== CLOSE_BRACKET) {
      i = this.#value(bytes, i, to, depth + 1);
      if (i === -1) return -1;
      this.#out[this.#end++] = COMMA;
      i = endOfSpace(bytes, i, to);
      if (bytes[i] === COMMA) i = endOfSpace(bytes, i + 1, to);
      else if (bytes[i] !== CLOSE_BRACKET) return -1;
    }
    this.#out[this.#end++] = CLOSE_BRACKET;
    return i + 1;
  }

  #object(bytes: Buffer, from: number, to: number, depth: number): number {
    this.#out[this.#end++] = OPEN_BRACE;
    const first = this.#members.size;
    let i = endOfSpace(bytes, from, to);
    while (bytes[i] !== CLOSE_BRACE) {
      i = this.#member(bytes, i, to, depth);
      if (i === -1) return -1;
      i = endOfSpace(bytes, i, to);
      if (bytes[i] === COMMA) i = endOfSpace(bytes, i + 1, to);
      else if (bytes[i] !== CLOSE_BRACE) return -1;
    }
    // The copies of this object's members lie behind it.
    this.#reserve(this.#end + 2 * (to - i) + SLACK);
    this.#members.sort(this.#out, first);
    if (depth > 0) this.#members.move(this.#text, first, this.#end);
    this.#out[this.#end++] = CLOSE_BRACE;
    return i + 1;
  }

  #member(bytes: Buffer, from: number, to: number, depth: number): number {
    const start = this.#end;
    let i = this.#name(bytes, from, to, depth);
    if (i === -1) return -1;
    const nameEnd = this.#end;
    i = endOfSpace(bytes, i, to);
    if (bytes[i] !== COLON || i > to) return -1;
    this.#out[this.#end++] = COLON;
    i = this.#value(bytes, endOfSpace(bytes, i + 1, to), to, depth + 1);
    this.#out[this.#end++] = COMMA;
    this.#members.add(start, nameEnd, this.#end);
    return i;
  }

  #name(bytes: Buffer, from: number, to: number, depth: number): number {
    const layout = this.#layout;
    const start = this.#end;
    const length = layout.copyName(bytes, from, this.#out, start, depth);
    let i = from + length;
    if (length > 0) this.#end += length;
    else {
      i = bytes[from] === QUOTE ? this.#string(bytes, from, to) : -1;
      if (i === -1) return -1;
      layout.addName(this.#out, start, this.#end, depth);
    }
    if (depth === 0 && layout.isWatched) this.hasWatched = true;
    return i;
  }

  #copy(bytes: Buffer, from: number, to: number): void {
    const out = this.#out;
    let end = this.#end;
    for (let i = from; i < to; i++) out[end++] = bytes[i] as number;
    this.#end = end;
  }

  #reserve(more: number): void {
    if (this.#end + more <= this.#out.length) return;
    this.#text.reserve(this.#end + more, this.#end);
    this.#out = this.#text.bytes;
  }
}
