/**
 * What the type of a column makes of its values: a number, a boolean or a time, with a format if numbers and days are not
 * written as JSON and ISO 8601 have them. What does not fit is refused, never guessed.
 */
import { ExactNumber, parse } from '../../json/exact.ts';
import { unknownName } from '../../options.ts';
import { type TimeFormat, timeFormat } from '../../track/time-format.ts';
import { attributeTime } from '../../track/timestamp.ts';
import { numberFormat, type ReadNumber } from './number-format.ts';

/**
 * What the values of a column become.
 *
 * @category Stages
 */
export type ColumnType = 'number' | 'boolean' | 'time';

/** The types that a column can be given. */
export const COLUMN_TYPES = ['number', 'boolean', 'time'] as const satisfies readonly ColumnType[];

/** A type, and how its values are written: `1.234,56` for numbers, `DD/MM/YYYY` for times. */
export interface Conversion {
  readonly type: ColumnType;
  readonly format?: string | undefined;
}

/** The value as it should be, or a text that says what is wrong with it. */
export type Convert = (value: unknown) => unknown;

/** What is wrong with a type and a format that somebody asks for, if anything. */
export function conversionProblem(type: string, format: string | undefined): string | undefined {
  if (!(COLUMN_TYPES as readonly string[]).includes(type)) return unknownName('type', type, COLUMN_TYPES);
  if (format === undefined) return undefined;
  if (type === 'boolean') return 'boolean has no format';
  const made = type === 'time' ? timeFormat(format) : numberFormat(format);
  return typeof made === 'string' ? `its format ${made}` : undefined;
}

/** The function for a conversion that has no problem. `now`: Unix milliseconds. */
export function converterOf({ type, format }: Conversion, now: number): Convert {
  if (type === 'boolean') return toBoolean;
  if (type === 'time') return attributeTime(now, timeFormatOf(format));
  return format === undefined ? toNumber : formattedNumber(numberFormat(format) as ReadNumber, format);
}

/** A format of times that has no problem, compiled. */
export function timeFormatOf(format: string | undefined): TimeFormat | undefined {
  return format === undefined ? undefined : (timeFormat(format) as TimeFormat);
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const SEPARATORS = /^[+-]?\d[\d.,'’\s]*$/;
const NO_NUMBER = 'is not a number (digits as in JSON, such as 1234.5)';

function toNumber(value: unknown): unknown {
  if (isNumber(value)) return value;
  if (typeof value !== 'string') return NO_NUMBER;
  const text = value.trim();
  if (JSON_NUMBER.test(text)) return parsed(text);
  return SEPARATORS.test(text) ? `${NO_NUMBER}: give its format, such as number:1.234,56 or number:1,234.56` : NO_NUMBER;
}

function formattedNumber(read: ReadNumber, format: string): Convert {
  return (value) => {
    if (isNumber(value)) return value;
    const text = typeof value === 'string' ? read(value.trim()) : undefined;
    return text === undefined ? `is not a number written like ${format}` : parsed(text);
  };
}

function isNumber(value: unknown): boolean {
  return typeof value === 'bigint' || value instanceof ExactNumber || Number.isFinite(value);
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return 'is not a number that a double can hold';
  }
}

const TRUE = ['true', 'yes', 't', 'y', '1'];
const FALSE = ['false', 'no', 'f', 'n', '0'];

function toBoolean(value: unknown): unknown {
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'string' || value === 1 || value === 0 ? String(value).trim().toLowerCase() : '';
  if (TRUE.includes(text)) return true;
  return FALSE.includes(text) ? false : 'is not a boolean (true or false, yes or no, t or f, y or n, 1 or 0)';
}
