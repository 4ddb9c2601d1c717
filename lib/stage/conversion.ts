/**
 * What `convert` of validate() makes of a value: a number, a boolean or a time, with a format where numbers and days are
 * not written as JSON and ISO 8601 have them. What does not fit is refused, never guessed.
 */
import { ExactNumber, parse } from '../json/exact.ts';
import { type TimeFormat, timeFormat } from '../track/time-format.ts';
import { attributeTime } from '../track/timestamp.ts';
import { numberFormat, type ReadNumber } from './number-format.ts';

/** What a column can be converted to: `number:1.234,56` and `time:DD/MM/YYYY` say how it is written. */
export type Conversion = 'number' | 'boolean' | 'time' | `number:${string}` | `time:${string}`;

/** The value as it should be, or a text that says what is wrong with it. */
export type Convert = (value: unknown) => unknown;

/** The names of the types. */
export const CONVERSION_NAMES: readonly string[] = ['number', 'boolean', 'time'];

/** What is wrong with a conversion that somebody asks for, if anything. */
export function flawOfConversion(text: string): string | undefined {
  const [type, format] = partsOf(text);
  if (!CONVERSION_NAMES.includes(type)) return `must be 'number', 'boolean' or 'time', or with a format, such as number:1.234,56`;
  if (format === undefined) return undefined;
  if (type === 'boolean') return 'boolean has no format';
  const made = type === 'time' ? timeFormat(format) : numberFormat(format);
  return typeof made === 'string' ? `its format ${made}` : undefined;
}

/** The function for a conversion without a flaw. `now`: Unix milliseconds. */
export function converterOf(text: Conversion, now: number): Convert {
  const [type, format] = partsOf(text);
  if (type === 'boolean') return toBoolean;
  if (type === 'time') return attributeTime(now, timeFormatOf(text));
  return format === undefined ? toNumber : formattedNumber(numberFormat(format) as ReadNumber, format);
}

/** The format of a time that has one. */
export function timeFormatOf(text: Conversion | undefined): TimeFormat | undefined {
  const [type, format] = partsOf(text ?? '');
  return type === 'time' && format !== undefined ? (timeFormat(format) as TimeFormat) : undefined;
}

/** Type and format. */
function partsOf(text: string): [type: string, format: string | undefined] {
  const at = text.indexOf(':');
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const SEPARATORS = /^[+-]?\d[\d.,'’\s]*$/;
const NO_NUMBER = 'is not a number (digits as in JSON, such as 1234.5)';

function toNumber(value: unknown): unknown {
  if (isNumber(value)) return value;
  if (typeof value !== 'string') return NO_NUMBER;
  const text = value.trim();
  if (JSON_NUMBER.test(text)) return parsed(text);
  return SEPARATORS.test(text) ? `${NO_NUMBER}: how it is written must be said, such as number:1.234,56 or number:1,234.56` : NO_NUMBER;
}

function formattedNumber(read: ReadNumber, format: string): Convert {
  return (value) => {
    if (isNumber(value)) return value;
    const text = typeof value === 'string' ? read(value.trim()) : undefined;
    return text === undefined ? `is not a number as ${format} has it` : parsed(text);
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
