/**
 * The bytes of a CSV row -> its JSON text, byte for byte that of `Header.jsonOf()`, and without making a string. Only ordinary
 * rows are written. One that is or may be anything else (ragged, a stray quote, a lone CR, a zero byte, the header again) is
 * declined: it has to be read as text.
 */
import { ESCAPED_BYTES, jsonBytes, writeAscii } from '../../json-escapes.ts';
import { DECLINED, FULL, type RowTextWriter } from '../../row-buffer.ts';
import { trimmedCell } from '../cell-text.ts';
import type { Rules } from '../header.ts';
import { behindEnd, LF } from '../line-ends.ts';
import { beginsWith, byteOf, isPrintable, KIND, kindsOf, NONE, SPACE, TAB, trimmedEnd } from './cell-bytes.ts';

/** How rows are read and written. */
export interface RowRules extends Omit<Rules, 'required'> {
  readonly quote: string | false;
  readonly maxRecordBytes: number;
}

const [CTRL_Z, QUOTE, EQUALS, BACKSLASH, OPEN, CLOSE, FIRST_OF_MARK] = [26, 34, 61, 92, 123, 125, 0xef];
/** More than a line `sep=;` takes, and where its `=` may be. */
const [SEPARATOR_BYTES, EQUALS_FROM, EQUALS_TO] = [12, 3, 5];
/** More bytes than stand around a cell in JSON. */
const SLACK = 8;

/** Writes rows. */
export class RowWriter implements RowTextWriter {
  /** Of the row that was written last: the place behind it, its length without the end of the line, the number of its lines. */
  end = 0;
  length = 0;
  lines = 0;
  /** `,"name":"` for each column. */
  readonly #keys: readonly Buffer[];
  /** The bytes of all names, with their marks. */
  readonly extraBytes: number;
  readonly #delimiter: number;
  readonly #quote: number;
  readonly #plain: Uint8Array;
  readonly #quoted: Uint8Array;
  readonly #maxBytes: number;
  readonly #keepEmpty: boolean;
  readonly #trim: boolean;
  readonly #nulls: readonly Buffer[];
  readonly #firstName: Buffer;
  /** Where in the row. */
  #at = 0;

  /** Undefined if the delimiter or the quote is more than a byte. */
  static for(names: readonly string[], rules: RowRules): RowWriter | undefined {
    const delimiter = byteOf(rules.delimiter);
    const quote = rules.quote === false ? NONE : byteOf(rules.quote);
    if (delimiter === undefined || quote === undefined || quote <= SPACE) return undefined;
    return new RowWriter(names, rules, delimiter, quote);
  }

  private constructor(names: readonly string[], rules: RowRules, delimiter: number, quote: number) {
    const { plain, quoted } = kindsOf(delimiter, quote);
    this.#keys = names.map((name) => Buffer.from(`,${JSON.stringify(name)}:"`));
    this.extraBytes = this.#keys.reduce((sum, { length }) => sum + length, SLACK);
    this.#delimiter = delimiter;
    this.#quote = quote;
    this.#plain = plain;
    this.#quoted = quoted;
    this.#maxBytes = rules.maxRecordBytes;
    this.#keepEmpty = rules.emptyCells === 'keep';
    this.#trim = rules.trim;
    this.#nulls = rules.null.map(jsonBytes);
    const [first = ''] = names;
    this.#firstName = jsonBytes(rules.trim ? trimmedCell(first) : first);
  }

  /** The byte at `last` is an LF. */
  write(bytes: Buffer, from: number, last: number, target: Buffer, at: number): number {
    const first = bytes[from];
    if (first === CTRL_Z || (first === FIRST_OF_MARK && bytes[from + 1] === 0xbb)) return DECLINED;
    if (at + last - from + SLACK > target.length) return FULL;
    this.#at = from;
    this.lines = 1;
    let to = at;
    for (let column = 0; column < this.#keys.length; column++) {
      if (column > 0 && bytes[this.#at++] !== this.#delimiter) return DECLINED;
      to = this.#cell(column, bytes, last, target, to);
      if (to < 0) return to;
    }
    this.length = this.#at - from;
    this.end = behindEnd(bytes, this.#at);
    if (this.end === 0 || this.length > this.#maxBytes) return DECLINED;
    if (this.length <= SEPARATOR_BYTES && mayBeSeparator(bytes, from)) return DECLINED;
    if (to === at) to++;
    target[at] = OPEN;
    target[to] = CLOSE;
    return to + 1;
  }

  /** Writes a name and its text, or nothing for an empty cell. */
  #cell(column: number, bytes: Buffer, last: number, target: Buffer, at: number): number {
    if (this.#trim) this.#passBlanks(bytes, this.#delimiter);
    const isQuoted = bytes[this.#at] === this.#quote;
    if (this.#plain[bytes[this.#at] as number] === KIND.end && !this.#keepEmpty && column > 0) return at;
    const key = this.#keys[column] as Buffer;
    if (at + key.length + last - this.#at + SLACK > target.length) return FULL;
    let from = at;
    for (let i = 0; i < key.length; i++) target[from++] = key[i] as number;
    let to = isQuoted ? this.#quotedText(bytes, last, target, from) : this.#plainText(bytes, last, target, from);
    if (to < 0) return to;
    if (column === 0 && !this.#isFirstCell(bytes, isQuoted, target, from, to)) return DECLINED;
    if (this.#nulls.length > 0 && this.#isNull(target, from, to)) to = from;
    if (to === from && !this.#keepEmpty) return at;
    target[to] = QUOTE;
    return to + 1;
  }

  #plainText(bytes: Buffer, last: number, target: Buffer, at: number): number {
    const from = this.#at;
    const to = this.#text(this.#plain, bytes, last, target, at);
    return to < 0 || !this.#trim ? to : trimmedEnd(bytes, from, this.#at, at, to);
  }

  #quotedText(bytes: Buffer, last: number, target: Buffer, at: number): number {
    this.#at++;
    if (this.#trim) this.#passBlanks(bytes, NONE);
    const from = this.#at;
    let to = at;
    for (;;) {
      to = this.#text(this.#quoted, bytes, last, target, to);
      if (to < 0) return to;
      if (bytes[this.#at + 1] !== this.#quote) break;
      to = writeAscii(this.#quote, target, to);
      this.#at += 2;
    }
    const end = this.#at++;
    if (!this.#trim) return to;
    this.#passBlanks(bytes, this.#delimiter);
    return trimmedEnd(bytes, from, end, at, to);
  }

  /** Writes the text up to the byte that ends it. */
  #text(kinds: Uint8Array, bytes: Buffer, last: number, target: Buffer, at: number): number {
    let from = this.#at;
    let to = at;
    for (;;) {
      let byte = bytes[from] as number;
      while (kinds[byte] === KIND.text) {
        target[to++] = byte;
        byte = bytes[++from] as number;
      }
      if (kinds[byte] === KIND.end) break;
      if (kinds[byte] === KIND.odd || from === last) return DECLINED;
      if (to + ESCAPED_BYTES + last - from + SLACK > target.length) return FULL;
      to = writeAscii(byte, target, to);
      if (byte === LF) this.lines++;
      from++;
    }
    this.#at = from;
    return to;
  }

  #passBlanks(bytes: Buffer, delimiter: number): void {
    for (let byte = bytes[this.#at]; (byte === SPACE || byte === TAB) && byte !== delimiter; byte = bytes[this.#at]) this.#at++;
  }

  /** False if the row may be a blank line, or the header once more: that begins with the first name, and with marks around it. */
  #isFirstCell(bytes: Buffer, isQuoted: boolean, target: Buffer, from: number, to: number): boolean {
    const name = this.#firstName;
    if (this.#keys.length === 1 && !isQuoted && !isPrintable(bytes[this.#at - 1])) return false;
    if (to - from < name.length) return true;
    const first = target[from];
    if (!isPrintable(first) || first === BACKSLASH) return !target.subarray(from, to).includes(name);
    if (!beginsWith(target, from, name)) return true;
    const next = target[from + name.length];
    return from + name.length < to && isPrintable(next) && next !== BACKSLASH;
  }

  #isNull(target: Buffer, from: number, to: number): boolean {
    for (const text of this.#nulls) if (text.length === to - from && beginsWith(target, from, text)) return true;
    return false;
  }
}

function mayBeSeparator(bytes: Buffer, from: number): boolean {
  for (let at = from + EQUALS_FROM; at <= from + EQUALS_TO; at++) if (bytes[at] === EQUALS) return true;
  return false;
}
