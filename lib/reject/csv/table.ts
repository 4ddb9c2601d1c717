/**
 * Reject lines -> CSV, nested or flat. A record that does not fit into cells exactly is whole in the column `record`. Beside
 * each flat row stands a note of what its cells are, because spreadsheets take quotes away and write values in their own way.
 */
import type { stringify as csvStringify } from 'csv-stringify/sync';
import { parse } from '../../json/exact.ts';
import { fieldsOf, isOwnName, type LineParts, META_NAMES, splitLine } from '../reject-line.ts';
import { type Cell, cellOf, guarded, NO_CELL, NUMBER_NAMES } from './cells.ts';
import { ColumnOrder } from './column-order.ts';
import { type ColumnKind, commonKind, NOTE_NAME, noteOf, type SheetColumns } from './note.ts';

/** Makes rows of CSV from reject lines. */
export interface CsvTable {
  /** Adds the columns of a line. */
  addColumns(line: string): void;
  header(): string;
  rows(lines: readonly string[]): string;
}

/** Tools read no more columns than this; records that have further ones stay whole. */
const MAX_COLUMNS = 1_000;

/** The columns that a line should have beside its fields: what is missing can be filled in there. */
export type NamedColumns = (line: string) => readonly string[];

/**
 * A table; `flat` gives each field of the records a column of its own. All columns must be known before the header is
 * written: they can't change in the middle of a file. `write` is csv-stringify, loaded by the caller. Columns that are `named`
 * and in no record stand first, as many as the fields of the records leave room for.
 */
export function csvTable(write: typeof csvStringify, flat: boolean, named: NamedColumns = () => []): CsvTable {
  const columns = new Map<string, ColumnKind>();
  const order = new ColumnOrder();
  const more = new Set<string>();
  let all: SheetColumns | undefined;
  const allColumns = (): SheetColumns => {
    all ??= withMore(new Map(order.names().map((name) => [name, columns.get(name) ?? 'none'])), more);
    return all;
  };
  const csv = (rows: readonly (readonly Cell[])[]): string =>
    write(
      rows.map((cells) => cells.map((cell) => (cell.quoted ? guarded(cell.text) : cell))),
      // csv-stringify quotes text; a bare cell goes as an object, which it does not quote. (Options for each cell would take ten times as long.)
      { record_delimiter: 'windows', quoted_string: true, cast: { object: (cell) => (cell as unknown as Cell).text } },
    );
  return {
    addColumns: (line) => {
      const { record } = splitLine(line);
      const names = flat ? fieldsOf(record) : undefined;
      if (names === undefined || names.some(isBroken)) return;
      const fresh = names.filter((name) => !columns.has(name));
      if (columns.size + fresh.length > MAX_COLUMNS) return;
      const values = parse(record) as Record<string, unknown>;
      order.add(names);
      for (const name of names) columns.set(name, commonKind(columns.get(name), values[name]));
      if (more.size < MAX_COLUMNS) addTo(more, named(line));
    },
    header: () =>
      csv([[...allColumns().keys(), 'record', ...META_NAMES, ...(flat ? [NOTE_NAME] : [])].map((text) => ({ text, quoted: true }))]),
    rows: (lines) => csv(lines.map(splitLine).map((parts) => (flat ? flatCells(parts, allColumns()) : wholeCells(parts)))),
  };
}

/** A name that holds half a character can't be written. */
function isBroken(name: string): boolean {
  return /\p{Cs}/u.test(name);
}

function addTo(more: Set<string>, names: readonly string[]): void {
  for (const name of names) if (more.size < MAX_COLUMNS && !isOwnName(name) && !isBroken(name)) more.add(name);
}

function withMore(columns: SheetColumns, more: ReadonlySet<string>): SheetColumns {
  const missing = [...more].filter((name) => !columns.has(name)).slice(0, MAX_COLUMNS - columns.size);
  return missing.length === 0 ? columns : new Map([...missing.map((name) => [name, 'none'] as const), ...columns]);
}

function wholeCells({ record, meta }: LineParts): Cell[] {
  return [{ text: record, quoted: true }, ...metaCells(JSON.parse(`{${meta}`))];
}

/** With what a reader has to know of the cells, whatever a spreadsheet makes of them. */
function flatCells({ record, meta }: LineParts, columns: SheetColumns): Cell[] {
  const said: Record<string, unknown> = JSON.parse(`{${meta}`);
  const cells = fieldCells(record, columns);
  const values = cells && (parse(record) as Record<string, unknown>);
  const note: Cell = { text: JSON.stringify(noteOf(values ?? {}, columns, said.rejected_event_id)), quoted: true };
  const whole: Cell = cells ? NO_CELL : { text: record, quoted: true };
  return [...(cells ?? Array.from(columns, () => NO_CELL)), whole, ...metaCells(said), note];
}

/** Undefined if the record must stay whole. */
function fieldCells(record: string, columns: SheetColumns): Cell[] | undefined {
  const names = fieldsOf(record);
  if (names === undefined || !names.every((name) => columns.has(name))) return undefined;
  const values = parse(record) as Record<string, unknown>;
  const cells = new Map(names.map((name) => [name, cellOf(values[name])]));
  if ([...cells.values()].includes(undefined)) return undefined;
  return Array.from(columns.keys(), (name) => cells.get(name) ?? NO_CELL);
}

function metaCells(said: Record<string, unknown>): Cell[] {
  return META_NAMES.map((name) => {
    const value = said[name];
    if (value === undefined) return NO_CELL;
    return { text: typeof value === 'string' ? value : JSON.stringify(value), quoted: !NUMBER_NAMES.has(name) };
  });
}
