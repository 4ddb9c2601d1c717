/**
 * The bytes of a reject file of any format -> its lines in our own shape, one after the other. JSON or CSV is known by
 * the first character. A line that can't be read becomes a rejection and the next one is read.
 */
import { isUtf8 } from 'node:buffer';
import { pipeline } from 'node:stream/promises';
import type { Parser } from 'csv-parse';
import { Cursor } from '../bytes/cursor.ts';
import { firstBytes } from '../bytes/first-bytes.ts';
import { CioError } from '../errors.ts';
import { LineSplitter } from '../record/lines.ts';
import { Origin } from '../record/origin.ts';
import { unreadable } from '../record/read.ts';
import type { SourceRecord } from '../record/record.ts';
import type { Rejection } from '../record/rejection.ts';
import { bytesFrom } from '../stream/bytes-from.ts';
import type { Cell } from './cells.ts';
import { lineRecord } from './line-record.ts';
import { type RowRecord, rowsBelow } from './row-record.ts';

/** More than any record that we take; a file of something else need not fit in memory. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;
const HEAD_BYTES = 512;
const BOM = '\uFEFF';

/** The lines of the file `source`. Throws `CIO_SOURCE` where it holds no rejected records. */
export async function* readRejects(pieces: AsyncIterable<Buffer>, source: string): AsyncGenerator<SourceRecord | Rejection> {
  const cursor = new Cursor(pieces);
  try {
    const head = await cursor.ahead(HEAD_BYTES);
    checkStart(head, source);
    const start = head.toString().replace(BOM, '').trimStart();
    yield* start === '' || start.startsWith('{') ? jsonLines(cursor.rest(), source) : csvRows(cursor.rest(), source);
  } finally {
    await cursor.close();
  }
}

/** A file that a spreadsheet has saved may not be text any more. */
function checkStart(head: Buffer, source: string): void {
  const first = firstBytes(head, true);
  if (first?.is === 'foreign') throw new CioError('CIO_SOURCE', `${source}: this is ${first.name}`, undefined, first.todo);
  if (first?.is === 'text' && first.encoding?.startsWith('utf-16'))
    throw new CioError('CIO_SOURCE', `${source}: this is UTF-16`, undefined, 'Save it as UTF-8 (CSV UTF-8) again.');
}

async function* jsonLines(pieces: AsyncIterable<Buffer>, source: string): AsyncGenerator<SourceRecord | Rejection> {
  let read: (SourceRecord | Rejection)[] = [];
  const splitter = new LineSplitter(MAX_LINE_BYTES, {
    line: (bytes, from, to, line, offset) => {
      const raw = bytes.subarray(from, to);
      const text = raw.toString();
      const origin = new Origin({ line, offset, bytes: to - from }, { source });
      if (text.includes('\uFFFD') && !isUtf8(raw))
        read.push(unreadable('malformed', 'not valid UTF-8', origin, 'rejects', Buffer.from(raw)));
      else if (text.trim() !== '' && text !== BOM) read.push(lineRecord(text.replace(BOM_AT_START, ''), { source, line }));
    },
    tooLong: (line, offset, bytes) => {
      const origin = new Origin({ line, offset, bytes }, { source });
      read.push(unreadable('too_large', `${bytes} bytes, more than a line may have`, origin, 'rejects'));
    },
  });
  for await (const piece of pieces) {
    splitter.write(piece);
    yield* read;
    read = [];
  }
  splitter.end();
  yield* read;
}
const BOM_AT_START = /^\uFEFF/;

/** A cell, and the line on which it ends. (To ask the parser for the line of each row costs as much as reading it.) */
interface LineCell extends Cell {
  readonly line: number;
}

async function* csvRows(pieces: AsyncIterable<Buffer>, source: string): AsyncGenerator<SourceRecord | Rejection> {
  const parser = await csvParser();
  // What fails in front of it ends it with that error.
  pipeline(bytesFrom(pieces), parser).catch(() => {});
  let read: RowRecord | undefined;
  try {
    for await (const cells of parser as AsyncIterable<LineCell[]>) {
      if (read === undefined)
        read = rowsBelow(
          cells.map(({ text }) => text),
          source,
        );
      else yield read(cells, { source, line: cells.at(-1)?.line ?? 0 });
    }
  } catch (error) {
    if (error instanceof CioError || !String(Reflect.get(Object(error), 'code')).startsWith('CSV_')) throw error;
    const { lines } = error as { lines?: number };
    throw new CioError('CIO_SOURCE', `${source}: this CSV can't be read beyond line ${lines ?? 1}`, error);
  }
}

async function csvParser(): Promise<Parser> {
  const { parse } = await import('csv-parse');
  return parse({
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: MAX_LINE_BYTES,
    cast: (text, { quoting, lines }): LineCell => ({ text, quoted: quoting, line: lines }),
  });
}
