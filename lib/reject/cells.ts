/**
 * JSON values <-> cells of a CSV file. Text is quoted, always; numbers, true, false and null are bare; what is nested is
 * its JSON in quotes; an absent field is a bare nothing. So each cell tells what it was, with every digit.
 */
import { ExactNumber, parse, stringify } from '../json/exact.ts';

/** A cell as it is read: its text, and whether it stood in quotes. */
export interface Cell {
  readonly text: string;
  readonly quoted: boolean;
}

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** The cell of a value; undefined where it would read as another one. */
export function cellOf(value: unknown): Cell | undefined {
  if (typeof value === 'string') return isNested(value) || /\p{Cs}/u.test(value) ? undefined : { text: value, quoted: true };
  const nested = typeof value === 'object' && value !== null && !(value instanceof ExactNumber);
  return { text: stringify(value), quoted: nested };
}

/** The JSON text of the value in a cell; undefined for no value. */
export function jsonOf({ text, quoted }: Cell): string | undefined {
  if (quoted) return isNested(text) ? text : JSON.stringify(text);
  if (text === '') return undefined;
  // Spreadsheets take the quotes away: then text is what nothing else could be.
  return NUMBER.test(text) || text === 'true' || text === 'false' || text === 'null' || isNested(text) ? text : JSON.stringify(text);
}

function isNested(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    parse(text);
    return true;
  } catch {
    return false;
  }
}
