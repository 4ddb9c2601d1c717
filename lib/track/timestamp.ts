/**
 * Any common spelling of a point in time -> Unix seconds, which is all that Customer.io reads. Seconds stay seconds;
 * milliseconds, ISO 8601 and Date objects are converted; a time without a zone is UTC; what can't be read is undefined,
 * because the API would silently put the time of arrival in its place. So is a number like 20261124: a day, or seconds?
 */
import { ExactNumber } from '../record/json.ts';

// Below 1e11 a number is seconds (until the year 5138), from there to 1e14 milliseconds (from 1973): they can't be mixed up.
const MILLISECONDS_FROM = 1e11;
const NONSENSE_FROM = 1e14;
// A day without dashes, as text and as a number. As seconds it would be one of 1970.
const BASIC_DAY = /^(19|20|21)(\d{2})(\d{2})(\d{2})$/;
const BASIC_DAYS_FROM = 19_000_000;
const BASIC_DAYS_TO = 21_999_999;
const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?) ?(Z|UTC|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/** Unix seconds, or undefined where `value` is no readable time. */
export function toUnixSeconds(value: unknown): number | undefined {
  if (typeof value === 'number') return fromNumber(value);
  if (typeof value === 'bigint' || value instanceof ExactNumber) return fromNumber(Number(value));
  if (value instanceof Date) return fromMilliseconds(value.getTime());
  if (typeof value !== 'string') return undefined;
  const text = value.trim().replace(BASIC_DAY, '$1$2-$3-$4');
  return /^\d+(\.\d+)?$/.test(text) ? fromNumber(Number(text)) : fromIso(text);
}

function fromNumber(value: number): number | undefined {
  if (!(value >= 0 && value < NONSENSE_FROM)) return undefined;
  if (value >= BASIC_DAYS_FROM && value <= BASIC_DAYS_TO && Number.isInteger(value)) return undefined;
  return Math.floor(value >= MILLISECONDS_FROM ? value / 1000 : value);
}

function fromMilliseconds(value: number): number | undefined {
  return value >= 0 ? Math.floor(value / 1000) : undefined;
}

function fromIso(text: string): number | undefined {
  const [, day, time = '00:00', zone = 'Z'] = ISO.exec(text) ?? [];
  if (day === undefined || !isRealDay(day)) return undefined;
  const normalZone = /^(z|utc)$/i.test(zone) ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}`;
  return fromMilliseconds(Date.parse(`${day}T${time.replace(',', '.')}${normalZone}`));
}

/** Date.parse takes February 30 for March 2: such a day is a mistake, not a time. */
function isRealDay(day: string): boolean {
  const parsed = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(day);
}
