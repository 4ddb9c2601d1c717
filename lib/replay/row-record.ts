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
import { type Cell, jsonOf, NO_CELL, NUMBER_NAMES, unguarded } from '../reject/csv/cells.ts';
import { CHECK, NOTE_NAME, type Note, notedValue, readNote } from '../reject/csv/note.ts';
import { META_NAMES } from '../reject/reject-line.ts';
import { countOf } from '../wording.ts';
import { type CsvRow, isText } from './csv-rows.ts';
import { airbyteLine, cellValue, checkedLine, type LinePlace, readLine, rejectLineOf, STAGE } from './line-record.ts';

/** Makes a line of each row. */
export type RowRecord = (row: CsvRow) => SourceRecord | Rejection;

const META = new Set<string>([...META_NAMES, 'record', NOTE_NAME]);
const REQUOTED = "another program has put all cells in quotes, so numbers and missing fields can't be told from text";
const UNQUOTED = `another program has removed the quotes, and the column ${NOTE_NAME} is gone, so numbers can't be told from text`;
const LOST_CHARACTERS = 'it was saved in an encoding that lacks some of its characters: save the sheet as "CSV UTF-8"';
const BROKEN_NOTE = `the cell of ${NOTE_NAME} was changed: it says which cells are text, numbers or empty`;
const PLAIN_ROWS = 'Rows without the columns rejected_... are ordinary rows: send them with cio-stream people or events.';

/** How to read the rows below a header. Throws `CIO_SOURCE` if it is not that of a reject file. */
export function rowsBelow(head: CsvRow, source: string): RowRecord {
  const wrong = (why: string, todo?: string): CioError => new CioError('CIO_SOURCE', `${source}: ${why}`, undefined, todo);
  const all = !head.isBroken ? head.cells.map(({ text }) => text) : head.bytes.toString().replaceAll('"', '').split(',');
  const texts = all.slice(0, all.findLastIndex((text) => text !== '') + 1);
  const isOurs = texts.includes('rejected_reason') && texts.includes('rejected_at');
  if (!isOurs && !texts.some((name) => name.startsWith('_airbyte_'))) {
    if (/^\s*\[\s*(\{|$)/.test(texts[0] ?? '')) throw wrong("this is a JSON array: write one object on each line (jq -c '.[]')");
    const missing = texts.includes('rejected_reason') ? 'rejected_at' : 'rejected_reason';
    throw wrong(`this CSV holds no rejected rows that can be read: it has no column ${missing}`, PLAIN_ROWS);
  }
  if (head.isBroken || !isText(head)) throw wrong('the header of this CSV is broken, or not valid UTF-8');
  const header = isOurs ? texts.map((name) => unguarded(name) ?? name) : texts;
  if (new Set(header).size < header.length) throw wrong('this CSV has two columns with the same name');
  const needed = isOurs ? Math.max(header.indexOf('rejected_reason'), header.indexOf('rejected_at')) + 1 : 1;
  return (row) => {
    const misfit = misfitOf(row, header.length, needed);
    const place = { source, line: row.line };
    if (misfit !== undefined) return refused(row, place, misfit);
    if (!isOurs) return airbyteRow(header, row.cells, place);
    return ownRow(header, { ...row, cells: row.cells.map(plain) }, place);
  };
}

/** Why a row does not fit its header, if it does not. It may lack empty cells at its end, or have more: spreadsheets do that. */
function misfitOf(row: CsvRow, columns: number, needed: number): string | undefined {
  const count = row.cells.length;
  if (row.isBroken) return 'broken quotes';
  if (!isText(row)) return 'not valid UTF-8';
  if (count < needed || (count < columns && row.isCut)) return `cut off: a row of ${countOf(count, 'cell')} below a header of ${columns}`;
  return row.cells.slice(columns).some(({ text }) => text !== '')
    ? `a row of ${countOf(count, 'cell')} below a header of ${columns}`
    : undefined;
}

/**
 * Whether another program has put all cells in quotes. In a flat row without a note it is not known any more which of them
 * were numbers, empty texts or absent; a record that is whole in one cell is as it was.
 */
function isAllQuoted(header: readonly string[], cells: readonly Cell[]): boolean {
  return header.some((name, index) => NUMBER_NAMES.has(name) && cells[index]?.quoted);
}

/** Whether another program has taken the quotes away, and with them whether a cell was text that looks like a number. */
function isUnquoted(header: readonly string[], cells: readonly Cell[]): boolean {
  const reason = cells[header.indexOf('rejected_reason')];
  const isUnclear = (cell: Cell): boolean => !cell.quoted && cell.text !== '' && jsonOf(cell) !== JSON.stringify(cell.text);
  return reason !== undefined && !reason.quoted && header.some((name, index) => !META.has(name) && isUnclear(cells[index] ?? NO_CELL));
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

function ownRow(header: readonly string[], row: CsvRow, place: LinePlace): SourceRecord | Rejection {
  const textIn = (name: string): string => row.cells[header.indexOf(name)]?.text ?? '';
  const isWhole = textIn('record').trim() !== '';
  const note = readNote(textIn(NOTE_NAME));
  if (note && note.check !== CHECK) return refused(row, place, LOST_CHARACTERS);
  if (note) return notedRow(header, row, place, note);
  if (textIn(NOTE_NAME) !== '' && !isWhole) return refused(row, place, BROKEN_NOTE);
  const isRequoted = isAllQuoted(header, row.cells);
  if (!isWhole && isRequoted) return refused(row, place, REQUOTED);
  if (!isWhole && isUnquoted(header, row.cells)) return refused(row, place, UNQUOTED);
  const cells = isRequoted ? row.cells.map(filled) : row.cells;
  return lineOf(isWhole ? textIn('record') : fieldsText(header, cells, (name) => !META.has(name)), saidIn(header, cells), place);
}

/** A row whose note says what its cells are, whether they are in quotes or not. */
function notedRow(header: readonly string[], row: CsvRow, place: LinePlace, note: Note): SourceRecord | Rejection {
  const cells = row.cells.map(filled);
  const said = saidIn(header, cells);
  // A spreadsheet may have made a number of it, and an event with another id counts twice.
  if (typeof note.event_id === 'string') said.rejected_event_id = note.event_id;
  const record = cells[header.indexOf('record')]?.text ?? '';
  if (record.trim() !== '') return lineOf(record, said, place);
  const wrong = String(said.rejected_field ?? '');
  const members: string[] = [];
  for (const [index, name] of header.entries()) {
    if (META.has(name)) continue;
    const value = notedValue(name, cells[index]?.text ?? '', note, wrong === name || wrong.split(/[.[\]]/).includes(name));
    if ('problem' in value) return refused(row, place, `the cell of ${name} ${value.problem}`);
    if (value.json !== undefined) members.push(`${JSON.stringify(name)}:${value.json}`);
  }
  return lineOf(`{${members.join(',')}}`, said, place);
}

/** What is said beside the record. */
function saidIn(header: readonly string[], cells: readonly Cell[]): SourceRecord {
  const said: SourceRecord = {};
  for (const [index, name] of header.entries()) {
    const { text, quoted } = cells[index] ?? NO_CELL;
    if (!META.has(name) || name === 'record' || name === NOTE_NAME || (text === '' && !quoted)) continue;
    if (NUMBER_NAMES.has(name)) said[name] = numberOf(text);
    else said[name] = name === 'rejected_origin' ? cellValue(text) : text;
  }
  return said;
}

function lineOf(record: string, said: SourceRecord, place: LinePlace): SourceRecord | Rejection {
  const line = rejectLineOf(record, said);
  if (isJson(record)) return checkedLine(readLine(line, place), place, line);
  const origin = new Origin({ line: place.line, raw: line }, { source: place.source });
  return unreadable('malformed', 'the column record is not valid JSON', origin, STAGE);
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
