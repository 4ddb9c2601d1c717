/**
 * Where a token of JSON text ends, in bytes: a string, a number, white space. Strict: what is not JSON, or is left to the parser,
 * ends {@link NOWHERE}. A token that starts before `to` may end behind it: the caller refuses both with one comparison.
 */

/** Behind every token. */
export const NOWHERE = 2 ** 30;
/** So many bytes behind `to` are read, whatever they are. */
export const PADDING = 8;

/** A plain decimal of so many bytes is neither infinite nor too small for a double. */
const MAX_NUMBER_BYTES = 300;
const [SPACE, QUOTE, MINUS, DOT, ZERO, NINE, BACKSLASH, SMALL_U] = [32, 34, 45, 46, 48, 57, 92, 117] as const;

/** Bytes of an escape, by the byte behind its backslash; 0 if there is none such. */
const ESCAPE_BYTES = new Uint8Array(256);
for (const char of '"\\/bfnrt') ESCAPE_BYTES[char.charCodeAt(0)] = 2;
ESCAPE_BYTES[SMALL_U] = 6;
const IS_HEX = new Uint8Array(256);
for (const char of '0123456789abcdefABCDEF') IS_HEX[char.charCodeAt(0)] = 1;

/** True for 0 to 9. */
export function isDigitByte(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

/** Behind the closing quote of the string whose first character is at `i`. */
export function endOfString(bytes: Uint8Array, view: DataView, i: number, to: number): number {
  for (; i < to; i += 8) {
    const first = stopsIn(view.getInt32(i, true));
    const second = stopsIn(view.getInt32(i + 4, true));
    if ((first | second) === 0) continue;
    i += first !== 0 ? lowest(first) : 4 + lowest(second);
    return bytes[i] === QUOTE ? i + 1 : endOfEscaped(bytes, i, to);
  }
  return NOWHERE;
}

/**
 * Four bytes of a string as one number: the highest bit of each byte that ends a run of plain characters. Control characters and the
 * quote are less than 33 if the bit of value 2 is flipped, the backslash is 0 if it is XORed with itself, and subtracting 33 or 1 borrows
 * from the highest bit. A borrow may reach the byte above, but only from one that is a stop itself: the lowest bit is right.
 */
export function stopsIn(four: number): number {
  const flipped = four ^ 0x02020202;
  const slashed = four ^ 0x5c5c5c5c;
  return (((flipped - 0x21212121) & ~flipped) | ((slashed - 0x01010101) & ~slashed)) & 0x80808080;
}

/** The lowest byte whose highest bit is set. */
export function lowest(stops: number): number {
  return (31 - Math.clz32(stops & -stops)) >> 3;
}

/** Behind the closing quote, from the first byte that is not plain. */
function endOfEscaped(bytes: Uint8Array, from: number, to: number): number {
  let i = from;
  while (i < to) {
    const byte = bytes[i] as number;
    if (byte === QUOTE) return i + 1;
    if (byte !== BACKSLASH) {
      if (byte < SPACE) return NOWHERE;
      i++;
      continue;
    }
    const length = ESCAPE_BYTES[bytes[i + 1] as number] as number;
    if (length === 0) return NOWHERE;
    for (let k = 2; k < length; k++) if (IS_HEX[bytes[i + k] as number] === 0) return NOWHERE;
    i += length;
  }
  return NOWHERE;
}

/**
 * Behind the number at `from`, if a copy of its digits has the same value as what JSON.parse and JSON.stringify make of it: not if it is
 * very long, or -0, which becomes 0. An exponent is not part of it: so it ends before a byte that can't follow a value.
 */
export function endOfNumber(bytes: Uint8Array, from: number, to: number): number {
  let i = from;
  let byte = bytes[i] as number;
  if (byte === MINUS) byte = bytes[++i] as number;
  if (byte === ZERO) {
    byte = bytes[++i] as number;
  } else {
    const digits = i;
    while (byte >= ZERO && byte <= NINE && i < to) byte = bytes[++i] as number;
    if (i === digits) return NOWHERE;
  }
  if (byte === DOT) {
    const digits = ++i;
    byte = bytes[i] as number;
    while (byte >= ZERO && byte <= NINE && i < to) byte = bytes[++i] as number;
    if (i === digits) return NOWHERE;
  }
  if (i - from > MAX_NUMBER_BYTES) return NOWHERE;
  return bytes[from] === MINUS && bytes[from + 1] === ZERO && isZero(bytes, from + 1, i) ? NOWHERE : i;
}

function isZero(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] !== ZERO && bytes[i] !== DOT) return false;
  return true;
}

/** The first byte from `i` that is no white space. */
export function endOfSpace(bytes: Uint8Array, from: number, to: number): number {
  let i = from;
  for (; i < to; i++) {
    const byte = bytes[i];
    if (byte !== SPACE && byte !== 9 && byte !== 10 && byte !== 13) break;
  }
  return i;
}
