/**
 * Lines -> CSV. The columns of a file are known before its first row is written, so they never change in the middle:
 * the spool is read twice. What does not fit in cells exactly stands whole in the column `record`. No cell is a formula.
 */
import type { stringify } from 'csv-stringify/sync';
import { parse } from '../json/exact.ts';
import { type Cell, cellOf } from './cells.ts';
import { guarded } from './formulas.ts';
import { fieldsOf, type LineParts, META_NAMES, splitLine } from './reject-line.ts';

/** Rows of CSV from lines of rejections. */
export interface Table {
  /** Looks at a line for its columns. */
  see(line: string): void;
  header(): string;
  rows(lines: readonly string[]): string;
}

/** More columns than this no tool reads; records that bring further ones stand whole. */
const MAX_COLUMNS = 1_000;
const BARE_META = new Set<string>(['rejected_status', 'rejected_attempts']);

/** A table; `flat` gives each field of the records a column of its own. `write` is csv-stringify, loaded by the caller. */
export function table(write: typeof stringify, flat: boolean): Table {
  const columns = new Set<string>();
  const csv = (rows: readonly (readonly Cell[])[]): string =>
    write(
      rows.map((cells) => cells.map((cell) => (cell.quoted ? guarded(cell.text) : cell))),
      // Text is quoted; what is bare goes as an object, which is not. (Options for each cell would take ten times as long.)
      { record_delimiter: 'windows', quoted_string: true, cast: { object: (cell) => (cell as unknown as Cell).text } },
    );
  return {
    see: (line) => {
      const names = flat ? fieldsOf(splitLine(line).record) : undefined;
      if (names === undefined || names.some((name) => /\p{Cs}/u.test(name))) return;
      const fresh = names.filter((name) => !columns.has(name));
      if (columns.size + fresh.length <= MAX_COLUMNS) for (const name of fresh) columns.add(name);
    },
    header: () => csv([[...columns, 'record', ...META_NAMES].map((text) => ({ text, quoted: true }))]),
    rows: (lines) => csv(lines.map(splitLine).map((parts) => [...recordCells(parts, flat, columns), ...metaCells(parts)])),
  };
}

const NOTHING: Cell = { text: '', quoted: false };

function recordCells({ record }: LineParts, flat: boolean, columns: ReadonlySet<string>): Cell[] {
  const whole = [...Array.from(columns, () => NOTHING), { text: record, quoted: true }];
  const names = flat ? fieldsOf(record) : undefined;
  if (names === undefined || !names.every((name) => columns.has(name))) return whole;
  const values = parse(record) as Record<string, unknown>;
  const cells = new Map(names.map((name) => [name, cellOf(values[name])]));
  if ([...cells.values()].includes(undefined)) return whole;
  return [...Array.from(columns, (name) => cells.get(name) ?? NOTHING), NOTHING];
}

function metaCells({ meta }: LineParts): Cell[] {
  const said = JSON.parse(`{${meta}`);
  return META_NAMES.map((name) => {
    const value: unknown = said[name];
    if (value === undefined) return NOTHING;
    return { text: typeof value === 'string' ? value : JSON.stringify(value), quoted: !BARE_META.has(name) };
  });
}
