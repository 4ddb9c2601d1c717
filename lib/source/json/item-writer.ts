/**
 * The bytes of an array's item -> its JSON text without white space, as it would be put together of tokens. Only an ordinary
 * item is written: an object that is complete and valid, with a comma behind it. What may be anything else is declined.
 */
import { writeCharacter } from '../json-escapes.ts';
import { DECLINED, FULL, type RowTextWriter } from '../row-buffer.ts';
import { flags, hexAt, scalarEnd } from './scalars.ts';

const [QUOTE, COMMA, SLASH, COLON, OPEN_LIST, BACKSLASH, LETTER_U, OPEN_OBJECT, CLOSE_OBJECT] = [34, 44, 47, 58, 91, 92, 117, 123, 125];
const MAX_DEPTH = 60;
const SLACK = 8;

const BLANK = flags(' \t\r\n');
/** What may follow a backslash, and follows it in what JSON.stringify() writes too. */
const ESCAPE = flags('"\\bfnrt');
/** What ends the plain part of a string. */
const STOP = flags('"\\').fill(1, 0, 32);

/** Writes items. */
export class ItemWriter implements RowTextWriter {
  /** Behind the comma that follows the item. */
  end = 0;
  readonly extraBytes: number = SLACK;
  readonly #maxBytes: number;
  /** What closes each of the containers that are open, and how many there are. */
  readonly #closers = new Uint8Array(MAX_DEPTH + 1);
  #depth = 0;
  #at = 0;
  #last = 0;
  /** The last quote of these bytes: a string that begins before it ends in them. */
  #lastQuote = 0;
  #bytes: Buffer | undefined;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The byte at `last` is a comma. What is behind the comma of the item before begins at `from`. */
  write(bytes: Buffer, from: number, last: number, target: Buffer, at: number): number {
    if (at + last - from + SLACK > target.length) return FULL;
    if (bytes !== this.#bytes) this.#lastQuote = bytes.lastIndexOf(QUOTE);
    this.#bytes = bytes;
    this.#at = from;
    this.#last = last;
    this.#depth = 0;
    if (this.#next(bytes) !== OPEN_OBJECT) return DECLINED;
    let to = at;
    do {
      to = this.#value(bytes, target, to);
      if (to >= 0) to = this.#behindValue(bytes, target, to);
      if (to < 0) return DECLINED;
    } while (this.#depth > 0);
    if (to - at > this.#maxBytes || this.#next(bytes) !== COMMA) return DECLINED;
    this.end = this.#at + 1;
    return to;
  }

  /** The next byte that is not white space; 0 if there is none up to the last. */
  #next(bytes: Buffer): number {
    while (this.#at <= this.#last && BLANK[bytes[this.#at] as number] === 1) this.#at++;
    return this.#at <= this.#last ? (bytes[this.#at] as number) : 0;
  }

  /** Writes a value, in an object with its name; or of a container the beginning, up to the first value that is not one. */
  #value(bytes: Buffer, target: Buffer, at: number): number {
    let to = at;
    for (;;) {
      let byte = this.#next(bytes);
      if (this.#depth > 0 && this.#closers[this.#depth] === CLOSE_OBJECT) {
        to = byte === QUOTE ? this.#string(bytes, target, to) : DECLINED;
        if (to < 0 || this.#next(bytes) !== COLON) return DECLINED;
        target[to++] = COLON;
        this.#at++;
        byte = this.#next(bytes);
      }
      if (byte === QUOTE) return this.#string(bytes, target, to);
      if (byte !== OPEN_OBJECT && byte !== OPEN_LIST) return this.#scalar(bytes, target, to);
      if (this.#depth === MAX_DEPTH) return DECLINED;
      target[to++] = byte;
      this.#at++;
      // The closing bracket of both comes two characters behind the opening one.
      this.#closers[++this.#depth] = byte + 2;
      if (this.#next(bytes) === byte + 2) return to;
    }
  }

  /** Closes the containers that end here, and writes the comma before the next value. */
  #behindValue(bytes: Buffer, target: Buffer, at: number): number {
    let to = at;
    while (this.#depth > 0) {
      const byte = this.#next(bytes);
      if (byte !== COMMA && byte !== this.#closers[this.#depth]) return DECLINED;
      target[to++] = byte;
      this.#at++;
      if (byte === COMMA) break;
      this.#depth--;
    }
    return to;
  }

  #string(bytes: Buffer, target: Buffer, at: number): number {
    let to = at;
    target[to++] = QUOTE;
    this.#at++;
    for (;;) {
      if (this.#at > this.#lastQuote) return DECLINED;
      let from = this.#at;
      let byte = bytes[from] as number;
      while (STOP[byte] === 0) {
        target[to++] = byte;
        byte = bytes[++from] as number;
      }
      this.#at = from;
      if (byte === QUOTE) break;
      to = byte === BACKSLASH ? this.#escape(bytes, target, to) : DECLINED;
      if (to < 0) return DECLINED;
    }
    this.#at++;
    target[to++] = QUOTE;
    return to;
  }

  #escape(bytes: Buffer, target: Buffer, at: number): number {
    const letter = bytes[this.#at + 1] as number;
    if (letter === LETTER_U) {
      const code = this.#unicode(bytes);
      return code === DECLINED ? DECLINED : writeCharacter(code, target, at);
    }
    this.#at += 2;
    let to = at;
    if (ESCAPE[letter] === 1) target[to++] = BACKSLASH;
    else if (letter !== SLASH) return DECLINED;
    target[to++] = letter;
    return to;
  }

  /** The character that one or two escapes such as \u00e9 are. A half of one is declined. */
  #unicode(bytes: Buffer): number {
    const code = hexAt(bytes, this.#at + 2);
    this.#at += 6;
    if (code < 0xd800 || code > 0xdfff) return code;
    if (code > 0xdbff || bytes[this.#at] !== BACKSLASH || bytes[this.#at + 1] !== LETTER_U) return DECLINED;
    const low = hexAt(bytes, this.#at + 2);
    this.#at += 6;
    return low < 0xdc00 || low > 0xdfff ? DECLINED : 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
  }

  #scalar(bytes: Buffer, target: Buffer, at: number): number {
    const from = this.#at;
    const end = scalarEnd(bytes, from);
    if (end === from) return DECLINED;
    this.#at = end;
    for (let i = from; i < end; i++) target[at + i - from] = bytes[i] as number;
    return at + end - from;
  }
}
