/**
 * The bytes of a reject file of any format -> its lines in our own shape. JSON or CSV is recognised by the first character.
 * A line that can't be read becomes a rejection and the next one is read.
 */
import { isUtf8 } from 'node:buffer';
import { ByteCursor } from '../bytes/cursor.ts';
import type { TextEncoding } from '../bytes/encodings.ts';
import { firstBytes } from '../bytes/first-bytes.ts';
import { LineSplitter } from '../bytes/lines.ts';
import { CioError } from '../errors.ts';
import { Origin } from '../record/origin.ts';
import { unreadable } from '../record/read.ts';
import type { SourceRecord } from '../record/record.ts';
import { Rejection } from '../record/rejection.ts';
import { lineRecord, STAGE } from './line-record.ts';
import { sheetRows } from './sheet-rows.ts';

/** More than any record that we take; a file of something else need not fit in memory. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;
/** So many lines that can't be read may come before the first one that can. */
const MAX_WAITING = 1_000;
const HEAD_BYTES = 512;
const BOM = '\uFEFF';

/** The lines of the file `source`. Throws `CIO_SOURCE` if it holds no rejected records. */
export async function* readRejects(pieces: AsyncIterable<Buffer>, source: string): AsyncGenerator<SourceRecord | Rejection> {
  const cursor = new ByteCursor(pieces);
  try {
    const head = await cursor.ahead(HEAD_BYTES);
    const encoding = encodingAt(head, source);
    const start = head.toString().replace(BOM, '').trimStart();
    const isJson = encoding === 'utf-8' && (start === '' || start.startsWith('{'));
    let isEmpty = true;
    for await (const line of isJson ? ownLines(jsonLines(cursor.rest(), source), source) : sheetRows(cursor, encoding, source)) {
      isEmpty = false;
      yield line;
    }
    if (isEmpty) throw new CioError('CIO_SOURCE', `${source}: it holds no rejected rows`);
  } finally {
    await cursor.close();
  }
}

/** What the first bytes show: spreadsheets save "Unicode text" as UTF-16. Throws if the file is not text. */
function encodingAt(head: Buffer, source: string): TextEncoding {
  const first = firstBytes(head, true);
  if (first?.is === 'foreign') throw new CioError('CIO_SOURCE', `${source}: this is ${first.name}`, undefined, first.todo);
  return (first?.is === 'text' && first.encoding) || 'utf-8';
}

/**
 * JSON lines need not be rejects: if the first record of a file was not rejected, none of them is sent or cleared. Lines that
 * can't be read decide nothing: they wait for the first one that can.
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
      throw new CioError('CIO_SOURCE', `${source}: its first line is not a rejected row`);
    }
  }
}

/** Whether a line is one of rejects, even if it can't be used. */
function isOfRejects(line: SourceRecord | Rejection): boolean {
  if (!(line instanceof Rejection)) return Object.hasOwn(line, 'rejected_reason');
  const text = line.origin?.raw ?? line.bytes?.toString() ?? '';
  return text.includes('"_airbyte_') || (text.includes('"rejected_reason"') && text.includes('"rejected_at"'));
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
