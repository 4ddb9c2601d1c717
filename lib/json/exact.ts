/**
 * JSON text <-> values, with every digit kept. JSON.parse does nearly all the work; only a text with a number that a
 * double might change takes the slow lossless parser, and only such numbers become an ExactNumber. What can't be read
 * or written is a JsonError with a reason fit for a rejection, never a stack overflow.
 */
import { parse as parseLossless, stringify as stringifyLossless } from 'lossless-json';
import { isDeeperThan } from './scan.ts';

/** Why a text can't be read as JSON (`malformed`), or a value can't be written (`invalid`). The message never holds contents. */
export class JsonError extends Error {
  readonly reason: 'malformed' | 'invalid';
  /** Where in the value, as a dotted path, if that is known. */
  readonly field: string | undefined;
  constructor(reason: JsonError['reason'], message: string, field?: string) {
    super(message);
    this.reason = reason;
    this.field = field;
  }
}

/** Deeper than this is no record. */
export const MAX_DEPTH = 1000;

/** Set when JSON.stringify meets an ExactNumber. Its result holds the digits as text then, and is thrown away. */
let hasMetExactNumber = false;

/**
 * A number with more digits than a double can hold, as `ndjson()` and `json()` read it. It is sent with all of its digits.
 * Arithmetic sees the nearest double.
 *
 * @example
 * ```ts
 * import { Readable } from 'node:stream';
 * import { pipeline } from 'node:stream/promises';
 * import { ndjson } from 'customerio-streams';
 *
 * await pipeline(Readable.from(['{"balance":12345678901234567890}']), ndjson(), async (rows) => {
 *   for await (const { balance } of rows) console.log(balance.digits); // 12345678901234567890
 * });
 * ```
 *
 * @category Elements
 */
export class ExactNumber {
  /** The digits as they came. */
  readonly digits: string;
  /** @param digits A number as JSON writes it. */
  constructor(digits: string) {
    this.digits = digits;
  }
  /** The digits as they came. */
  toString(): string {
    return this.digits;
  }
  /** The nearest double. */
  valueOf(): number {
    return Number(this.digits);
  }
  /** The digits as text: `JSON.stringify` can't write more digits than a double has. */
  toJSON(): string {
    // stringify() sees by this flag that it was called, and writes the value again with a slower writer that knows numbers of any length.
    hasMetExactNumber = true;
    return this.digits;
  }
}

// A number that JSON.parse may change has sixteen digits or dots in a row, or an exponent of three digits. The precise
// pattern is tried only after the fast one has matched, so that an id like 5e278 in a string does not take the slow path.
const RISKY_RUN = 16;
const RISKY_EXPONENT = /\d[eE][+-]?\d{3}/;
const EXPONENT_OF_A_NUMBER = /(?:^|[:,[\s])-?\d[\d.]*[eE][+-]?\d{3}/;

/** Parses JSON text. Throws a JsonError. */
export function parse(text: string): unknown {
  // JSON.parse reads any depth, but JSON.stringify and every other recursive function fails on such a value.
  if (isDeeperThan(MAX_DEPTH, text)) throw new JsonError('malformed', 'nested too deeply to read');
  try {
    if (!hasLongNumber(text) && !hasLongExponent(text)) return JSON.parse(text);
    return parseLossless(text, null, { parseNumber: exactOrNumber, onDuplicateKey: ({ newValue }) => newValue });
  } catch (error) {
    if (error instanceof JsonError) throw error;
    if (error instanceof RangeError) throw new JsonError('malformed', 'nested too deeply to read');
    const position = /at position (\d+)/.exec(String(error))?.[1];
    throw new JsonError('malformed', `not valid JSON${position === undefined ? '' : ` (at character ${position})`}`);
  }
}

/** Whether {@link parse} can read the text. */
export function isJson(text: string): boolean {
  try {
    parse(text);
    return true;
  } catch {
    return false;
  }
}

function hasLongExponent(text: string): boolean {
  return RISKY_EXPONENT.test(text) && EXPONENT_OF_A_NUMBER.test(text);
}

/** Looks at every 16th character only: a run of 16 includes one of them. (A regular expression takes ten times as long.) */
function hasLongNumber(text: string): boolean {
  for (let i = RISKY_RUN - 1; i < text.length; i += RISKY_RUN) {
    if (!isDigitOrDot(text.charCodeAt(i))) continue;
    let from = i;
    let to = i + 1;
    while (from > 0 && isDigitOrDot(text.charCodeAt(from - 1))) from--;
    while (isDigitOrDot(text.charCodeAt(to))) to++;
    if (to - from >= RISKY_RUN && inNumber(text, from)) return true;
    i = to;
  }
  return false;
}

/** False if the digits at `from` are certainly part of a string, such as a phone number or an id in quotes. */
function inNumber(text: string, from: number): boolean {
  return from === 0 || ':,[ \t\r\n+-eE'.includes(text.charAt(from - 1));
}

function isDigitOrDot(code: number): boolean {
  return code >= 46 && code <= 57 && code !== 47;
}

function exactOrNumber(digits: string): number | ExactNumber {
  const number = Number(digits);
  if (!Number.isFinite(number)) throw new JsonError('invalid', 'a number is beyond the range of a double');
  return significand(String(number)) === significand(digits) ? number : new ExactNumber(digits);
}

/** Digits and power of ten of a decimal number, so that 1.50e3 equals 1500. */
export function significand(text: string): string {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const digits = (whole + fraction).replace(/^0+/, '');
  const trimmed = digits.replace(/0+$/, '');
  if (trimmed === '') return '0';
  return `${mantissa.startsWith('-') ? '-' : ''}${trimmed}e${Number(exponent) - fraction.length + digits.length - trimmed.length}`;
}

/** Writes a value as JSON text: ExactNumber and bigint as their digits. Throws a JsonError. */
export function stringify(value: unknown): string {
  try {
    const text = plainStringify(value);
    // JSON.stringify makes null of NaN, Infinity and an invalid date, and a null attribute removes the old value; it makes
    // {} of a Map or a Set. So if the text has null or {}, the value is searched for these. The search is for "ull", which
    // takes half the time of "null": it looks for the first letter, and n occurs far more often in text than u.
    const place = text.includes('ull') || text.includes('{}') ? unwritableIn(value) : undefined;
    if (place)
      throw new JsonError('invalid', 'JSON has no such value (NaN, Infinity, an invalid date, a Map, a Set)', place.join('.') || undefined);
    return text;
  } catch (error) {
    if (error instanceof RangeError) throw new JsonError('invalid', 'nested too deeply to write');
    throw error;
  }
}

function plainStringify(value: unknown): string {
  hasMetExactNumber = false;
  try {
    const text = JSON.stringify(value);
    return hasMetExactNumber ? exactStringify(value) : text;
  } catch (error) {
    if (error instanceof RangeError) throw error;
    if (error instanceof TypeError && /BigInt/.test(error.message)) return exactStringify(value);
    throw new JsonError('invalid', 'not writable as JSON (a circular structure or a failing toJSON)');
  }
}

function exactStringify(value: unknown): string {
  const exact = { test: (v: unknown) => v instanceof ExactNumber, stringify: String };
  return stringifyLossless(value, null, undefined, [exact]) ?? 'null';
}

/** The names that lead to the first value that JSON would turn into null or {}. */
function unwritableIn(value: unknown): string[] | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : [];
  if (typeof value !== 'object' || value === null) return undefined;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? [] : undefined;
  const names = Object.keys(value);
  if (names.length === 0 && !isPlain(value)) return [];
  for (const name of names) {
    const place = unwritableIn((value as Record<string, unknown>)[name]);
    if (place) return [name, ...place];
  }
  return undefined;
}

/** A list, an object that has nothing but its fields, or one that says itself what it is as JSON. */
function isPlain(value: object): boolean {
  return 'toJSON' in value || ['[object Object]', '[object Array]'].includes(Object.prototype.toString.call(value));
}

/** True for a JSON object: neither an array nor a number. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);
}
