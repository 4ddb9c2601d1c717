/**
 * How the numbers of a column are written, by elimination: each way reads all values, or it is out. If two ways are left that
 * make different numbers of one value (1,234 is 1234 or 1.234), nobody can say which is meant. What reads a value here is what
 * converts it in a run.
 */
import { type Conversion, type Convert, converterOf } from '../../../stage/mapping/conversion.ts';

/** The ways. Without a format first, then the strictest. */
const FORMATS = [undefined, '1234,56', '1,234.56', '1.234,56', '1 234,56', '1 234.56', "1'234.56", "1'234,56"] as const;
/** Digits and separators. A sign of plus, a zero in front or an exponent may be meant as text. */
const NUMBER = /^-?(?!0\d)\d[\d.,'’ \u00a0\u2009\u202f]*$/;
/** A double holds no more digits for certain. */
const MOST_DIGITS = 15;

/** The conversions of each way. */
export const NUMBER_WAYS: readonly { readonly conversion: Conversion; readonly convert: Convert }[] = FORMATS.map((format) => {
  const conversion: Conversion = { type: 'number', ...(format !== undefined && { format }) };
  return { conversion, convert: converterOf(conversion, 0) };
});

interface Way {
  readonly conversion: Conversion;
  readonly convert: Convert;
  /** The ways that have read a value as another number. */
  readonly differs: Set<Way>;
}

/** What numbers may be: one conversion if that is certain, several if they contradict each other, none if there are other values. */
export class NumberGuess {
  #ways: Way[] = NUMBER_WAYS.map((way) => ({ ...way, differs: new Set() }));

  see(text: string): void {
    if (this.#ways.length === 0) return;
    if (!isUsualNumber(text)) {
      this.#ways = [];
      return;
    }
    // Whole numbers of digits only are the same in all ways.
    if (/^-?\d+$/.test(text)) return;
    const read = this.#ways.map((way) => [way, way.convert(text)] as const).filter(([, value]) => typeof value !== 'string');
    for (const [way, value] of read) {
      for (const [other, its] of read) if (String(its) !== String(value) && Number(its) !== Number(value)) way.differs.add(other);
    }
    this.#ways = read.map(([way]) => way);
  }

  get conversions(): readonly Conversion[] {
    const [first, ...others] = this.#ways;
    if (first === undefined) return [];
    const different = others.filter((other) => first.differs.has(other));
    // Of those that differ, one for each number that comes out.
    const apart = different.filter((one, at) => !different.slice(0, at).some((before) => !before.differs.has(one)));
    return [first, ...apart].map(({ conversion }) => conversion);
  }
}

/** True for what is hardly meant as anything but a number. */
export function isUsualNumber(text: string): boolean {
  return NUMBER.test(text) && text.replace(/\D/g, '').length <= MOST_DIGITS;
}
