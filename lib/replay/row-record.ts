/**
 * Rows of a reject file in CSV -> lines in our own shape: ours, nested or flat, and Airbyte's. A row that does not fit its
 * header becomes a rejection that keeps the row: nothing is sent of half a record.
 */
import { isUtf8 } from 'node:buffer';
import { CioError } from '../errors.ts';
import { isJson } from '../json/exact.ts';
import { Origin } from '../record/origin.ts';
import { unreadable } from '../record/read.ts';
import type { SourceRecord } from '../record/record.ts';
import { Rejection } from '../record/rejection.ts';
import { type Cell, jsonOf, NO_CELL, NUMBER_NAMES, unguarded } from '../reject/csv.ts';
import { META_NAMES } from '../reject/reject-line.ts';
import { type CsvRow, isText } from './csv-rows.ts';
import { airbyteLine, cellValue, checked, type LinePlace, readLine, rejectLineOf, STAGE } from './line-record.ts';

/** Makes a line of each row. */
export type RowRecord = (row: CsvRow) => SourceRecord | Rejection;

const META = new Set<string>([...META_NAMES, 'record']);
const REQUOTED = 'another program has put all cells in quotes: which of them were numbers, or not there, is lost';
const SAVE_WITH_COMMAS = 'Save it again as "CSV UTF-8" with commas between the cells, or write the rejects as JSON lines.';

/** How to read the rows below a header. Throws `CIO_SOURCE` if it is not that of a reject file. */
export function rowsBelow(head: CsvRow, source: string): RowRecord {
  const wrong = (why: string, todo?: string): CioError => new CioError('CIO_SOURCE', `${source}: ${why}`, undefined, todo);
  const all = head.flaw === undefined ? head.cells.map(({ text }) => text) : head.bytes.toString().replaceAll('"', '').split(',');
  const texts = all.slice(0, all.findLastIndex((text) => text !== '') + 1);
  const isOurs = texts.includes('rejected_reason') && texts.includes('rejected_at');
  if (!isOurs && !texts.some((name) => name.startsWith('_airbyte_'))) {
    if (/^\s*\[\s*(\{|$)/.test(texts[0] ?? '')) throw wrong("this is a JSON array; what is read is one object a line (jq -c '.[]')");
    const isOtherwise = texts.length === 1 && texts[0]?.includes('rejected_reason');
    const why = isOtherwise ? 'its cells are not separated by commas' : 'it has no column rejected_reason';
    throw wrong(`this CSV holds no rejected records that can be read: ${why}`, isOtherwise ? SAVE_WITH_COMMAS : undefined);
  }
  if (head.flaw !== undefined || !isText(head)) throw wrong('the header of this CSV is broken, or not valid UTF-8');
  const header = isOurs ? texts.map((name) => unguarded(name) ?? name) : texts;
  if (new Set(header).size < header.length) throw wrong('this CSV has two columns of one name');
  const needed = isOurs ? Math.max(header.indexOf('rejected_reason'), header.indexOf('rejected_at')) + 1 : 1;
  return (row) => {
    const misfit = misfitOf(row, header.length, needed);
    const place = { source, line: row.line };
    if (misfit !== undefined) return refused(row, place, misfit);
    if (!isOurs) return airbyteRow(header, row.cells, place);
    if (!isRequoted(header, row.cells)) return ownRow(header, row.cells.map(plain), place);
    if ((row.cells[header.indexOf('record')]?.text ?? '').trim() === '') return refused(row, place, REQUOTED);
    return ownRow(header, row.cells.map(filled).map(plain), place);
  };
}

/** Why a row does not fit its header, if it does not. It may lack empty cells at its end, or have more: spreadsheets do that. */
function misfitOf(row: CsvRow, columns: number, needed: number): string | undefined {
  const count = row.cells.length;
  if (row.flaw !== undefined) return row.flaw;
  if (!isText(row)) return 'not valid UTF-8';
  if (count < needed || (count < columns && row.isCut)) return `cut off: a row of ${count} cells below a header of ${columns}`;
  return row.cells.slice(columns).some(({ text }) => text !== '') ? `a row of ${count} cells below a header of ${columns}` : undefined;
}

/**
 * Whether another program has put all cells in quotes. In a flat row it is not known any more which of them were numbers,
 * empty texts or absent; a record that is whole in one cell is as it was.
 */
function isRequoted(header: readonly string[], cells: readonly Cell[]): boolean {
  return header.some((name, index) => NUMBER_NAMES.has(name) && cells[index]?.quoted);
}

/** An empty cell was absent. */
function filled(cell: Cell): Cell {
  return cell.text === '' ? NO_CELL : cell;
}

function refused({ bytes }: CsvRow, { source, line }: LinePlace, why: string): Rejection {
  const isValid = isUtf8(bytes);
  const origin = new Origin({ line, raw: isValid ? bytes.toString() : undefined }, { source });
  return unreadable('malformed', why, origin, STAGE, isValid ? undefined : Buffer.from(bytes));
}

/** Takes back the apostrophe before a formula. Only texts ever get one. */
function plain(cell: Cell): Cell {
  const text = unguarded(cell.text);
  return text === undefined ? cell : { text, quoted: true };
}

function ownRow(header: readonly string[], cells: readonly Cell[], place: LinePlace): SourceRecord | Rejection {
  const said: SourceRecord = {};
  let record = '';
  for (const [index, name] of header.entries()) {
    const { text, quoted } = cells[index] ?? NO_CELL;
    if (!META.has(name) || (text === '' && !quoted)) continue;
    if (name === 'record') record = text;
    else if (NUMBER_NAMES.has(name)) said[name] = numberOf(text);
    else said[name] = name === 'rejected_origin' ? cellValue(text) : text;
  }
  const isWhole = record.trim() !== '';
  const line = rejectLineOf(isWhole ? record : fieldsText(header, cells, (name) => !META.has(name)), said);
  if (!isWhole || isJson(record)) return checked(readLine(line, place), place, line);
  return unreadable(
    'malformed',
    'the column record is not valid JSON',
    new Origin({ line: place.line, raw: line }, { source: place.source }),
    STAGE,
  );
}

function airbyteRow(header: readonly string[], cells: readonly Cell[], place: LinePlace): SourceRecord | Rejection {
  const text = fieldsText(header, cells, () => true);
  const row = readLine(text, place);
  return row instanceof Rejection ? row : readLine(airbyteLine(row, place), place);
}

/** The JSON text of an object of the cells. */
function fieldsText(header: readonly string[], cells: readonly Cell[], wanted: (name: string) => boolean): string {
  const members = header.flatMap((name, index) => {
    const json = wanted(name) ? jsonOf(cells[index] ?? NO_CELL) : undefined;
    return json === undefined ? [] : `${JSON.stringify(name)}:${json}`;
  });
  return `{${members.join(',')}}`;
}

/** Other tools write 422.0. A text that is not a number stays as it is, and is checked with the rest of the line. */
function numberOf(text: string): number | string {
  return /^\s*\d+(?:\.0*)?\s*$/.test(text) ? Number(text) : text;
}
