/** Characters as JSON.stringify() writes them, in bytes. */

const DELETE = 127;

/** `text` in a JSON text, without its quotes. */
export function jsonBytes(text: string): Buffer {
  return Buffer.from(JSON.stringify(text).slice(1, -1));
}

const ASCII: readonly Buffer[] = Array.from({ length: DELETE + 1 }, (_, code) => jsonBytes(String.fromCharCode(code)));
/** The most bytes that one takes. */
export const ESCAPED_BYTES = 6;

/** Writes a character of ASCII; gives the end. */
export function writeAscii(code: number, target: Buffer, at: number): number {
  const bytes = ASCII[code] as Buffer;
  for (let i = 0; i < bytes.length; i++) target[at + i] = bytes[i] as number;
  return at + bytes.length;
}

/** Writes a character, surrogates apart; gives the end. */
export function writeCharacter(code: number, target: Buffer, at: number): number {
  if (code <= DELETE) return writeAscii(code, target, at);
  let to = at;
  if (code < 0x800) target[to++] = 0xc0 | (code >> 6);
  else if (code < 0x10000) target[to++] = 0xe0 | (code >> 12);
  else {
    target[to++] = 0xf0 | (code >> 18);
    target[to++] = 0x80 | ((code >> 12) & 63);
  }
  if (code >= 0x800) target[to++] = 0x80 | ((code >> 6) & 63);
  target[to++] = 0x80 | (code & 63);
  return to;
}
