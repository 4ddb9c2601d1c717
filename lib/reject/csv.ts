/**
 * Reject lines -> CSV, and its cells back. Text is always quoted; numbers, true, false and null are bare; a nested value is
 * its JSON in quotes; an absent field is empty and bare. So each cell shows what its value was, with every digit. A record
 * that does not fit into cells exactly is whole in the column `record`. No cell is a formula.
 */
import type { stringify as csvStringify } from 'csv-stringify/sync';
import { ExactNumber, isJson, parse, stringify } from '../json/exact.ts';
import { fieldsOf, type LineParts, META_NAMES, splitLine } from './reject-line.ts';

/** A cell: its text, and whether it is in quotes. */
export interface Cell {
  readonly text: string;
  readonly quoted: boolean;
}

/** The cell of an absent field. */
export const NO_CELL: Cell = { text: '', quoted: false };

/** The names beside the record whose values are numbers; all others have text. */
export const NUMBER_NAMES: ReadonlySet<string> = new Set(['rejected_status', 'rejected_attempts']);

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** The cell of a value; undefined if it would be read as another value. */
function cellOf(value: unknown): Cell | undefined {
  if (typeof value === 'string') return isNested(value) || /\p{Cs}/u.test(value) ? undefined : { text: value, quoted: true };
  const nested = typeof value === 'object' && value !== null && !(value instanceof ExactNumber);
  return { text: stringify(value), quoted: nested };
}

/** The JSON text of the value in a cell; undefined for an absent one. */
export function jsonOf({ text, quoted }: Cell): string | undefined {
  if (quoted) return isNested(text) ? text : JSON.stringify(text);
  if (text === '') return undefined;
  // Spreadsheets take the quotes away: then whatever can't be anything else is text.
  return NUMBER.test(text) || text === 'true' || text === 'false' || text === 'null' || isNested(text) ? text : JSON.stringify(text);
}

function isNested(text: string): boolean {
  return /^\s*[[{]/.test(text) && isJson(text);
}

/** Makes rows of CSV from reject lines. */
export interface CsvTable {
  /** Adds the columns of a line. */
  addColumns(line: string): void;
  header(): string;
  rows(lines: readonly string[]): string;
}

/** Tools read no more columns than this; records that have further ones stay whole. */
const MAX_COLUMNS = 1_000;

/**
 * A table; `flat` gives each field of the records a column of its own. All columns must be known before the header is
 * written: they can't change in the middle of a file. `write` is csv-stringify, loaded by the caller.
 */
export function csvTable(write: typeof csvStringify, flat: boolean): CsvTable {
  const columns = new Set<string>();
  const csv = (rows: readonly (readonly Cell[])[]): string =>
    write(
      rows.map((cells) => cells.map((cell) => (cell.quoted ? guarded(cell.text) : cell))),
      // csv-stringify quotes text; a bare cell goes as an object, which it does not quote. (Options for each cell would take ten times as long.)
      { record_delimiter: 'windows', quoted_string: true, cast: { object: (cell) => (cell as unknown as Cell).text } },
    );
  return {
    addColumns: (line) => {
      const names = flat ? fieldsOf(splitLine(line).record) : undefined;
      if (names === undefined || names.some((name) => /\p{Cs}/u.test(name))) return;
      const fresh = names.filter((name) => !columns.has(name));
      if (columns.size + fresh.length <= MAX_COLUMNS) for (const name of fresh) columns.add(name);
    },
    header: () => csv([[...columns, 'record', ...META_NAMES].map((text) => ({ text, quoted: true }))]),
    rows: (lines) => csv(lines.map(splitLine).map((parts) => [...recordCells(parts, flat, columns), ...metaCells(parts)])),
  };
}

function recordCells({ record }: LineParts, flat: boolean, columns: ReadonlySet<string>): Cell[] {
  const whole = [...Array.from(columns, () => NO_CELL), { text: record, quoted: true }];
  const names = flat ? fieldsOf(record) : undefined;
  if (names === undefined || !names.every((name) => columns.has(name))) return whole;
  const values = parse(record) as Record<string, unknown>;
  const cells = new Map(names.map((name) => [name, cellOf(values[name])]));
  if ([...cells.values()].includes(undefined)) return whole;
  return [...Array.from(columns, (name) => cells.get(name) ?? NO_CELL), NO_CELL];
}

function metaCells({ meta }: LineParts): Cell[] {
  const said: Record<string, unknown> = JSON.parse(`{${meta}`);
  return META_NAMES.map((name) => {
    const value = said[name];
    if (value === undefined) return NO_CELL;
    return { text: typeof value === 'string' ? value : JSON.stringify(value), quoted: !NUMBER_NAMES.has(name) };
  });
}

/** A text that a spreadsheet runs: `=`, `+`, `-`, `@`, also full-width, behind invisible characters, or behind those that programs cut off first. */
const FORMULA = /^'*(?:[\t\r\n\0]|[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠])/u;

/**
 * The text behind an apostrophe if it is a formula. One that has apostrophes before such a beginning gets one more, so the
 * way back is certain: exactly one is taken away again.
 */
function guarded(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** The text that was guarded; undefined for one that was not. */
export function unguarded(text: string): string | undefined {
  return text.startsWith("'") && FORMULA.test(text) ? text.slice(1) : undefined;
}
