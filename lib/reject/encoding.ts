/**
 * What the bytes of an object are: rejections gather as lines in a local file, and become JSON lines or CSV, nested or
 * flat, compressed or not, on their way to the store. It can be done again when an upload fails, and never holds a file.
 */
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { bytesFrom } from '../stream/bytes-from.ts';
import { fieldsOf, flatLine, joinLine, splitLine } from './reject-line.ts';
import { table } from './table.ts';
import { textLines } from './text-lines.ts';

/** What the objects of a run look like. */
export interface ObjectFormat {
  readonly format: 'ndjson' | 'csv';
  readonly flattening: 'none' | 'root';
  readonly compression: 'none' | 'gzip';
}

/** How lines become an object. */
export interface ObjectEncoding {
  readonly extension: string;
  readonly contentType: string;
  /** True where the object is the lines as they are. */
  readonly plain: boolean;
  /** The object; `lines` opens the lines and may be called again. */
  encode(lines: () => Readable): Readable;
}

/** The encoding of a format. */
export function encodingOf({ format, flattening, compression }: ObjectFormat): ObjectEncoding {
  const plain = format === 'ndjson' && flattening === 'none';
  const gzip = compression === 'gzip';
  const flat = flattening === 'root';
  const text = (lines: () => Readable): AsyncIterable<string> => (format === 'csv' ? csv(lines, flat) : flattened(lines));
  return {
    extension: `.${format}${gzip ? '.gz' : ''}`,
    contentType: gzip ? 'application/gzip' : format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson',
    plain: plain && !gzip,
    encode: (lines) => {
      const bytes = plain ? lines() : bytesFrom(text(lines));
      return gzip ? gzipped(bytes) : bytes;
    },
  };
}

function gzipped(bytes: Readable): Readable {
  const gzip = createGzip();
  // On a failure pipeline() destroys both, and the reader hears of it.
  pipeline(bytes, gzip).catch(() => {});
  return gzip;
}

async function* flattened(lines: () => Readable): AsyncGenerator<string> {
  for await (const some of textLines(lines())) {
    yield some
      .map(splitLine)
      .map((parts) => `${fieldsOf(parts.record) === undefined ? joinLine(parts) : flatLine(parts)}\n`)
      .join('');
  }
}

async function* csv(lines: () => Readable, flat: boolean): AsyncGenerator<string> {
  const { stringify } = await import('csv-stringify/sync');
  const { see, header, rows } = table(stringify, flat);
  if (flat) for await (const some of textLines(lines())) for (const line of some) see(line);
  yield header();
  for await (const some of textLines(lines())) yield rows(some);
}
