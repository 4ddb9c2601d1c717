/**
 * A format such as `DD/MM/YYYY HH:mm` -> a reader of times that are written exactly so. It accepts real days only, and takes
 * a time without a zone for UTC. Years of two digits would be guesses and names of days add nothing, so neither is a part.
 */
import { type Moment, offsetOf, unixSecondsOf } from './calendar.ts';

/** A format, compiled. */
export interface TimeFormat {
  /** As it was given. */
  readonly text: string;
  /** Unix seconds; undefined for a text that is written otherwise, or for a time that does not exist. */
  read(text: string): number | undefined;
}

type Unit = keyof Moment | 'half' | 'fraction';

/** One part of a format: its unit, or undefined for literal text. */
interface Part {
  readonly unit: Unit | undefined;
  readonly token: string;
  readonly pattern: string;
}

const MONTHS = ['january', 'february', 'march', 'april', 'may', 'june'].concat(
  ...['july', 'august', 'september', 'october', 'november', 'december'],
);
const SHORT_MONTHS = MONTHS.map((name) => name.slice(0, 3));
const ZONE = String.raw`Z|UTC|GMT|[+-]\d\d(?::?[0-5]\d)?`;

const TOKENS: Readonly<Record<string, readonly [Unit, string]>> = {
  YYYY: ['year', String.raw`\d{4}`],
  MMMM: ['month', MONTHS.join('|')],
  MMM: ['month', SHORT_MONTHS.join('|')],
  MM: ['month', String.raw`\d\d`],
  M: ['month', String.raw`\d\d?`],
  DD: ['day', String.raw`\d\d`],
  D: ['day', String.raw`\d\d?`],
  HH: ['hour', String.raw`\d\d`],
  H: ['hour', String.raw`\d\d?`],
  hh: ['hour', String.raw`\d\d`],
  h: ['hour', String.raw`\d\d?`],
  A: ['half', 'AM|PM'],
  mm: ['minute', String.raw`\d\d`],
  ss: ['second', String.raw`\d\d`],
  SSS: ['fraction', String.raw`\d+`],
  Z: ['offsetMinutes', ZONE],
};

// A letter is literal only as the T of ISO 8601, or in brackets.
const TOKEN = /YYYY|M{1,4}|DD?|HH?|hh?|mm|ss|SSS|A|Z|T|\[[^\]]*\]|[^A-Za-z[\]]/gy;
const OF_DIGITS = /^(?:YYYY|MM?|DD?|HH?|hh?|mm|ss|SSS)$/;
const OF_ANY_WIDTH = new Set(['M', 'D', 'H', 'h', 'SSS']);
const KNOWN = 'the parts are YYYY, MM (M, MMM, MMMM), DD (D), HH (H; hh, h with A), mm, ss, SSS and Z';

/** Compiles a format. Returns a text if it is wrong, which continues a sentence such as "the format ...". */
export function timeFormat(text: string): TimeFormat | string {
  const parts = partsOf(text);
  if (typeof parts === 'string') return parts;
  const flaw = flawIn(parts);
  if (flaw !== undefined) return flaw;
  const pattern = new RegExp(`^${parts.map(({ pattern: one, unit }) => (unit ? `(${one})` : one)).join('')}$`, 'i');
  const units = parts.flatMap(({ unit }) => unit ?? []);
  return { text, read: (given) => readWith(pattern, units, given) };
}

function partsOf(text: string): Part[] | string {
  const parts = [...text.matchAll(TOKEN)].map(([token]): Part => {
    const [unit, pattern] = TOKENS[token] ?? [];
    return { unit, token, pattern: pattern ?? literal(token) };
  });
  const read = parts.map(({ token }) => token).join('');
  return read === text ? parts : `holds "${text.slice(read.length)}", which is not a part of a time: ${KNOWN}`;
}

function literal(token: string): string {
  const text = token.startsWith('[') ? token.slice(1, -1) : token;
  // Any white space counts: some programs put a no-break space before AM.
  return text.replace(/[$()*+.?[\\\]^{|}/-]/g, String.raw`\$&`).replaceAll(' ', String.raw`\s`);
}

function flawIn(parts: readonly Part[]): string | undefined {
  const units = parts.flatMap(({ unit }) => unit ?? []);
  const has = (unit: Unit): boolean => units.includes(unit);
  const twice = parts.find(({ unit }, index) => unit && units.indexOf(unit) < parts.slice(0, index).filter((part) => part.unit).length);
  if (twice) return `gives the ${twice.unit} a second time, with ${twice.token} (months are MM, minutes mm)`;
  if (!has('year') || !has('month') || !has('day')) return `needs a year, a month and a day: ${KNOWN}`;
  if ((has('minute') && !has('hour')) || (has('second') && !has('minute')) || (has('fraction') && !has('second')))
    return 'has minutes, seconds or a fraction without what they belong to';
  if (parts.some(({ token }) => token === 'h' || token === 'hh') !== has('half'))
    return 'must have A, for AM and PM, beside hh or h, and not beside HH or H';
  const glued = parts.find(({ token }, index) => touchesDigits(token, parts[index - 1], parts[index + 1]));
  return glued && `must have something between ${glued.token}, which may be one digit or more, and other digits`;
}

function touchesDigits(token: string, before: Part | undefined, after: Part | undefined): boolean {
  return OF_ANY_WIDTH.has(token) && [before, after].some((part) => part !== undefined && OF_DIGITS.test(part.token));
}

function readWith(pattern: RegExp, units: readonly Unit[], text: string): number | undefined {
  const found = pattern.exec(text);
  if (found === null) return undefined;
  const given = Object.fromEntries(units.map((unit, index) => [unit, found[index + 1] ?? ''])) as Partial<Record<Unit, string>>;
  const { year, month = '', day, hour, half, minute = 0, second = 0, offsetMinutes } = given;
  return unixSecondsOf({
    ...{ year: Number(year), month: monthOf(month.toLowerCase()), day: Number(day) },
    ...{ hour: hourOf(hour ?? '0', half), minute: Number(minute), second: Number(second) },
    offsetMinutes: offsetMinutes === undefined ? 0 : offsetOf(offsetMinutes),
  });
}

function monthOf(text: string): number {
  return /^\d/.test(text) ? Number(text) : SHORT_MONTHS.indexOf(text.slice(0, 3)) + 1;
}

/** Noon is 12 PM, midnight 12 AM. */
function hourOf(text: string, half: string | undefined): number {
  const hour = Number(text);
  if (half === undefined) return hour;
  return hour < 1 || hour > 12 ? Number.POSITIVE_INFINITY : (hour % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
}
