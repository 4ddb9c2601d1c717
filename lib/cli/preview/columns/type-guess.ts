/**
 * The type of a column, from its values: text unless every value fits another type for certain. It proposes a conversion only if
 * that reads each value seen, as it is meant. If a text could be read in two ways, both are named and none is proposed.
 */
import type { Conversion } from '../../../stage/mapping/conversion.ts';
import { isCodeName, isTimeName } from './column-names.ts';
import { NumberGuess } from './number-guess.ts';
import { TimeGuess, type TimesSeen } from './time-guess.ts';

/** What the texts of a column are. */
export interface TextGuess {
  readonly type: 'text' | 'number' | 'time' | 'boolean';
  /** How they are read; absent for text. */
  readonly conversion?: Conversion;
  /** They would be read in several ways: the user has to choose. */
  readonly choices?: readonly Conversion[];
  /** Values that the conversion does not read, and the formats that read them. */
  readonly rest?: { readonly values: number; readonly formats: readonly Conversion[] };
}

/** Booleans by pairs. Digits are numbers, and a single letter or word may be an abbreviation: N, NO, F. */
const PAIRS: readonly (readonly [yes: string, no: string, needsBoth: boolean])[] = [
  ['true', 'false', false],
  ['yes', 'no', true],
  ['y', 'n', true],
  ['t', 'f', true],
];
/** Those of whole words. */
const WORDS = PAIRS.slice(0, 2);
const TEXT: TextGuess = { type: 'text' };
const ISO: Conversion = { type: 'time' };

/** Looks at the texts of one column. */
export class TypeGuess {
  readonly #numbers = new NumberGuess();
  readonly #times: TimeGuess;
  /** At most two, in small letters; more are no booleans. */
  readonly #words = new Set<string>();
  #seen = 0;

  /** `now`: Unix milliseconds. */
  constructor(now: number) {
    this.#times = new TimeGuess(now);
  }

  /** `text` is not empty, and has no white space around it. */
  see(text: string): void {
    this.#seen++;
    this.#numbers.see(text);
    this.#times.see(text);
    if (this.#words.size <= 2) this.#words.add(text.slice(0, 8).toLowerCase());
  }

  /** The guess for a column of that name. */
  guess(name: string): TextGuess {
    const isCode = isCodeName(name);
    if (this.#seen === 0) return TEXT;
    // `Tax Exempt` is yes or no, and `Account Created At` a time: no code looks like these.
    if (this.#isBoolean(isCode ? WORDS : PAIRS)) return { type: 'boolean', conversion: { type: 'boolean' } };
    if (isCode && !isTimeName(name)) return TEXT;
    const times = this.#times.result;
    const [number, ...others] = isCode ? [] : this.#numbers.conversions;
    if (number !== undefined && !(times !== undefined && times.digits === this.#seen && isTimeName(name))) {
      return others.length === 0 ? { type: 'number', conversion: number } : { type: 'text', choices: [number, ...others] };
    }
    return times === undefined || (isCode && times.digits > 0) ? TEXT : timeOf(times, this.#seen);
  }

  #isBoolean(pairs: typeof PAIRS): boolean {
    return pairs.some(([yes, no, needsBoth]) => {
      const isOther = [...this.#words].some((word) => word !== yes && word !== no);
      return !isOther && (!needsBoth || this.#words.size === 2);
    });
  }
}

function timeOf({ iso, digits, dated, formats, shortYears }: TimesSeen, seen: number): TextGuess {
  const [first, ...others] = formats;
  if (iso === seen || digits === seen) return { type: 'time', conversion: ISO };
  if (digits > 0) return TEXT;
  if (iso === 0) {
    if (first === undefined) return TEXT;
    return others.length === 0 ? { type: 'time', conversion: first } : { type: 'text', choices: formats };
  }
  if (iso + dated + shortYears < seen) return TEXT;
  // All are days: those in the most frequent form are certain, and the others come back with a reason.
  const further = seen - iso;
  if (further <= iso || first === undefined) return { type: 'time', conversion: ISO, rest: { values: further, formats } };
  return others.length > 0
    ? { type: 'text', choices: formats }
    : { type: 'time', conversion: first, rest: { values: iso, formats: [ISO] } };
}
