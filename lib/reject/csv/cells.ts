/**
 * A value <-> a cell of CSV. Text is always quoted; numbers, true, false and null are bare; a nested value is its JSON in
 * quotes; an absent field is empty and bare. So each cell shows what its value was, with every digit. No cell is a formula.
 */
import { ExactNumber, isJson, stringify } from '../../json/exact.ts';

/** A cell: its text, and whether it is in quotes. */
export interface Cell {
  readonly text: string;
  readonly quoted: boolean;
}

/** The cell of an absent field. */
export const NO_CELL: Cell = { text: '', quoted: false };

/** The names beside the record whose values are numbers; all others have text. */
export const NUMBER_NAMES: ReadonlySet<string> = new Set(['rejected_status', 'rejected_attempts']);

/** A number as JSON has it. */
export const NUMBER: RegExp = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** The cell of a value; undefined if it would be read as another value. */
export function cellOf(value: unknown): Cell | undefined {
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

/** Whether a text is a list or an object in JSON. */
export function isNested(text: string): boolean {
  return /^\s*[[{]/.test(text) && isJson(text);
}

/** A text that a spreadsheet runs: `=`, `+`, `-`, `@`, also full-width, behind invisible characters, or behind those that programs cut off first. */
const FORMULA = /^'*(?:[\t\r\n\0]|[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠])/u;

/**
 * The text behind an apostrophe if it is a formula. One that has apostrophes before such a beginning gets one more, so the
 * way back is certain: exactly one is taken away again.
 */
export function guarded(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** The text that was guarded; undefined for one that was not. */
export function unguarded(text: string): string | undefined {
  return text.startsWith("'") && FORMULA.test(text) ? text.slice(1) : undefined;
}
