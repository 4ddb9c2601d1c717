/**
 * A sample that is not UTF-8: where its first bad byte is, and how that line reads in the encodings that are likely. No encoding is
 * detected: the user sees the text, and decides.
 */
import { Readable } from 'node:stream';
import { decompressed } from '../../bytes/decompress.ts';
import { transcoder } from '../../bytes/transcoder.ts';
import { Utf8 } from '../../bytes/utf8.ts';

/** Where a text is not UTF-8. */
export interface BadByte {
  /** From 1. */
  readonly line: number;
  /** From 0, in the input once it is decompressed. */
  readonly offset: number;
  /** As two digits. */
  readonly byte: string;
  /** The line, or what is near that byte, as it reads in each encoding that has all of its bytes. The first is proposed. */
  readonly readings: readonly { readonly encoding: string; readonly text: string }[];
}

/** Most files of Windows programs, western first. */
const LIKELY = ['windows-1252', 'windows-1250', 'windows-1251', 'macintosh', 'shift_jis'];
const NEAR_BYTES = 60;
const LF = 10;
/** Two letters beyond ASCII next to each other, or signs within a word, are rare in the languages of the west. */
const ODD = /[\u00c0-\u024f]{2}|[\p{L}][\u00a1-\u00bf\u2020-\u203a][\p{L}]|[^\p{L}\p{M}\p{N}\p{P}\p{S}\p{Z}\s]/u;

/** Finds the first byte that is not UTF-8; undefined if there is none, or the bytes can't be decompressed up to it. */
export async function firstBadByte(kept: readonly Buffer[]): Promise<BadByte | undefined> {
  const utf8 = new Utf8();
  const parts: Buffer[] = [];
  let good = 0;
  try {
    for await (const piece of decompressed(Readable.from(kept), 'preview')) {
      parts.push(piece);
      good += Buffer.byteLength(utf8.write(piece));
      if (utf8.broken) break;
    }
  } catch {
    // Cut off in the middle: what came before is looked at.
  }
  if (!utf8.broken) return undefined;
  const bytes = Buffer.concat(parts);
  const line = bytes.subarray(0, good).reduce((lines, byte) => (byte === LF ? lines + 1 : lines), 1);
  const from = Math.max(bytes.lastIndexOf(LF, good - 1) + 1, good - NEAR_BYTES);
  const end = bytes.indexOf(LF, good);
  const near = bytes.subarray(good === 0 ? 0 : from, Math.min(end === -1 ? bytes.length : end, good + NEAR_BYTES));
  const byte = (bytes[good] as number).toString(16).padStart(2, '0').toUpperCase();
  return { line, offset: good, byte, readings: readingsOf(near) };
}

/** The proposed one alone, if it reads like words of the west. */
function readingsOf(bytes: Buffer): BadByte['readings'] {
  const readings = LIKELY.map((encoding) => {
    const made = transcoder(encoding);
    const parts = made === undefined ? [bytes] : [made.write(bytes), made.end()];
    return { encoding, text: Buffer.concat(parts).toString().trim() };
  });
  const [first, ...others] = readings;
  if (first === undefined) return [];
  const isOdd = first.text.includes('\ufffd') || ODD.test(first.text);
  return isOdd ? [first, ...others.filter(({ text }) => !text.includes('\ufffd'))] : [first];
}
