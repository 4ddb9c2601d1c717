/** A value in the bytes of JSON text -> what the type of its column makes of it, as JSON. */
import { parse, stringify } from '../../json/exact.ts';
import { isDigitByte } from '../../json/token-ends.ts';
import { type Conversion, type Convert, converterOf } from '../mapping/conversion.ts';
import { type RowTime, rowAttributeTime } from './row-time.ts';

const QUOTE = 34;
const MINUS = 45;
const DOT = 46;
/** A number of so many characters is one that a double can hold, if it has no exponent. */
const MAX_NUMBER = 100;

/** What was read last: a span of the bytes, seconds, or else a text. */
export class RowConversion {
  /** Where the value is in the bytes as it should be; `from` is -1 if it is not there. */
  from = -1;
  to = -1;
  /** NaN for what is not a time. */
  seconds = Number.NaN;
  text = '';
  readonly #type: Conversion['type'];
  readonly #convert: Convert;
  readonly #time: RowTime | undefined;
  readonly #hasFormat: boolean;

  /** `now`: Unix milliseconds. */
  constructor(conversion: Conversion, now: number) {
    const { type, format } = conversion;
    this.#type = type;
    this.#hasFormat = format !== undefined;
    this.#convert = converterOf(conversion, now);
    this.#time = type === 'time' ? rowAttributeTime(format, now) : undefined;
  }

  /** Reads the JSON value from `from` to `to`, which is neither null nor empty; false if it is not of the type. */
  read(bytes: Buffer, from: number, to: number): boolean {
    this.from = -1;
    this.seconds = Number.NaN;
    if (this.#time !== undefined) {
      this.seconds = this.#time.read(bytes, from, to);
      return !Number.isNaN(this.seconds);
    }
    if (this.#isAsItIs(bytes[from] as number)) return this.#span(from, to);
    if (this.#type === 'number' && !this.#hasFormat && bytes[from] === QUOTE && isNumber(bytes, from + 1, to - 1)) {
      return this.#span(from + 1, to - 1);
    }
    const value = this.#convert(parse(bytes.toString('utf8', from, to)));
    // A text says what is wrong.
    if (typeof value === 'string') return false;
    this.text = stringify(value);
    return true;
  }

  /** The value, converted, if it is not in the bytes. */
  get value(): unknown {
    return Number.isNaN(this.seconds) ? parse(this.text) : this.seconds;
  }

  #isAsItIs(first: number): boolean {
    if (this.#type === 'number') return first === MINUS || isDigitByte(first);
    // true or false
    return first === 116 || first === 102;
  }

  #span(from: number, to: number): true {
    this.from = from;
    this.to = to;
    return true;
  }
}

/** Digits as in a JSON number without an exponent. */
function isNumber(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from > MAX_NUMBER) return false;
  let i = bytes[from] === MINUS ? from + 1 : from;
  const first = i;
  while (i < to && isDigitByte(bytes[i])) i++;
  if (i === first || (bytes[first] === 48 && i > first + 1)) return false;
  if (i === to) return true;
  if (bytes[i] !== DOT || i + 1 === to) return false;
  for (i++; i < to; i++) if (!isDigitByte(bytes[i])) return false;
  return true;
}
