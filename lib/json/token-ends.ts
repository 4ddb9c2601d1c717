/**
 * Where a token of a JSON text in bytes ends: strings, numbers, white space. Strict: -1 if it is not JSON, or is left to the
 * parser. Each looks at the bytes from `i`, stops at `to` or a few bytes behind it, and may read up to {@link PADDING} bytes
 * behind `to`, so so many must be there. A result behind `to` is the caller's to refuse.
 */

/** How many bytes must be readable behind `to`. */
export const PADDING = 16;

/** A plain decimal of so many bytes is finite, and not too small for a double. */
const MAX_NUMBER_BYTES = 300;
const [SPACE, QUOTE, MINUS, DOT, ZERO, NINE, LOWER_CASE_E, BACKSLASH, LOWER_CASE_U] = [32, 34, 45, 46, 48, 57, 101, 92, 117] as const;
/** One bit makes a capital a small letter. */
const LOWER_CASE = 32;

/** What an escape consists of, by the byte after the backslash: 2 bytes, 6 bytes, or 0 if there is no such escape. */
const ESCAPE = new Uint8Array(256);
for (const char of '"\\/bfnrt') ESCAPE[char.charCodeAt(0)] = 2;
ESCAPE[LOWER_CASE_U] = 6;
const IS_HEX = new Uint8Array(256);
for (const char of '0123456789abcdefABCDEF') IS_HEX[char.charCodeAt(0)] = 1;

/** Behind the closing quote of the string whose content starts at `i`. */
export function endOfString(bytes: Uint8Array, view: DataView, i: number, to: number): number {
  for (;;) {
    // Four bytes at a time. A byte's highest bit is set in `stops` if it ends the run: a quote or a control character is less
    // than 33 when its bit of value 2 is flipped, a backslash is 0 when it is XORed with itself. Only bits above a true one can be wrong.
    let stops = 0;
    do {
      if (i >= to) return -1;
      const word = view.getInt32(i, true);
      const flipped = word ^ 0x02020202;
      const slashed = word ^ 0x5c5c5c5c;
      stops = (((flipped - 0x21212121) & ~flipped) | ((slashed - 0x01010101) & ~slashed)) & 0x80808080;
      i += 4;
    } while (stops === 0);
    i -= 4 - ((31 - Math.clz32(stops & -stops)) >> 3);
    const stop = bytes[i] as number;
    if (stop === QUOTE) return i + 1;
    if (stop !== BACKSLASH) return -1;
    const length = ESCAPE[bytes[i + 1] as number] as number;
    if (length === 0 || (length === 6 && !areHex(bytes, i + 2))) return -1;
    i += length;
  }
}

function areHex(bytes: Uint8Array, i: number): boolean {
  for (let at = i; at < i + 4; at++) if (IS_HEX[bytes[at] as number] !== 1) return false;
  return true;
}

/** Behind the number that starts at `i`. Not the kinds that may be written otherwise than they were read: exponents, very long ones, -0. */
export function endOfNumber(bytes: Uint8Array, i: number, to: number): number {
  const from = i;
  let byte = bytes[i] as number;
  if (byte === MINUS) byte = bytes[++i] as number;
  if (byte === ZERO) {
    byte = bytes[++i] as number;
  } else {
    const digits = i;
    while (byte >= ZERO && byte <= NINE && i < to) byte = bytes[++i] as number;
    if (i === digits) return -1;
  }
  if (byte === DOT) {
    const digits = ++i;
    byte = bytes[i] as number;
    while (byte >= ZERO && byte <= NINE && i < to) byte = bytes[++i] as number;
    if (i === digits) return -1;
  }
  if ((byte | LOWER_CASE) === LOWER_CASE_E || i - from > MAX_NUMBER_BYTES) return -1;
  return bytes[from] === MINUS && bytes[from + 1] === ZERO && isZero(bytes, from + 1, i) ? -1 : i;
}

function isZero(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] !== ZERO && bytes[i] !== DOT) return false;
  return true;
}

/** The first byte from `i` that is no white space. */
export function endOfSpace(bytes: Uint8Array, i: number, to: number): number {
  while ((bytes[i] as number) <= SPACE && i < to && isSpace(bytes[i] as number)) i++;
  return i;
}

function isSpace(byte: number): boolean {
  return byte === SPACE || byte === 9 || byte === 10 || byte === 13;
}
