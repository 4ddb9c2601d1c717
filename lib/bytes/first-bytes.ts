/**
 * What the first bytes of an input say about it, however the chunks cut them. Names and extensions never count. An encoding
 * is recognised by a byte order mark, or by zeros at the places where only UTF-16 has them; a format that is not text of
 * ours by its own marks.
 */
import { type Foreign, foreignFormat, isTextByte } from './foreign-formats.ts';

/** Encodings that the first bytes can show. */
export type SeenEncoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** What an input is. */
export type FirstBytes =
  | { readonly is: 'text'; readonly markBytes: number; readonly encoding?: SeenEncoding }
  | { readonly is: 'compressed'; readonly by: 'gzip' | 'zstd' }
  /** Perhaps text in that encoding. */
  | { readonly is: 'unclear'; readonly encoding: SeenEncoding }
  | ({ readonly is: 'foreign' } & Foreign);

/** How many bytes the mark of a compression has. */
export const MARK_BYTES = 4;
/** Fewer bytes of text may still be the beginning of something else. */
const LEAST_BYTES = 15;
/** More are never looked at: a tar archive shows itself at 257. */
const MOST_BYTES = 512;
/** The beginning of JSON: no more bytes are needed to know that. (`{\` begins rich text.) */
const JSON_TEXT = /^(\xef\xbb\xbf)?[{[][\t\n\r -[\]-~]/;
const MARKS: readonly (readonly [string, SeenEncoding])[] = [
  ['\xef\xbb\xbf', 'utf-8'],
  ['\xff\xfe', 'utf-16le'],
  ['\xfe\xff', 'utf-16be'],
];

/** What the bytes at the start of an input say; undefined as long as more of them are needed. */
export function firstBytes(head: Buffer, ended: boolean): FirstBytes | undefined {
  const start = head.toString('latin1', 0, MOST_BYTES);
  const [json] = JSON_TEXT.exec(start) ?? [];
  if (json !== undefined) return textOf(json);
  const line = firstLine(start);
  if (line === undefined && start.length < MOST_BYTES && !ended) return undefined;
  const compression = compressionOf(head);
  if (compression !== undefined) return { is: 'compressed', by: compression };
  const foreign = foreignFormat(line ?? start);
  return foreign === undefined ? textOf(line ?? start) : { is: 'foreign', ...foreign };
}

function textOf(start: string): FirstBytes {
  const [mark, encoding] = MARKS.find(([bytes]) => start.startsWith(bytes)) ?? [];
  if (mark !== undefined && encoding !== undefined) return { is: 'text', markBytes: mark.length, encoding };
  return zerosIn(start) ?? { is: 'text', markBytes: 0 };
}

/** UTF-16 has zeros at every other place only. Two letters of ASCII between them make it certain: JSON and most header rows begin so. */
function zerosIn(start: string): FirstBytes | undefined {
  const places = [...start].flatMap((byte, at) => (byte === '\0' ? [at] : []));
  const odd = (places[0] ?? 0) % 2;
  if (places.length < 2 || places.some((at) => at % 2 !== odd)) return undefined;
  const encoding = odd === 1 ? 'utf-16le' : 'utf-16be';
  const isCertain = places[1] === 2 + odd && places[0] === odd && /^[\t\n\r -~]{2}$/.test(start.slice(0, 4).replaceAll('\0', ''));
  return isCertain ? { is: 'text', markBytes: 0, encoding } : { is: 'unclear', encoding };
}

/** The first line of a text, or several if they are short. Then it is text, whatever follows. */
function firstLine(start: string): string | undefined {
  for (let at = 0; at < start.length; at++) {
    const byte = start.charAt(at);
    if (byte === '\n' || byte === '\r') {
      if (at >= LEAST_BYTES) return start.slice(0, at + 1);
    } else if (!isTextByte(byte)) return undefined;
  }
  return undefined;
}

/** The compression of the bytes, if decompress() can read it. */
export function compressionOf(head: Buffer): 'gzip' | 'zstd' | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head.length < MARK_BYTES) return undefined;
  const mark = head.readUInt32LE();
  // A skippable frame has one of sixteen marks; pzstd begins with one.
  return mark === 0xfd2fb528 || (mark & 0xfffffff0) === 0x184d2a50 ? 'zstd' : undefined;
}

/** Whether bytes with this first one may be compressed: then more of them are needed to know. */
export function mayBeCompressed(first: number | undefined): boolean {
  return first === 0x1f || first === 0x28 || (first !== undefined && first >= 0x50 && first <= 0x5f);
}
