/**
 * How the times of a column are written, by elimination. A format is tried when a value has its shape, and is certain if it reads
 * all values and no other order of day and month does. What reads a value here is what converts it in a run.
 */
import type { Conversion, Convert } from '../../../stage/mapping/conversion.ts';
import { converterOf } from '../../../stage/mapping/conversion.ts';

/** What the values of a column are as times. */
export interface TimesSeen {
  /** Read without a format: ISO 8601. */
  readonly iso: number;
  /** Read without a format, and digits only, all of one length: by the name alone it can be known whether they are times. */
  readonly digits: number;
  /** Have the shape of a day, whether or not a format is certain. */
  readonly dated: number;
  /** The formats that read all values but those in ISO 8601. */
  readonly formats: readonly Conversion[];
  /** Such days have years of two digits, which no format reads. */
  readonly shortYears: number;
}

const CLOCK = String.raw`(?:(,? |T)(\d{1,2})(:\d\d)(:\d\d)?(\.\d+)?(\s?[AP]M)?(\s?(?:Z|UTC|GMT|[+-]\d\d(?::?\d\d)?))?)?`;
const DAY_FIRST = new RegExp(String.raw`^(\d{1,2})([./-])(\d{1,2})\2(\d{4})${CLOCK}$`, 'i');
const YEAR_FIRST = new RegExp(String.raw`^(\d{4})([./-])(\d{1,2})\2(\d{1,2})${CLOCK}$`, 'i');
const NAMED = new RegExp(String.raw`^(\d{1,2})([ -])[a-z]{3,9}\2(\d{4})${CLOCK}$`, 'i');
const NAMED_FIRST = new RegExp(String.raw`^[a-z]{3,9}( )(\d{1,2}), (\d{4})${CLOCK}$`, 'i');
/** A day with a year of two digits, which no format reads. */
export const SHORT_YEAR = /^\d{1,2}([./-])\d{1,2}\1\d{2}(?:\D|$)/;
const DIGITS = /^\d+(?:\.\d+)?$/;
/** Days, seconds and milliseconds. */
const LENGTHS = [8, 10, 13];
/** So many different shapes are more than a column of times has. */
const MOST_SHAPES = 8;

interface Way {
  readonly conversion: Conversion;
  readonly convert: Convert;
  hits: number;
}

/** Looks at values. */
export class TimeGuess {
  readonly #now: number;
  readonly #bare: Convert;
  readonly #ways = new Map<string, Way>();
  readonly #shapes = new Set<string>();
  #seen = 0;
  #iso = 0;
  #digits = 0;
  #digitLength = 0;
  #dated = 0;
  #shortYears = 0;
  /** After values that are nothing like a time the rest is not looked at. */
  #isOver = false;

  /** `now`: Unix milliseconds. */
  constructor(now: number) {
    this.#now = now;
    this.#bare = converterOf({ type: 'time' }, now);
  }

  see(text: string): void {
    if (this.#isOver) return;
    this.#seen++;
    if (DIGITS.test(text)) return this.#seeDigits(text);
    if (typeof this.#bare(text) === 'number') {
      this.#iso++;
      return;
    }
    const isDated = this.#addWays(text);
    if (SHORT_YEAR.test(text)) this.#shortYears++;
    else if (isDated) this.#dated++;
    else this.#isOver = true;
    for (const way of this.#ways.values()) if (typeof way.convert(text) === 'number') way.hits++;
  }

  get result(): TimesSeen | undefined {
    if (this.#isOver) return undefined;
    const formats = [...this.#ways.values()].filter(({ hits }) => hits > 0 && hits === this.#seen - this.#iso);
    return {
      ...{ iso: this.#iso, digits: this.#digits, dated: this.#dated, shortYears: this.#shortYears },
      formats: strictest(formats.map(({ conversion }) => conversion)),
    };
  }

  #seeDigits(text: string): void {
    if (this.#digitLength === 0) this.#digitLength = text.length;
    const isTime = LENGTHS.includes(text.length) && text.length === this.#digitLength && typeof this.#bare(text) === 'number';
    if (isTime) this.#digits++;
    else this.#isOver = true;
  }

  /** Adds the formats of the shape of a value; false if it has not the shape of a day. */
  #addWays(text: string): boolean {
    const shape = text.replace(/\d/g, '9').replace(/[A-Za-z]+/g, 'a');
    if (this.#shapes.has(shape)) return true;
    const formats = this.#shapes.size < MOST_SHAPES ? formatsFor(text) : [];
    if (formats.length === 0) return SHORT_YEAR.test(text);
    this.#shapes.add(shape);
    for (const format of formats) {
      const conversion: Conversion = { type: 'time', format };
      if (!this.#ways.has(format)) this.#ways.set(format, { conversion, convert: converterOf(conversion, this.#now), hits: 0 });
    }
    return true;
  }
}

/** The formats that a value may be written in: with two digits everywhere, and, as many, with one or two. */
export function formatsFor(text: string): string[] {
  const dayFirst = DAY_FIRST.exec(text);
  if (dayFirst) return bothWidths(dayFirst, 5, (d, m, s) => [`${d}${s}${m}${s}YYYY`, `${m}${s}${d}${s}YYYY`]);
  const yearFirst = YEAR_FIRST.exec(text);
  if (yearFirst) return bothWidths(yearFirst, 5, (d, m, s) => [`YYYY${s}${m}${s}${d}`]);
  const named = NAMED.exec(text);
  if (named) return bothWidths(named, 4, (d, _m, s) => [`${d}${s}MMM${s}YYYY`, `${d}${s}MMMM${s}YYYY`]);
  const namedFirst = NAMED_FIRST.exec(text);
  return namedFirst ? bothWidths(namedFirst, 4, (d) => [`MMM ${d}, YYYY`, `MMMM ${d}, YYYY`]) : [];
}

function bothWidths(found: RegExpExecArray, clockAt: number, days: (day: string, month: string, between: string) => string[]): string[] {
  const between = found[found[2] !== undefined && /^[./ -]$/.test(found[2]) ? 2 : 1] as string;
  const [before = '', hour, , second, fraction, half = '', zone = ''] = found.slice(clockAt);
  const clock = (wide: boolean): string => {
    if (hour === undefined) return '';
    const hours = `${half === '' ? 'H' : 'h'}`.repeat(wide ? 2 : 1);
    const rest = `:mm${second === undefined ? '' : ':ss'}${fraction === undefined ? '' : '.SSS'}`;
    const ofHalf = half === '' ? '' : `${/^\s/.test(half) ? ' ' : ''}A`;
    return `${before}${hours}${rest}${ofHalf}${zone === '' ? '' : `${/^\s/.test(zone) ? ' ' : ''}Z`}`;
  };
  return [...days('DD', 'MM', between).map((day) => day + clock(true)), ...days('D', 'M', between).map((day) => day + clock(false))];
}

/** Without formats that read what a stricter one, in the same order of day and month, reads as well. */
function strictest(conversions: readonly Conversion[]): Conversion[] {
  const kindOf = ({ format = '' }: Conversion): string => format.replace(/D+/, 'D').replace(/M+/, 'M').replace(/[Hh]+/, 'H');
  return conversions.filter((one, at) => conversions.findIndex((other) => kindOf(other) === kindOf(one)) === at);
}
