/**
 * The certain part of the rules for identifiers, on the bytes of JSON text: what this accepts has no flaw, needs no trimming
 * and gives no warning. All else has to be read and checked as a text. With it comes the hash of the ordering key.
 */
import { FNV_PRIME, hashOfKey } from '../../track/ordering-keys.ts';

/** Of what a character can be a part, and what it is. A quote and a backslash are part of nothing. */
const INSIDE = 1;
const DIGIT = 2;
const LETTER = 4;
const LOCAL = 8;
const LABEL = 16;
/** A letter that a mark for no value may begin with. */
const MARK = 32;
const SIGN = 64;
const AT_SIGN = 128;
const CLASS = new Uint8Array(256);
/** Each byte as it is, but letters in lower case. */
const LOWER = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 65 && byte <= 90 ? byte + 32 : byte));
for (let byte = 32; byte < 127; byte++) {
  const char = String.fromCharCode(byte);
  const add = (bit: number, pattern: RegExp): void => {
    if (pattern.test(char)) CLASS[byte] = (CLASS[byte] as number) | bit;
  };
  add(INSIDE, /[^"\\]/);
  add(DIGIT, /\d/);
  add(LETTER, /[a-z]/i);
  add(LOCAL, /[\w.+-]/);
  add(LABEL, /[\w-]/);
  add(MARK, /[nutf]/i);
  add(SIGN, /\+/);
  add(AT_SIGN, /@/);
}

const QUOTE = 34;
const SPACE = 32;
const PLUS = 43;
const DOT = 46;
const ZERO = 48;
const AT = 64;
/** The length of the longest mark that begins with a letter. */
const MAX_WORD = 12;
const MAX_DIGITS = 15;
const ZEROS = Buffer.from('00000000-');
const JOINED = ['null', 'undefined'].map((word) => Buffer.from(word));

/** Reads identifiers of one type. */
export class IdentifierBytes {
  /** The hash of the key that the identifier gives, if it was read. */
  hash = 0;
  readonly #type: string;
  readonly #seed: number;

  constructor(type: string) {
    this.#type = type;
    this.#seed = hashOfKey(`${type} `);
  }

  /** True if the JSON value from `from` to `to` certainly identifies, as it is. */
  read(bytes: Uint8Array, from: number, to: number): boolean {
    if (bytes[from] !== QUOTE) return this.#type === 'id' && this.#readDigits(bytes, from, to);
    if (this.#type === 'email') return this.#readEmail(bytes, from + 1, to - 1);
    return this.#readText(bytes, from + 1, to - 1) && (this.#type !== 'phone' || isE164(bytes, from + 1, to - 1));
  }

  /** The usual form of an address. */
  #readEmail(bytes: Uint8Array, from: number, to: number): boolean {
    const first = CLASS[bytes[from] as number] as number;
    if ((first & (LETTER | DIGIT)) === 0 || (first & MARK && mayBeJoined(bytes, from))) return false;
    let hash = this.#seed;
    let i = from;
    for (; bytes[i] !== AT; i++) {
      const byte = bytes[i] as number;
      if (((CLASS[byte] as number) & LOCAL) === 0 || (byte === PLUS && first & DIGIT)) return false;
      hash = Math.imul(hash ^ (LOWER[byte] as number), FNV_PRIME);
    }
    hash = Math.imul(hash ^ AT, FNV_PRIME);
    let label = 0;
    let dots = 0;
    for (i++; i < to; i++) {
      const byte = bytes[i] as number;
      if (byte === DOT && label > 0) {
        label = 0;
        dots++;
      } else if ((CLASS[byte] as number) & LABEL) label++;
      else return false;
      hash = Math.imul(hash ^ (LOWER[byte] as number), FNV_PRIME);
    }
    this.hash = hash >>> 0;
    return label > 0 && dots > 0;
  }

  #readText(bytes: Uint8Array, from: number, to: number): boolean {
    if (!isPlainIdentifier(bytes, from, to)) return false;
    this.#hashOf(bytes, from, to);
    return true;
  }

  #readDigits(bytes: Uint8Array, from: number, to: number): boolean {
    if (integerAt(bytes, from, to) < 0) return false;
    this.#hashOf(bytes, from, to);
    return true;
  }

  #hashOf(bytes: Uint8Array, from: number, to: number): void {
    let hash = this.#seed;
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ (bytes[i] as number), FNV_PRIME);
    this.hash = hash >>> 0;
  }
}

/** The whole number that is written there in digits only; -1 for all else, and for one that a double may not hold. */
export function integerAt(bytes: Uint8Array, from: number, to: number): number {
  if (to - from > MAX_DIGITS || from >= to) return -1;
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = (bytes[i] as number) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = 10 * value + digit;
  }
  return value;
}

/** True for a text, without its quotes, of ASCII without escapes that certainly has no flaw, and no white space around it. */
export function isPlainIdentifier(bytes: Uint8Array, from: number, to: number): boolean {
  if (from >= to || bytes[to - 1] === SPACE) return false;
  const isSigned = bytes[from] === PLUS;
  const first = CLASS[bytes[isSigned ? from + 1 : from] as number] as number;
  const isNumber = (first & DIGIT) !== 0;
  if (!isNumber && (isSigned || (first & LETTER) === 0)) return false;
  let all = INSIDE;
  let some = 0;
  for (let i = from + 1; i < to; i++) {
    const kind = CLASS[bytes[i] as number] as number;
    all &= kind;
    some |= kind;
  }
  if (all === 0) return false;
  if (isNumber) return (some & SIGN) === 0 && (bytes[from] !== ZERO || !startsWith(bytes, from, ZEROS));
  // No mark that begins with a letter has a digit in it.
  if ((first & MARK) === 0 || (some & DIGIT) !== 0) return true;
  return (to - from > MAX_WORD || (some & AT_SIGN) !== 0) && !mayBeJoined(bytes, from);
}

function isE164(bytes: Uint8Array, from: number, to: number): boolean {
  if (bytes[from] !== PLUS || bytes[from + 1] === ZERO || to - from < 8 || to - from > 16) return false;
  return integerAt(bytes, from + 1, to) >= 0;
}

/** Two marks may be joined to one text: what begins with one is left to the rules for texts. */
function mayBeJoined(bytes: Uint8Array, from: number): boolean {
  return JOINED.some((word) => startsWith(bytes, from, word));
}

function startsWith(bytes: Uint8Array, from: number, word: Uint8Array): boolean {
  for (let i = 0; i < word.length; i++) if (LOWER[bytes[from + i] as number] !== word[i]) return false;
  return true;
}
