/** Parts of a JSON text in bytes: where a number or a literal ends, and what a hexadecimal number is. */
import { DECLINED } from '../row-buffer.ts';

const [PLUS, MINUS, DOT, ZERO, LETTER_E] = [43, 45, 46, 48, 101];
const DIGIT = flags('0123456789');
/** What each hexadecimal digit is. */
const HEX = new Int8Array(256).fill(DECLINED);
for (let i = 0; i < 16; i++) for (const digit of [i.toString(16), i.toString(16).toUpperCase()]) HEX[digit.charCodeAt(0)] = i;
const LITERALS: readonly Buffer[] = ['true', 'false', 'null'].map((text) => Buffer.from(text));

/** A table with 1 for these bytes. */
export function flags(characters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const byte of Buffer.from(characters)) table[byte] = 1;
  return table;
}

/** The number of four hexadecimal digits, or {@link DECLINED}. */
export function hexAt(bytes: Buffer, at: number): number {
  let code = 0;
  for (let i = at; i < at + 4; i++) {
    const digit = HEX[bytes[i] as number] ?? DECLINED;
    if (digit < 0) return DECLINED;
    code = 16 * code + digit;
  }
  return code;
}

/** Where the number or literal ends that begins at `from`; `from` if there is none. */
export function scalarEnd(bytes: Buffer, from: number): number {
  const byte = bytes[from] as number;
  return byte === MINUS || DIGIT[byte] === 1 ? numberEnd(bytes, from) : literalEnd(bytes, from);
}

function numberEnd(bytes: Buffer, from: number): number {
  const first = bytes[from] === MINUS ? from + 1 : from;
  let at = bytes[first] === ZERO ? first + 1 : digitsEnd(bytes, first);
  if (at === first) return from;
  if (bytes[at] === DOT) {
    const end = digitsEnd(bytes, at + 1);
    if (end === at + 1) return from;
    at = end;
  }
  if (((bytes[at] as number) | 32) !== LETTER_E) return at;
  const exponent = bytes[at + 1] === PLUS || bytes[at + 1] === MINUS ? at + 2 : at + 1;
  const end = digitsEnd(bytes, exponent);
  return end === exponent ? from : end;
}

function digitsEnd(bytes: Buffer, from: number): number {
  let at = from;
  while (DIGIT[bytes[at] as number] === 1) at++;
  return at;
}

function literalEnd(bytes: Buffer, from: number): number {
  for (const literal of LITERALS) {
    let i = 0;
    while (i < literal.length && bytes[from + i] === literal[i]) i++;
    if (i === literal.length) return from + i;
  }
  return from;
}
