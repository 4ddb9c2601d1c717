/**
 * A hash of JSON tokens in their one form: texts without escapes that are not needed, numbers as plain decimals. Only what is rare
 * (escapes, exponents, zeros at the end) becomes a string on the way.
 */
import { lowest } from '../../json/token-ends.ts';
import { TextBuffer } from '../../text-buffer.ts';
import { OTHER_SPELLING, PairHash } from './pair-hash.ts';
import { plainDecimal } from './plain-decimal.ts';

const [PLUS, MINUS, DOT, ZERO, NINE, QUOTE, BACKSLASH, SMALL_E] = [43, 45, 46, 48, 57, 34, 92, 101] as const;
const [LOWER_CASE, WORD] = [32, 4] as const;
/** Four times a byte: zero, what makes of ten a negative byte, and the highest bit. */
const [ZEROS, FROM_TEN, HIGH_BITS] = [0x30303030, 0x76767676, 0x80808080] as const;
/** Four bytes as a number, the first one lowest. */
const [TRUE, FALS, NULL] = [0x65757274, 0x736c6166, 0x6c6c756e] as const;

/** Each `token...()` adds the token that begins at `from`, and returns its end, or -1 if it is not there. */
export class TokenHash extends PairHash {
  /** Where the last name is in its one form, up to its closing quote. */
  textBytes: Buffer;
  textFrom = 0;
  textTo = 0;
  readonly #other = new TextBuffer();

  constructor() {
    super();
    this.textBytes = this.#other.bytes;
  }

  tokenString(view: DataView, bytes: Buffer, from: number, to: number): number {
    const end = this.addString(view, from, to);
    return end === OTHER_SPELLING ? this.#otherString(bytes, from, to) : end;
  }

  /** The same; then the text is known. */
  tokenName(view: DataView, bytes: Buffer, from: number, to: number): number {
    this.textBytes = bytes;
    this.textFrom = from + 1;
    const end = this.addString(view, from, to);
    this.textTo = end;
    return end === OTHER_SPELLING ? this.#otherString(bytes, from, to) : end;
  }

  tokenLiteral(view: DataView, from: number, to: number): number {
    const word = view.getInt32(from, true);
    if (word !== TRUE && word !== FALS && word !== NULL) return -1;
    this.add(word);
    const end = word === FALS ? from + 5 : from + 4;
    return end > to || (word === FALS && view.getUint8(end - 1) !== SMALL_E) ? -1 : end;
  }

  tokenNumber(view: DataView, bytes: Buffer, from: number, to: number): number {
    const first = bytes[from] === MINUS ? from + 1 : from;
    let end = endOfDigits(view, first, to);
    if (end === first) return -1;
    let isPlain = first === from || bytes[first] !== ZERO;
    if (end < to && bytes[end] === DOT) {
      end = endOfDigits(view, end + 1, to);
      if (bytes[end - 1] === ZERO) isPlain = false;
    }
    const hasExponent = end < to && ((bytes[end] as number) | LOWER_CASE) === SMALL_E;
    if (isPlain && !hasExponent) this.addBytes(view, from, end);
    else {
      while (end < to && isInNumber(bytes[end] as number)) end++;
      this.#put(plainDecimal(bytes.toString('latin1', from, end)), 0);
    }
    return end;
  }

  /** JSON.stringify escapes what it must, and half characters, which UTF-8 does not have. */
  #otherString(bytes: Buffer, from: number, to: number): number {
    let end = from + 1;
    while (end < to && bytes[end] !== QUOTE) end += bytes[end] === BACKSLASH ? 2 : 1;
    if (end >= to) return -1;
    this.#put(JSON.stringify(JSON.parse(bytes.toString('utf8', from, end + 1))), 1);
    this.textBytes = this.#other.bytes;
    this.textFrom = 1;
    this.textTo = this.#other.end;
    return end + 1;
  }

  #put(text: string, from: number): void {
    this.#other.put(text);
    this.addBytes(this.#other.view, from, this.#other.end);
  }
}

/** The first byte from `from` that is no digit, four at a time: one of them, XORed with zero, is less than 10. */
function endOfDigits(view: DataView, from: number, to: number): number {
  for (let at = from; at < to; at += WORD) {
    const word = view.getInt32(at, true);
    const stops = (((word ^ ZEROS) + FROM_TEN) | word) & HIGH_BITS;
    if (stops !== 0) return Math.min(at + lowest(stops), to);
  }
  return to;
}

function isInNumber(byte: number): boolean {
  return (byte >= ZERO && byte <= NINE) || byte === PLUS || byte === MINUS || (byte | LOWER_CASE) === SMALL_E;
}
