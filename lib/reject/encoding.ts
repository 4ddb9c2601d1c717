/**
 * What the bytes of an object are: rejections gather as lines in a local file, and become JSON lines or CSV, nested or
 * flat, compressed or not, on their way to the store. An upload that failed encodes them again; no file is held in memory.
 */
import { pipeline } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';
import { createGzip } from 'node:zlib';
import { csvTable, type NamedColumns } from './csv/table.ts';
import { fieldsOf, flatLine, joinLine, splitLine } from './reject-line.ts';

/** What the objects of a run look like. */
export interface ObjectFormat {
  readonly format: 'ndjson' | 'csv';
  readonly flattening: 'none' | 'root';
  readonly compression: 'none' | 'gzip';
}

/** Opens the bytes of lines; may be called again. */
type Open = () => AsyncIterable<Buffer>;

/** How lines become an object. */
export interface ObjectEncoding {
  readonly extension: string;
  readonly contentType: string;
  /** True if the object is the lines as they are. */
  readonly plain: boolean;
  /** The bytes of the object. Nothing is read before they are asked for. */
  encode(lines: Open): AsyncIterable<Buffer>;
}

/** The encoding of a format. Flat CSV also has the columns that are `named`. */
export function encodingOf({ format, flattening, compression }: ObjectFormat, named?: NamedColumns): ObjectEncoding {
  const [flat, gzip] = [flattening === 'root', compression === 'gzip'];
  const encode = format === 'csv' ? (lines: Open) => csv(lines, flat, named) : flat ? flattened : (lines: Open) => lines();
  return {
    extension: `.${format}${gzip ? '.gz' : ''}`,
    contentType: gzip ? 'application/gzip' : format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson',
    plain: format === 'ndjson' && !flat && !gzip,
    encode: gzip ? (lines) => gzipped(encode(lines)) : encode,
  };
}

async function* gzipped(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gzip = createGzip();
  // A failure destroys both, and the reader of `gzip` gets the error.
  pipeline(bytes, gzip).catch(() => {});
  yield* gzip;
}

async function* flattened(open: Open): AsyncGenerator<Buffer> {
  for await (const lines of linesOf(open())) {
    const flat = lines.map(splitLine).map((parts) => (fieldsOf(parts.record) === undefined ? joinLine(parts) : flatLine(parts)));
    yield Buffer.from(`${flat.join('\n')}\n`);
  }
}

async function* csv(open: Open, flat: boolean, named?: NamedColumns): AsyncGenerator<Buffer> {
  const { stringify } = await import('csv-stringify/sync');
  const { addColumns, header, rows } = csvTable(stringify, flat, named);
  if (flat) for await (const lines of linesOf(open())) for (const line of lines) addColumns(line);
  yield Buffer.from(header());
  for await (const lines of linesOf(open())) yield Buffer.from(rows(lines));
}

/** The lines that end in each chunk. They are our own, whole and valid, so nothing is checked. */
async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<readonly string[]> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    if (lines.length > 0) yield lines;
  }
}
