/**
 * The encodings that a text input may have: all that the platform's TextDecoder knows, but iso-2022-jp, whose bytes change
 * their meaning by escapes. No encoding is detected here: that would be a guess.
 */
import { nearest } from '../options.ts';

/** The name of an encoding, one of {@link ENCODINGS}. */
export type TextEncoding = string;

const UNICODE = ['utf-8', 'utf-16le', 'utf-16be'];
/** Where a character takes one byte or several. */
const MULTI_BYTE: readonly TextEncoding[] = ['shift_jis', 'euc-jp', 'gbk', 'gb18030', 'big5', 'euc-kr'];
const SINGLE_BYTE = [
  ...['0', '1', '2', '3', '4', '5', '6', '7', '8'].map((digit) => `windows-125${digit}`),
  ...['windows-874', 'ibm866', 'koi8-r', 'koi8-u', 'macintosh', 'x-mac-cyrillic'],
  ...['2', '3', '4', '5', '6', '7', '8', '8-i', '10', '13', '14', '15'].map((part) => `iso-8859-${part}`),
];
/** The names, without their other labels. */
export const ENCODINGS: readonly TextEncoding[] = [...UNICODE, ...SINGLE_BYTE, ...MULTI_BYTE];

/** The encoding that a label means: `latin1` and `cp1252` are windows-1252, as in every browser. */
export function encodingNamed(label: string): TextEncoding | undefined {
  try {
    const { encoding } = new TextDecoder(label);
    return ENCODINGS.includes(encoding) ? encoding : undefined;
  } catch {
    return undefined;
  }
}

/** Other names that people know. */
const LABELS = ['latin1', 'latin2', 'cp1250', 'cp1251', 'cp1252', 'iso-8859-1', 'utf8', 'sjis'];

/** The problem with a label that means no encoding. */
export function unknownEncoding(label: string): string {
  const near = nearest(label, [...LABELS, ...ENCODINGS]);
  if (near !== undefined) return `must be the name of an encoding: did you mean ${near}?`;
  return `must be one of ${ENCODINGS.join(', ')}, or another name of one, such as latin1`;
}

/** Whether a character may take several bytes. */
export const isMultiByte = (encoding: TextEncoding): boolean => MULTI_BYTE.includes(encoding);
