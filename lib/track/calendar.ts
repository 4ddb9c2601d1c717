/**
 * Year, month, day and time of day -> Unix seconds, and ISO 8601 read into them. Only days and times of
 * day that exist: JavaScript's own Date takes February 30 for March 1. Which years are likely is decided elsewhere.
 */

/** A day, a time of day and how far that is ahead of UTC. */
export interface Moment {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  readonly hour?: number;
  readonly minute?: number;
  readonly second?: number;
  readonly offsetMinutes?: number;
}

/** The first year that is read. Below it, `Date` has rules of its own, and 0024 is a year of two digits. */
export const FIRST_YEAR = 1000;

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** No place on Earth is further from UTC. */
const MAX_OFFSET = 14 * 60;

/** The Unix seconds; undefined if there is no such day or time of day, as with 24:00 and leap seconds. */
export function unixSecondsOf({ year, month, day, hour = 0, minute = 0, second = 0, offsetMinutes = 0 }: Moment): number | undefined {
  const isRealDay = year >= FIRST_YEAR && day >= 1 && day <= daysIn(year, month);
  if (!isRealDay || hour > 23 || minute > 59 || second > 59 || Math.abs(offsetMinutes) > MAX_OFFSET) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - offsetMinutes * 60;
}

function daysIn(year: number, month: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0);
}

const ZONE = String.raw`Z|UTC|GMT|[+\-−]\d\d(?::?[0-5]\d)?`;
// Extended or basic, for day and time separately. If all are digits, there may be nothing between day and time, or before milliseconds.
const ISO = new RegExp(
  String.raw`^(\d{4})(-?)(\d\d)\2(\d\d)(?:(?:[T ]|(?<=^\d{8}))(\d\d)(?:(:?)(\d\d)(?:\6(\d\d)(?:[.,]\d+|(?<=^\d{14})\d{3})?)?)? ?(${ZONE})?)?$`,
  'i',
);

/** True for a text in the form of ISO 8601, even if there is no such time. */
export function isIso(text: string): boolean {
  return ISO.test(text);
}

/** Unix seconds of ISO 8601, extended or basic. A time without a zone is UTC; fractions of a second are cut off. */
export function fromIso(text: string): number | undefined {
  const [whole, year, , month, day, hour = 0, , minute = 0, second = 0, zone] = ISO.exec(text) ?? [];
  if (whole === undefined) return undefined;
  return unixSecondsOf({
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    offsetMinutes: zone === undefined ? 0 : offsetOf(zone),
  });
}

/** Minutes ahead of UTC. */
export function offsetOf(zone: string): number {
  const [, sign, hours, minutes = 0] = /^([+\-−])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  if (sign === undefined) return 0;
  return (sign === '+' ? 1 : -1) * (Number(hours) * 60 + Number(minutes));
}
