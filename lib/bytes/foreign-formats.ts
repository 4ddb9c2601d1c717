/** Files that people give by mistake for CSV or JSON: their marks, their names, and what to do with them. */
import { functionName, say, type Text } from '../wording.ts';

/** A format that is not text of ours. */
export interface Foreign {
  readonly name: string;
  readonly todo: Text;
}

const unpack = (command: string): string => `Decompress it first, for example with \`${command}\`.`;
const SAVE_AS_CSV = 'Save the sheet as "CSV UTF-8" first.';
const EXPORT = 'Export its rows as CSV or NDJSON first, for example with DuckDB.';
const TO_UTF_8 = 'Convert it to UTF-8 first, for example with `iconv -f utf-32 -t utf-8`.';
const BZIP2 = ['1', '2', '3', '4', '5', '6', '7', '8', '9'].flatMap((size) => [`BZh${size}1AY&SY`, `BZh${size}\x17rE8P\x90`]);
const ASK_AGAIN = 'Get the data itself as CSV or JSON.';

/** Marks, the name, what to do. A mark with which a text could begin says that something else than text follows it. */
const FORMATS: readonly (readonly [marks: readonly string[], name: string, todo: Text, follows?: 'binary'])[] = [
  [['PK\x05\x06', 'PK\x07\x08'], 'a ZIP archive', unpack('unzip -p')],
  [['\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'], 'an old Excel workbook (.xls)', SAVE_AS_CSV],
  [['\t\x08\x10\0', '\t\x08\x08\0', '\t\0\x04\0'], 'a very old Excel workbook (.xls)', SAVE_AS_CSV],
  [BZIP2, 'bzip2-compressed', unpack('bzip2 -dc')],
  [['\xfd7zXZ\0'], 'xz-compressed', unpack('xz -dc')],
  [[']\0\0'], 'lzma-compressed', unpack('xz -dc')],
  [['LZIP\0', 'LZIP\x01'], 'lzip-compressed', unpack('lzip -dc')],
  [['\x04"M\x18', '\x02!L\x18'], 'lz4-compressed', unpack('lz4 -dc')],
  [['\x89LZO\0'], 'lzop-compressed', unpack('lzop -dc')],
  [['\xff\x06\0\0sNaPpY'], 'snappy-compressed', unpack('snzip -dc')],
  [['\x1f\x9d', '\x1f\xa0'], 'compressed by compress (.Z)', unpack('gzip -dc')],
  [['7z\xbc\xaf\x27\x1c'], 'a 7z archive', unpack('7z x -so')],
  [['Rar!\x1a\x07'], 'a RAR archive', unpack('unrar p -inul')],
  [['PAR1', 'PARE'], 'a Parquet file', say`Read it with ${functionName('parquet')}, as a file: not through a pipe.`, 'binary'],
  [['Obj\x01'], 'an Avro file', EXPORT],
  [['ORC', 'ORC\n'], 'an ORC file', EXPORT, 'binary'],
  [['ARROW1\0', '\xff\xff\xff\xff'], 'an Arrow file', EXPORT],
  [['FEA1'], 'a Feather file', EXPORT, 'binary'],
  [['SEQ'], 'a Hadoop sequence file', EXPORT, 'binary'],
  [['\x89HDF'], 'an HDF5 file', EXPORT],
  [['SQLite format 3\0'], 'a SQLite database', 'Export its rows first, for example with `sqlite3 -csv -header`.'],
  [['%PDF-'], 'a PDF', ASK_AGAIN],
  [['{\\rtf'], 'a rich text document (RTF)', 'Save it as plain text first.'],
  [['\x89PNG', '\xff\xd8\xff', 'GIF87a', 'GIF89a'], 'an image', ASK_AGAIN],
  [['\x7fELF', 'MZ\x90\0'], 'a program', ASK_AGAIN],
  [['\xff\xfe\0\0', '\0\0\xfe\xff'], 'UTF-32', TO_UTF_8],
];
const ZIP = 'PK\x03\x04';
/** Up to the name of its first file. */
const ZIP_HEADER_BYTES = 30;
const TAR = 'ustar';
const TAR_OFFSET = 257;
const PAGE = /^(\xef\xbb\xbf)?\s*<(!doctype html|html|head|body)[\s>]/i;
const XML = /^(\xef\xbb\xbf)?\s*<(\?xml|!doctype)\s/i;

/** What the start of an input (a character a byte) is beside text, if it is. */
export function foreignFormat(start: string): Foreign | undefined {
  if (start.startsWith(ZIP)) return zipped(start.slice(ZIP_HEADER_BYTES));
  for (const [marks, name, todo, follows] of FORMATS) {
    if (marks.some((mark) => start.startsWith(mark) && (follows === undefined || !isTextByte(start.charAt(mark.length)))))
      return { name, todo };
  }
  if (start.startsWith(TAR, TAR_OFFSET)) return { name: 'a tar archive', todo: 'Unpack it first, for example with `tar -xO`.' };
  if (isUtf32(start)) return { name: 'UTF-32', todo: TO_UTF_8 };
  if (PAGE.test(start)) return { name: 'an HTML page (a login or an error?)', todo: ASK_AGAIN };
  return XML.test(start) ? { name: 'XML', todo: 'Convert it to CSV or NDJSON first.' } : undefined;
}

/** Ends behind two characters, so that it says the same however the chunks cut the text. */
const JSON_LINES = /^\{"/;
const JSON_DOCUMENT = /^(\{[\r\n]|\[[\r\n{])/;

/** What the start of a text is beside the `format` that it was given as, if that is certain. */
export function otherText(start: string, format: string): Foreign | undefined {
  if (format === 'csv' && JSON_LINES.test(start)) {
    return {
      name: 'JSON',
      todo: say`If each line is an object, read it with ${functionName('ndjson')}, else with ${functionName('json')}.`,
    };
  }
  if (format === 'json' || !JSON_DOCUMENT.test(start)) return undefined;
  const todo = say`Read an array with ${functionName('json')}. If objects span several lines, write one per line first, for example with \`jq -c .\`.`;
  return { name: `a JSON document${format === 'ndjson' ? ', not one object per line' : ''}`, todo };
}

/** Office documents are ZIP archives, known by their first file. */
function zipped(firstFile: string): Foreign {
  if (/^mimetypeapplication\/vnd\.oasis/.test(firstFile)) return { name: 'an OpenDocument file', todo: SAVE_AS_CSV };
  if (/^(\[Content_Types\]\.xml|_rels\/|docProps\/|xl\/)/.test(firstFile)) return { name: 'an Excel workbook (.xlsx)', todo: SAVE_AS_CSV };
  return { name: 'a ZIP archive', todo: unpack('unzip -p') };
}

/** Two letters of ASCII, without a mark. */
function isUtf32(start: string): boolean {
  const shape = [...start.slice(0, 8)].map((byte) => (byte >= ' ' && byte <= '~' ? 'a' : byte)).join('');
  return shape === 'a\0\0\0a\0\0\0' || shape === '\0\0\0a\0\0\0a';
}

/** Whether a byte may stand in a text: all that is not a control character, and the end. */
export function isTextByte(byte: string): boolean {
  return byte >= ' ' || byte === '' || byte === '\n' || byte === '\r' || byte === '\t';
}
