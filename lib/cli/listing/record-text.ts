/**
 * Rejected records, one after the other, as text: a line to read, a line of JSON, or a row of a sheet. The last two say all that
 * a replay needs, wherever the file is taken: also the mapping, which is kept elsewhere.
 */
import { systemClock } from '../../clock.ts';
import { isObject } from '../../json/exact.ts';
import { printable } from '../../printable.ts';
import { originOf } from '../../record/origin.ts';
import { Rejection } from '../../record/rejection.ts';
import { encodingOf } from '../../reject/encoding.ts';
import { formatRejection } from '../../reject/reject-line.ts';
import { lineText } from '../../replay/line-record.ts';
import { infoOf } from '../input/reject-filter.ts';
import { beginningOf, recordTextOf, wrongValueOf } from '../show/rejected-record.ts';
import type { ChosenLine, ChosenLines } from './chosen-lines.ts';
import { mappedColumns } from './mapped-columns.ts';

/** Lines that are made of one read. */
const PIECE = 256;
/** More than that hides the message. */
const MAX_RECORD = 60;
/** By this Excel sees that a sheet is UTF-8. */
const BOM = '\uFEFF';
const SHEET = { format: 'csv', flattening: 'root', compression: 'none' } as const;

/** One line for each: where it came from, reason, field, the wrong value or else the start of the row, message. */
export async function* recordRows(lines: ChosenLines): AsyncGenerator<string> {
  for await (const chosen of lines.read()) yield `${rowText(chosen)}\n`;
}

function rowText({ line, object }: ChosenLine): string {
  const { reason, field, message, source, line: at } = infoOf(line);
  const place = source === undefined ? `${object}:${originOf(line)?.line ?? at ?? ''}` : `${source}${at === undefined ? '' : `:${at}`}`;
  const value = wrongValueOf(line, field);
  // Without a value, the row shows which one it is.
  const shown = value === undefined ? beginningOf(recordTextOf(line), MAX_RECORD) : JSON.stringify(value);
  return [place, reason, field, shown, message].map((text) => printable(text || '-')).join('  ');
}

/** JSON lines as they are kept. */
export async function* ndjsonTexts(lines: ChosenLines): AsyncGenerator<string> {
  for await (const chosen of lines.read()) yield `${await wholeText(chosen)}\n`;
}

/** A sheet: each field of the records has a column. Everything is read twice, as the header has the columns of all rows. */
export async function* sheetTexts(lines: ChosenLines): AsyncGenerator<string | Buffer> {
  yield BOM;
  yield* encodingOf(SHEET, mappedColumns()).encode(() => pieces(lines));
}

async function* pieces(lines: ChosenLines): AsyncGenerator<Buffer> {
  let texts: string[] = [];
  const piece = (): Buffer => Buffer.from(texts.splice(0).join(''));
  for await (const text of ndjsonTexts(lines)) if (texts.push(text) >= PIECE) yield piece();
  if (texts.length > 0) yield piece();
  texts = [];
}

/** The line, with its mapping and the file that it is in. */
async function wholeText({ line, object, rejects }: ChosenLine): Promise<string> {
  if (line instanceof Rejection) return formatRejection(line, systemClock.wall()).trimEnd();
  const origin = isObject(line.rejected_origin) ? line.rejected_origin : {};
  const { mapping } = origin;
  const kept = typeof mapping === 'string' ? ((await rejects.mapping(mapping))?.mapping ?? mapping) : mapping;
  return lineText(line, { ...origin, mapping: kept, from: rejects.pathOf({ name: object }) });
}
