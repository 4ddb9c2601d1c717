/**
 * Any common spelling of a point in time -> Unix seconds, which is all that Customer.io reads. A number or digits may be
 * seconds, milliseconds and so on, or a day without dashes: the reading that gives a likely time counts. If no reading does,
 * or two do, it is refused with what it looks like: the API would silently use the time of arrival instead.
 */
import { ExactNumber } from '../json/exact.ts';
import { FIRST_YEAR, fromIso, isIso, unixSecondsOf } from './calendar.ts';
import type { TimeFormat } from './time-format.ts';

/** Unix seconds, or a text about what is wrong, which never repeats the value. */
export type ReadTime = (value: unknown) => number | string;

/** Seconds, both ends included. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** The times that are likely, by how they are written. */
interface Rule {
  /** Numbers that count from 1970. */
  readonly counted: Span;
  /** Days in digits only. They must not overlap with `counted`: before 3155 no minute in digits looks like counted milliseconds. */
  readonly digits: Span;
  /** Dates, ISO 8601 and formats. */
  readonly written: Span;
}

const YEARS_AHEAD = 10;
const startOf = (year: number): number => unixSecondsOf({ year, month: 1, day: 1 }) as number;
// Not earlier, so that a day (8 digits) can't be taken for seconds, nor a minute (12 digits) for milliseconds.
const FROM = startOf(1980);
// From this number on, seconds may also be an hour in digits, such as 1980010100.
const HOURS_FROM = 1_980_010_100;

/** Reads the time of an operation: from 1980 to ten years from `now`, in Unix milliseconds. */
export function operationTime(now: number, format?: TimeFormat): ReadTime {
  const span = spanUntil(now);
  return reader({ counted: span, digits: span, written: span }, format);
}

/** Reads the time in an attribute, which may be a birthday or stand for "never": a written day may have any year of four digits. */
export function attributeTime(now: number, format?: TimeFormat): ReadTime {
  return reader(
    {
      counted: spanUntil(now),
      digits: { from: startOf(1800), to: startOf(2200) - 1 },
      written: { from: startOf(FIRST_YEAR), to: startOf(10_000) - 1 },
    },
    format,
  );
}

function spanUntil(now: number): Span {
  return { from: FROM, to: startOf(new Date(now).getUTCFullYear() + YEARS_AHEAD + 1) - 1 };
}

function reader(rule: Rule, format: TimeFormat | undefined): ReadTime {
  const text = format === undefined ? fromText : fromFormat(format);
  return (value) => {
    if (typeof value === 'string') return text(value.trim(), rule);
    if (value instanceof Date) return fromDate(value, rule);
    if (typeof value !== 'number' && typeof value !== 'bigint' && !(value instanceof ExactNumber))
      return wrong('it is not text or a number');
    if (format !== undefined || typeof value !== 'number') return text(String(value), rule);
    return fromNumber(value, rule);
  };
}

function fromNumber(value: number, rule: Rule): number | string {
  // The fast path: nearly all are seconds or milliseconds of likely years.
  if (value >= FROM && value < HOURS_FROM && value <= rule.counted.to) return Math.floor(value);
  if (value >= FROM * 1000 && value < HOURS_FROM * 1000 && value <= rule.counted.to * 1000) return Math.floor(value / 1000);
  return fromText(String(value), rule);
}

function fromDate(date: Date, rule: Rule): number | string {
  const ms = date.getTime();
  return Number.isNaN(ms) ? wrong('an invalid Date') : within(Math.floor(ms / 1000), rule.written);
}

function fromFormat(format: TimeFormat): (text: string, rule: Rule) => number | string {
  return (text, rule) => {
    const seconds = format.read(text);
    if (seconds !== undefined) return within(seconds, rule.written);
    return `is not a time written as ${format.text}${SHORT_YEAR.test(text) ? ': the year has two digits' : ''}`;
  };
}

const DIGITS = /^([1-9]\d*)(\.\d+)?$/;
/** Spreadsheets write days so. */
const SHORT_YEAR = /^\d{1,2}([./-])\d{1,2}\1\d{2}(?:\D|$)/;
const HOUR_DIGITS = 10;

function fromText(text: string, rule: Rule): number | string {
  const [, digits, fraction = ''] = DIGITS.exec(text) ?? [];
  if (digits !== undefined) return fromDigits(digits, fraction, rule);
  const seconds = fromIso(text);
  if (seconds !== undefined) return within(seconds, rule.written);
  return wrong(isIso(text) ? 'there is no such day or time of day' : lookOf(text));
}

/** What a number may count, and how many more digits than seconds it has then. */
const UNITS: readonly (readonly [string, number])[] = [
  ['seconds', 0],
  ['milliseconds', 3],
  ['microseconds', 6],
  ['nanoseconds', 9],
];
/** Seconds from the year 1, where .NET begins to count, to 1970. */
const TICKS_BEFORE_1970 = 62_135_596_800;

function fromDigits(digits: string, fraction: string, rule: Rule): number | string {
  const readings: (readonly [string, number])[] = [];
  const add = (what: string, seconds: number | undefined, { from, to }: Span): void => {
    if (seconds !== undefined && seconds >= from && seconds <= to) readings.push([what, seconds]);
  };
  // Digits are cut off as text: that rounds down, and stays exact beyond the range of a double.
  for (const [unit, zeros] of UNITS) add(unit, Number(digits.slice(0, Math.max(0, digits.length - zeros))), rule.counted);
  add('ticks of .NET', Number(digits.slice(0, -7)) - TICKS_BEFORE_1970, rule.counted);
  const isHour = digits.length === HOUR_DIGITS;
  if (fraction === '' || digits.length === 14) {
    add(isHour ? 'an hour (YYYYMMDDhh)' : 'a day', fromIso(digits + fraction), isHour ? rule.counted : rule.digits);
  }
  const [first, second] = readings;
  if (first === undefined) return fromIso(digits) === undefined ? wrong(lookOf(digits + fraction)) : outside(rule.digits);
  return second === undefined ? first[1] : wrong(`${first[0]} or ${second[0]}? It can be read as either`);
}

function within(seconds: number, span: Span): number | string {
  return seconds >= span.from && seconds <= span.to ? seconds : outside(span);
}

function outside({ from, to }: Span): string {
  const [first, last] = [from, to].map((seconds) => new Date(seconds * 1000).getUTCFullYear());
  return `is not a time between the years ${first} and ${last}`;
}

/** What an unreadable text looks like: the first pattern that matches. */
const LOOKS: readonly (readonly [RegExp, string])[] = [
  [/^$/, 'it is empty'],
  [/^0(?:\.0*)?$/, 'zero, meaning no time?'],
  [/^0[\d.]+$/, 'digits with a zero in front?'],
  [/^-[\d.]+$/, 'a negative number? A day before 1970 is read as text, such as 1969-07-20'],
  [/^(?:1[89]|2[01])\d\d$/, 'a year?'],
  [/^\d{5}(?:[.,]\d+)?$/, "a spreadsheet's day number?"],
  [/^\d{6}$/, 'a month, or a day with a year of two digits?'],
  [/^\d{8}$|^\d{12}$|^\d{14}$/, 'a day or time that does not exist, or that is out of range?'],
  [/^\d+(?:\.\d+)?$/, 'as Unix seconds, milliseconds, microseconds or nanoseconds it is too early or too late'],
  ...['/', '.', '-'].map((sign): readonly [RegExp, string] => [
    new RegExp(`^\\d{1,2}[${sign}]\\d{1,2}[${sign}]\\d{4}(?:\\D|$)`),
    `day and month can be mixed up: give its format, such as time:${['DD', 'MM', 'YYYY'].join(sign)}`,
  ]),
  [SHORT_YEAR, 'a year of two digits?'],
  [
    /^\d{4}(?:([./])\d{1,2}\1\d{1,2}|-(?!\d\d-\d\d)\d{1,2}-\d{1,2})(?:\D|$)/,
    'not ISO 8601: give its format, such as time:YYYY/MM/DD or time:YYYY-M-D',
  ],
  [/^(?:[a-z]{3,9},? )?(?:\d{1,2}[ -][a-z]{3,9}|[a-z]{3,9} \d{1,2})[, -]/i, 'a month by name: give its format, such as time:D MMM YYYY'],
  [/^\d{4}-\d\d$/, 'a month without a day?'],
  [/^[\d.,]+e\+?\d+$/i, 'a number from a spreadsheet that has lost digits?'],
];

function lookOf(text: string): string {
  return LOOKS.find(([pattern]) => pattern.test(text))?.[1] ?? 'neither Unix seconds nor milliseconds nor ISO 8601';
}

function wrong(why: string): string {
  return `is not a valid time: ${why}`;
}
