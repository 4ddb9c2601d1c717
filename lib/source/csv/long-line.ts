/**
 * A line over the limit. It is not held: only its length is counted and its quotes are followed, so that it is known where
 * the next row begins. The rule is that of `cut()`, for bytes that come in pieces.
 */
import type { CellEnd, CellFormat } from './cells.ts';
import { textEnd } from './line-ends.ts';

/** More than a delimiter of 16 characters and a quote take. */
const LOOK_BYTES = 80;
const BLANKS = [32, 9];

/** Follows one line. */
export class LongLine {
  /** In bytes, with the end of the line. */
  span = 0;
  readonly #outside: QuoteWalk;
  readonly #inside: QuoteWalk;
  /** The last bytes: what they mean depends on what follows. */
  #tail: Buffer = Buffer.alloc(0);

  constructor(format: CellFormat) {
    this.#outside = new QuoteWalk(format, false);
    this.#inside = new QuoteWalk(format, true);
  }

  add(bytes: Buffer): void {
    this.span += bytes.length;
    const all = Buffer.concat([this.#tail, bytes]);
    const until = Math.max(0, all.length - 2 * LOOK_BYTES);
    const at = Math.min(this.#outside.walk(all, until), this.#inside.walk(all, until));
    this.#outside.skipped -= at;
    this.#inside.skipped -= at;
    this.#tail = Buffer.from(all.subarray(at));
  }

  /** Its length without its end, and how it ends: if it began outside quotes, and if it began inside. */
  end(): { length: number; outside: CellEnd; inside: CellEnd } {
    const to = textEnd(this.#tail, 0, this.#tail.length);
    const text = this.#tail.subarray(0, to);
    for (const walk of [this.#outside, this.#inside]) walk.walk(text, to);
    return { length: this.span - (this.#tail.length - to), outside: this.#outside.ending, inside: this.#inside.ending };
  }
}

/** Follows the quotes of a line. */
class QuoteWalk {
  readonly #delimiter: Buffer;
  readonly #quote: Buffer;
  readonly #trim: boolean;
  #at: 'start' | 'plain' | 'inside' | 'closed' | 'broken';
  /** How many of the bytes given next have been walked already. */
  skipped = 0;

  constructor({ delimiter, quote, trim }: CellFormat, isInside: boolean) {
    this.#delimiter = Buffer.from(delimiter);
    this.#quote = Buffer.from(quote || '');
    this.#trim = trim;
    this.#at = isInside ? 'inside' : 'start';
  }

  get ending(): CellEnd {
    return this.#at === 'inside' || this.#at === 'broken' ? this.#at : 'outside';
  }

  /** Walks to `until` or a little beyond; gives the place. */
  walk(bytes: Buffer, until: number): number {
    let at = this.skipped;
    if (this.#quote.length === 0) at = Math.max(at, until);
    while (at < until && this.#at !== 'broken') at = this.#step(bytes, at, until);
    this.skipped = Math.max(at, until);
    return this.skipped;
  }

  /** The last delimiter before the next quote: so cells without a quote are not walked one by one. -1 if its bytes can overlap. */
  #lastBeforeQuote(bytes: Buffer, at: number, until: number): number {
    if (this.#delimiter.length > 1) return -1;
    const quoteAt = bytes.indexOf(this.#quote, at);
    const end = quoteAt === -1 ? until : Math.min(quoteAt, until);
    return end > at ? bytes.lastIndexOf(this.#delimiter, end - 1) : -1;
  }

  #step(bytes: Buffer, at: number, until: number): number {
    const isAt = (what: Buffer, place: number): boolean =>
      bytes.compare(what, 0, what.length, place, Math.min(place + what.length, bytes.length)) === 0;
    const [quote, delimiter] = [this.#quote, this.#delimiter];
    switch (this.#at) {
      case 'inside': {
        const end = bytes.indexOf(quote, at);
        if (end === -1 || end >= until) return until;
        if (isAt(quote, end + quote.length)) return end + 2 * quote.length;
        this.#at = 'closed';
        return end + quote.length;
      }
      case 'start':
      case 'closed': {
        if (this.#at === 'closed' && isAt(delimiter, at)) {
          this.#at = 'start';
          return at + delimiter.length;
        }
        if (this.#trim && BLANKS.includes(bytes[at] as number) && !isAt(delimiter, at)) return at + 1;
        if (this.#at === 'closed') this.#at = 'broken';
        else if (isAt(quote, at)) this.#at = 'inside';
        else this.#at = 'plain';
        return this.#at === 'inside' ? at + quote.length : at;
      }
      default: {
        const last = this.#lastBeforeQuote(bytes, at, until);
        if (last > at) {
          this.#at = 'start';
          return last + 1;
        }
        const next = bytes.indexOf(delimiter, at);
        const end = next === -1 || next >= until ? until : next;
        const stray = bytes.subarray(at, end + quote.length - 1).indexOf(quote);
        if (stray !== -1) this.#at = 'broken';
        else if (end < until) this.#at = 'start';
        return end < until ? end + delimiter.length : until;
      }
    }
  }
}
