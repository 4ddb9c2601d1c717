/** The bytes of a cell: what each of them means, and how it is written in a JSON text. */
import { DECLINED } from '../../row-buffer.ts';
import { CR, LF } from '../line-ends.ts';

/** What a byte is: a part of a cell's text, one that has to be escaped there, the end of the cell, or none that may be there. */
export const KIND = { text: 0, escape: 1, end: 2, odd: 3 } as const;

/** No byte. */
export const NONE = 256;
export const [TAB, SPACE] = [9, 32];
const [QUOTE, BACKSLASH, DELETE] = [34, 92, 127];

/** The kind of each byte in a cell without quotes around it, and in one with quotes. */
export function kindsOf(delimiter: number, quote: number): { plain: Uint8Array; quoted: Uint8Array } {
  const plain = new Uint8Array(256).fill(KIND.escape, 0, 32);
  plain[0] = KIND.odd;
  plain[QUOTE] = KIND.escape;
  plain[BACKSLASH] = KIND.escape;
  const quoted = Uint8Array.from(plain);
  quoted[quote] = KIND.end;
  plain[quote] = KIND.odd;
  for (const byte of [delimiter, CR, LF]) plain[byte] = KIND.end;
  return { plain, quoted };
}

/** The byte of a sign that can be found as a byte; undefined if it is of more than one, or ends lines. */
export function byteOf(sign: string): number | undefined {
  const code = sign.charCodeAt(0);
  return sign.length === 1 && code > 0 && code < DELETE && code !== CR && code !== LF ? code : undefined;
}

/** True for letters, digits and signs of ASCII: they are not taken off the ends of a cell or a name. */
export function isPrintable(byte: number | undefined): boolean {
  return byte !== undefined && byte > 32 && byte < DELETE;
}

/** True if the character is certain not to be taken off the end of a cell: most letters of most scripts. */
export function stays(bytes: Buffer, at: number): boolean {
  const byte = bytes[at] as number;
  // What is taken off is in U+0080 to U+00BF, U+0600 to U+3000 or U+E000 to U+FFFF.
  return (
    isPrintable(byte) ||
    (byte > 0xc2 && byte < 0xd8) ||
    (byte > 0xe3 && byte < 0xee) ||
    byte > 0xef ||
    (byte === 0xe3 && bytes[at + 1] !== 0x80)
  );
}

/** Where the text of a cell ends without the blanks behind it. Declined if there may be other white space around it. */
export function trimmedEnd(bytes: Buffer, from: number, end: number, textFrom: number, textTo: number): number {
  let [behind, to] = [end, textTo];
  for (; to > textFrom && (bytes[behind - 1] === SPACE || bytes[behind - 1] === TAB); behind--) to -= bytes[behind - 1] === TAB ? 2 : 1;
  let lastAt = behind - 1;
  while (lastAt > from && ((bytes[lastAt] as number) & 0xc0) === 0x80) lastAt--;
  return to === textFrom || (stays(bytes, from) && stays(bytes, lastAt)) ? to : DECLINED;
}

/** True if the text stands at `at`. */
export function beginsWith(bytes: Buffer, at: number, text: Buffer): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text[i]) return false;
  return true;
}
