/**
 * A time in the bytes of JSON text -> Unix seconds. Digits and the usual form of ISO 8601 are read from the bytes, all else
 * as the value that it is. What is certain is decided by the function that reads the times of records: it is asked each time.
 */
import { parse } from '../../json/exact.ts';
import { isDigitByte } from '../../json/token-ends.ts';
import { attributeTime, operationTime, type ReadTime } from '../../track/timestamp.ts';
import { timeFormatOf } from '../mapping/conversion.ts';
import { integerAt } from './identifier-bytes.ts';

const QUOTE = 34;
const ZERO = 48;
const DAYS_BEFORE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const DAYS_UNTIL_1970 = 719_162;

/** Reads the times of operations. `format`: how they are written, if that is said; `now`: Unix milliseconds. */
export function rowOperationTime(format: string | undefined, now: number): RowTime {
  return new RowTime(operationTime(now, timeFormatOf(format)), format !== undefined);
}

/** The same for the times in an attribute. */
export function rowAttributeTime(format: string | undefined, now: number): RowTime {
  return new RowTime(attributeTime(now, timeFormatOf(format)), format !== undefined);
}

/** Reads the times of one column. */
export class RowTime {
  readonly #read: ReadTime;
  readonly #hasFormat: boolean;

  constructor(read: ReadTime, hasFormat: boolean) {
    this.#read = read;
    this.#hasFormat = hasFormat;
  }

  /** The seconds of the JSON value from `from` to `to`; NaN if it is not a time. */
  read(bytes: Buffer, from: number, to: number): number {
    const isText = bytes[from] === QUOTE;
    const first = isText ? from + 1 : from;
    const digits = integerAt(bytes, first, isText ? to - 1 : to);
    // With a zero in front it is another text than the number.
    if (digits >= 0 && bytes[first] !== ZERO) return secondsOr(this.#read(digits));
    if (isText && !this.#hasFormat) {
      const seconds = isoAt(bytes, from + 1, to - 1);
      // A likely time in seconds is read as what it is.
      if (seconds >= 0 && this.#read(seconds) === seconds) return seconds;
    }
    return secondsOr(this.#read(parse(bytes.toString('utf8', from, to))));
  }
}

function secondsOr(time: number | string): number {
  return typeof time === 'number' ? time : Number.NaN;
}

/** 2024-05-06, 2024-05-06T07:08:09, with a fraction and a Z or without, also with a space for the T; -1 for all else. */
function isoAt(bytes: Uint8Array, from: number, to: number): number {
  const length = to - from;
  if (length < 10 || bytes[from + 4] !== 45 || bytes[from + 7] !== 45) return -1;
  const year = 100 * twoAt(bytes, from) + twoAt(bytes, from + 2);
  const month = twoAt(bytes, from + 5);
  const day = twoAt(bytes, from + 8);
  // NaN is not in any range.
  if (!(year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) return -1;
  const days = daysBefore(year) + (DAYS_BEFORE[month - 1] as number) + (month > 2 && isLeap(year) ? 1 : 0) + day - 1;
  if (length === 10) return days * 86_400;
  if (length < 19 || (bytes[from + 10] !== 84 && bytes[from + 10] !== 32) || bytes[from + 13] !== 58 || bytes[from + 16] !== 58) return -1;
  const hour = twoAt(bytes, from + 11);
  const minute = twoAt(bytes, from + 14);
  const second = twoAt(bytes, from + 17);
  if (!(hour <= 23 && minute <= 59 && second <= 59) || !isEndOfTime(bytes, from + 19, to)) return -1;
  return days * 86_400 + hour * 3600 + minute * 60 + second;
}

/** What may follow the seconds: a fraction, which does not count, and a Z. */
function isEndOfTime(bytes: Uint8Array, from: number, to: number): boolean {
  const end = bytes[to - 1] === 90 ? to - 1 : to;
  if (from >= end) return true;
  if (bytes[from] !== 46 || from + 1 === end) return false;
  for (let i = from + 1; i < end; i++) if (!isDigitByte(bytes[i])) return false;
  return true;
}

/** Two digits; NaN for all else. */
function twoAt(bytes: Uint8Array, from: number): number {
  const tens = (bytes[from] as number) - 48;
  const ones = (bytes[from + 1] as number) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? 10 * tens + ones : Number.NaN;
}

function daysBefore(year: number): number {
  const past = year - 1;
  return past * 365 + Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400) - DAYS_UNTIL_1970;
}

function daysIn(year: number, month: number): number {
  return month === 2 && isLeap(year) ? 29 : (DAYS[month - 1] as number);
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}
