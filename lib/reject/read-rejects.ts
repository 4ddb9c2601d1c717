/**
 * The bytes of a reject file of any format -> its lines in our own shape, one after the other. JSON or CSV is known by
 * the first character. A line that can't be read becomes a rejection and the next one is read.
 */
import { isUtf8 } from 'node:buffer';
import { pipeline } from 'node:stream/promises';
import type { Parser } from 'csv-parse';
import { CioError } from '../errors.ts';
import { LineSplitter } from '../record/lines.ts';
import { Origin } from '../record/origin.ts';
import { unreadable } from '../record/read.ts';
import type { SourceRecord } from '../record/record.ts';
import { Rejection } from '../record/rejection.ts';
import { bytesFrom } from '../stream/bytes-from.ts';
import { lineRecord, STAGE } from './line-record.ts';
import { peek } from './plain-bytes.ts';
import { type RowCell, type RowRecord, rowsBelow } from './row-record.ts';

/** More than any record that we take; a file of something else need not fit in memory. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;
/** So many lines that can't be read may come before the first that can. */
const MAX_WAITING = 1_000;
const BOM = '\uFEFF';
const UTF8_MARK = Buffer.from(BOM);
const NOT_ASCII = /[\u0080-\u00ff]/;

/** The lines of the file `source`. Throws `CIO_SOURCE` where it holds no rejected records. */
export async function* readRejects(pieces: AsyncIterable<Buffer>, source: string): AsyncGenerator<SourceRecord | Rejection> {
  const { head, all } = await peek(pieces, 4);
  const start = head.toString().replace(BOM, '').trimStart();
  let isEmpty = true;
  for await (const line of start === '' || start.startsWith('{') ? ownLines(jsonLines(all, source), source) : csvRows(all, source)) {
    isEmpty = false;
    yield line;
  }
  if (isEmpty) throw new CioError('CIO_SOURCE', `${source}: there is no rejected record in it`);
}

/**
 * JSON lines may be anybody's: of a file whose first record was not rejected, none is taken for rows to send, or to clear
 * away. Lines that can't be read decide nothing, and wait.
 */
async function* ownLines(lines: AsyncIterable<SourceRecord | Rejection>, source: string): AsyncGenerator<SourceRecord | Rejection> {
  const waiting: Rejection[] = [];
  let isOurs = false;
  for await (const line of lines) {
    isOurs ||= isOfRejects(line);
    if (isOurs) {
      yield* waiting.splice(0);
      yield line;
    } else if (!(line instanceof Rejection) || waiting.push(line) > MAX_WAITING) {
      throw new CioError('CIO_SOURCE', `${source}: its first line is not a rejected record`);
    }
  }
}

/** Also of one that can't be used it is seen what it was. */
function isOfRejects(line: SourceRecord | Rejection): boolean {
  if (!(line instanceof Rejection)) return Object.hasOwn(line, 'rejected_reason');
  const text = line.origin?.raw ?? line.bytes?.toString() ?? '';
  return /"rejected_reason".*"rejected_at"|"_airbyte_/s.test(text);
}

async function* jsonLines(pieces: AsyncIterable<Buffer>, source: string): AsyncGenerator<SourceRecord | Rejection> {
  let read: (SourceRecord | Rejection)[] = [];
  const splitter = new LineSplitter(MAX_LINE_BYTES, {
    line: (bytes, from, to, line, offset) => {
      const raw = bytes.subarray(from, to);
      const text = raw.toString();
      const origin = new Origin({ line, offset, bytes: to - from }, { source });
      if (text.includes('\uFFFD') && !isUtf8(raw)) read.push(unreadable('malformed', 'not valid UTF-8', origin, STAGE, Buffer.from(raw)));
      else if (text.trim() !== '' && text !== BOM) read.push(lineRecord(text.replace(BOM_AT_START, ''), { source, line }));
    },
    tooLong: (line, offset, bytes) => {
      const origin = new Origin({ line, offset, bytes }, { source });
      read.push(unreadable('too_large', `${bytes} bytes, more than a line may have`, origin, STAGE));
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
interface LineCell extends RowCell {
  readonly line: number;
}

async function* csvRows(pieces: AsyncIterable<Buffer>, source: string): AsyncGenerator<SourceRecord | Rejection> {
  const parser = await csvParser();
  const bytes = new Bytes(pieces);
  // What fails in front of it ends it with that error.
  pipeline(bytesFrom(bytes.withoutMark()), parser).catch(() => {});
  let read: RowRecord | undefined;
  let row: readonly LineCell[] | undefined;
  const made = (isCut: boolean): (SourceRecord | Rejection)[] => {
    if (row === undefined || read === undefined) return [];
    return [read(row, { source, line: row.at(-1)?.line ?? 0, isCut })];
  };
  try {
    for await (const cells of parser as AsyncIterable<LineCell[]>) {
      yield* made(false);
      if (read === undefined) read = rowsBelow(cells, source);
      else row = cells;
    }
    yield* made(!bytes.endsInBreak);
  } catch (error) {
    if (error instanceof CioError || !String(Reflect.get(Object(error), 'code')).startsWith('CSV_')) throw error;
    const { lines } = error as { lines?: number };
    throw new CioError('CIO_SOURCE', `${source}: this CSV can't be read beyond line ${lines ?? 1}`, error);
  }
}

/** The bytes of a file, with what the parser does not say of them. */
class Bytes {
  readonly #pieces: AsyncIterable<Buffer>;
  #last: number | undefined;

  constructor(pieces: AsyncIterable<Buffer>) {
    this.#pieces = pieces;
  }

  /** So far. */
  get endsInBreak(): boolean {
    return this.#last === 10 || this.#last === 13;
  }

  async *withoutMark(): AsyncGenerator<Buffer> {
    let first = true;
    for await (const piece of this.#pieces) {
      yield first && piece.subarray(0, UTF8_MARK.length).equals(UTF8_MARK) ? piece.subarray(UTF8_MARK.length) : piece;
      first = false;
      this.#last = piece.at(-1) ?? this.#last;
    }
  }
}

/** A byte is a character to the parser: what is not UTF-8 must be seen, not replaced. */
async function csvParser(): Promise<Parser> {
  const { parse } = await import('csv-parse');
  return parse({
    encoding: 'latin1',
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: MAX_LINE_BYTES,
    cast: (text, { quoting, lines }): LineCell => ({ ...decoded(text), quoted: quoting, line: lines }),
  });
}

function decoded(latin1: string): Pick<RowCell, 'text' | 'bytes'> {
  if (!NOT_ASCII.test(latin1)) return { text: latin1 };
  const bytes = Buffer.from(latin1, 'latin1');
  return isUtf8(bytes) ? { text: bytes.toString() } : { text: bytes.toString(), bytes };
}
