/**
 * The note beside a row of flat CSV: what a spreadsheet would lose of its cells. By the note the row can be read however it
 * was saved: with quotes or without, with numbers and dates written in another way. `check` shows whether all characters
 * have survived.
 */
import { ExactNumber, isObject } from '../../json/exact.ts';
import { isNested, NUMBER } from './cells.ts';

/** The column of the notes. */
export const NOTE_NAME = 'rejected_sheet';
/** Letters that are bytes of their own in each encoding that spreadsheets use; some have not all of them. */
export const CHECK = 'ñð€';

/** What a value is, other than text and null. */
export type CellKind = 'number' | 'boolean' | 'json';
/** The columns, and what the values of each are if all of them are of one kind; undefined for text, or if there is none. */
export type SheetColumns = ReadonlyMap<string, ColumnKind>;
/** `none` until a value has come that is not null. */
export type ColumnKind = CellKind | 'text' | 'mixed' | 'none';

/** A note. Names are those of fields; what is absent is empty. */
export interface Note {
  readonly check: string;
  /** Fields that are not text, or would not be. */
  readonly kinds?: Readonly<Record<string, CellKind>>;
  readonly nulls?: readonly string[];
  /** Texts of no characters. */
  readonly blanks?: readonly string[];
  /** Texts, and long numbers, that a spreadsheet takes for numbers or dates, as they were. */
  readonly texts?: Readonly<Record<string, string>>;
  readonly event_id?: string;
}

/** What the column is with one more value. */
export function commonKind(before: ColumnKind = 'none', value: unknown): ColumnKind {
  const kind = kindOf(value) ?? 'none';
  return before === 'none' || before === kind ? kind : kind === 'none' ? before : 'mixed';
}

function kindOf(value: unknown): CellKind | 'text' | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number' || value instanceof ExactNumber) return 'number';
  return typeof value === 'boolean' ? 'boolean' : 'json';
}

/** Digits of a number that a spreadsheet keeps. */
const KEPT_DIGITS = 15;
const AT_RISK = /^\s*(?:[+-]?[\d.,:/\- ]*\d[\d.,:/\- %TZeE+]*|true|false)\s*$/i;

/** The note of a row; `values` are its fields. */
export function noteOf(values: Readonly<Record<string, unknown>>, columns: SheetColumns, eventId: unknown): Note {
  const entries = Object.entries(values);
  const namesOf = (wanted: unknown): string[] => entries.filter(([, value]) => value === wanted).map(([name]) => name);
  const [nulls, blanks] = [namesOf(null), namesOf('')];
  const kinds = [...columns].flatMap(([name, common]) => {
    const kind = kindOf(values[name]) ?? common;
    return kind === 'number' || kind === 'boolean' || kind === 'json' ? [[name, kind] as const] : [];
  });
  const texts = entries.flatMap(([name, value]) => {
    const isLong = value instanceof ExactNumber && value.digits.replace(/\D/g, '').length > KEPT_DIGITS;
    return isLong || (typeof value === 'string' && AT_RISK.test(value)) ? [[name, String(value)] as const] : [];
  });
  return {
    check: CHECK,
    ...(kinds.length > 0 && { kinds: Object.fromEntries(kinds) }),
    ...(texts.length > 0 && { texts: Object.fromEntries(texts) }),
    ...(nulls.length > 0 && { nulls }),
    ...(blanks.length > 0 && { blanks }),
    ...(typeof eventId === 'string' && { event_id: eventId }),
  };
}

/** The note in a cell; undefined if it is not one. */
export function readNote(text: string): Note | undefined {
  try {
    const note: unknown = JSON.parse(text);
    return isObject(note) && typeof note.check === 'string' ? (note as unknown as Note) : undefined;
  } catch {
    return undefined;
  }
}

/** The JSON text of the value in a cell, undefined for an absent one; or what is wrong with the cell. */
export type NotedValue = { readonly json: string | undefined } | { readonly problem: string };

/** Reads the cell of a field. `isRepaired`: it was rejected for this field, so what is there now is meant. */
export function notedValue(name: string, text: string, note: Note, isRepaired: boolean): NotedValue {
  if (text === '') return { json: listed(note.blanks, name) ? '""' : undefined };
  if (listed(note.nulls, name) && /^\s*null\s*$/i.test(text)) return { json: 'null' };
  const kind = member(note.kinds, name);
  const before: unknown = member(note.texts, name);
  const given = typeof before === 'string' && !isRepaired && isRewritten(before, text) ? before : text;
  if (kind === 'number') return number(given.trim());
  if (kind === 'boolean') {
    const word = text.trim().toLowerCase();
    return word === 'true' || word === 'false' ? { json: word } : { problem: 'must be true or false, as it was' };
  }
  if (kind === 'json') return isNested(text) ? { json: text } : { problem: 'must be a list or an object in JSON, as it was' };
  return { json: JSON.stringify(given) };
}

function number(text: string): NotedValue {
  if (!NUMBER.test(text)) return { problem: 'must be a number with a decimal point, as it was' };
  return { json: text };
}

function listed(names: unknown, name: string): boolean {
  return Array.isArray(names) && names.includes(name);
}

function member<T>(of: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return isObject(of) && Object.hasOwn(of, name) ? (of as Record<string, T>)[name] : undefined;
}

const PLAIN_NUMBER = /^[+-]?\d+(?:\.\d*)?(?:e[+-]?\d+)?$/i;
const SHORTENED = /^([+-]?\d)(?:[.,](\d+))?E([+-]?)0*(\d+)$/;
/** Fewer digits could be anything's. */
const LEAST_DIGITS = 3;

/** Whether `after` is what a spreadsheet makes of `before`: the same number or date, written in another way. */
function isRewritten(before: string, after: string): boolean {
  const [was, is] = [before.trim(), after.trim()];
  if (was.toLowerCase() === is.toLowerCase()) return true;
  if (PLAIN_NUMBER.test(was)) return isSameNumber(was, is);
  const [partsBefore, partsAfter] = [partsOf(was), partsOf(is)];
  // A date, and perhaps a time whose seconds are gone.
  return /^[\d.:/\- TZ]+$/.test(is) && partsAfter.length >= LEAST_DIGITS && partsAfter.every((part) => take(partsBefore, part));
}

function isSameNumber(was: string, is: string): boolean {
  const [, first, rest = '', sign = '', exponent] = SHORTENED.exec(is) ?? [];
  if (first === undefined) return PLAIN_NUMBER.test(is) && Number(was) === Number(is);
  const digits = rest.length + 1;
  const shown = Number(`${first}.${rest || '0'}e${sign}${exponent}`);
  return digits >= LEAST_DIGITS && Number(Number(was).toPrecision(digits)) === shown;
}

/** The numbers of a date; of a year the last two digits. */
function partsOf(text: string): number[] {
  return (text.match(/\d+/g) ?? []).map((digits) => (digits.length === 4 ? Number(digits) % 100 : Number(digits)));
}

function take(parts: number[], part: number): boolean {
  const at = parts.indexOf(part);
  if (at !== -1) parts.splice(at, 1);
  return at !== -1;
}
