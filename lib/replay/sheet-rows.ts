/**
 * The bytes of CSV, in whatever way a spreadsheet has saved it -> its lines in our own shape: commas, semicolons or tabs, UTF-8,
 * UTF-16 or windows-1252. What decides is written in the file itself, so nothing is guessed.
 */
import type { ByteCursor } from '../bytes/cursor.ts';
import type { TextEncoding } from '../bytes/encodings.ts';
import { transcoder } from '../bytes/transcoder.ts';
import type { SourceRecord } from '../record/record.ts';
import type { Rejection } from '../record/rejection.ts';
import { NOTE_NAME } from '../reject/csv/note.ts';
import { type CsvRow, CsvRows } from './csv-rows.ts';
import { type RowRecord, rowsBelow } from './row-record.ts';

/** The most that is read to know how a sheet was saved. */
const SHEET_HEAD_BYTES = 1_048_576;
/** The letters of a note as Excel saves "CSV" in the West. */
const CHECK_IN_1252 = Buffer.of(0xf1, 0xf0, 0x80);

/** The rows: the letters of a note show its encoding, its header what separates cells. */
export async function* sheetRows(cursor: ByteCursor, seen: TextEncoding, source: string): AsyncGenerator<SourceRecord | Rejection> {
  const head = await sheetHead(cursor);
  const encoding = seen === 'utf-8' && head.includes(CHECK_IN_1252) ? 'windows-1252' : seen;
  const text = transcoder(encoding)?.write(head) ?? head;
  yield* csvRows(inUtf8(cursor.rest(), encoding), delimiterIn(text.toString('utf8', 0, SHEET_HEAD_BYTES)), source);
}

/** A header, and the first note below it if there are any: the rows behind it are not waited for. */
async function sheetHead(cursor: ByteCursor): Promise<Buffer> {
  for (let head = await cursor.ahead(1), bytes = 0; ; head = await cursor.ahead(bytes + 1)) {
    const text = head.toString('latin1').replaceAll('\0', '');
    const isEnough = /[\r\n]/.test(text) && (!text.includes(NOTE_NAME) || /check"*:"+[^"]+"/.test(text));
    if (isEnough || head.length === bytes || head.length >= SHEET_HEAD_BYTES) return head;
    bytes = head.length;
  }
}

/** What stands beside the name of a column of ours. */
function delimiterIn(text: string): string {
  const [, before = ',', , after = before] = /(?:([,;\t])|^|\uFEFF)"?(rejected_reason|rejected_at)"?(?:([,;\t])|\r|\n)/.exec(text) ?? [];
  return after;
}

async function* inUtf8(pieces: AsyncIterable<Buffer>, encoding: TextEncoding): AsyncGenerator<Buffer> {
  const made = transcoder(encoding);
  for await (const piece of pieces) yield made?.write(piece) ?? piece;
  if (made) yield made.end();
}

async function* csvRows(pieces: AsyncIterable<Buffer>, delimiter: string, source: string): AsyncGenerator<SourceRecord | Rejection> {
  const rows = new CsvRows(source, delimiter);
  let read: RowRecord | undefined;
  const made = function* (some: Iterable<CsvRow>): Generator<SourceRecord | Rejection> {
    for (const row of some) {
      if (read === undefined) read = rowsBelow(row, source);
      // Spreadsheets save rows that somebody has emptied.
      else if (row.isBroken || row.cells.some(({ text }) => text !== '')) yield read(row);
    }
  };
  for await (const piece of pieces) yield* made(rows.write(piece));
  yield* made(rows.end());
}
