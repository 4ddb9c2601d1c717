/**
 * Bytes -> physical lines with their ends, the same however the chunks cut them. A line ends at LF, with one or two CRs
 * before it, and in a document from old Macs at a lone CR as well. A line within a chunk is handed on without a copy; a
 * line over the limit is not held.
 */
import { blankLength, CR, MAX_CRS, quoteFrom, textEnd, wholeLine } from './line-ends.ts';
import type { LongLine } from './long-line.ts';

/** What becomes of the lines. */
export interface CsvLineTaker {
  /** Its text is `bytes` from `from` to `to`, its end reaches to `end`. The bytes stay as they are. */
  line(bytes: Buffer, from: number, to: number, end: number, hasQuote: boolean): void;
  /** Takes lines in another way than one by one: gives the place behind those from `from` on that it has taken. */
  ordinary(bytes: Buffer, from: number, until: number): number;
  /** `lines` lines without any text. */
  blank(bytes: Buffer, from: number, end: number, lines: number): void;
  /** Asked with the start of a line over the limit: true if the lone CRs in it end lines. Then it is cut again. */
  turnsAtCr(start: Buffer): boolean;
  /** A line over the limit. */
  tooLong(line: LongLine): void;
}

const EMPTY = Buffer.alloc(0);

/** Cuts lines. */
export class LineCutter {
  readonly #maxBytes: number;
  readonly #quote: Buffer;
  readonly #taker: CsvLineTaker;
  readonly #longLine: () => LongLine;
  /** A lone CR ends a line as well. */
  atCr: boolean;
  /** The start of a line that a chunk border cut. */
  #parts: Buffer[] = [];
  #length = 0;
  /** If `atCr`: the CRs at the end of the last chunk. An LF that follows belongs to the same end of a line. */
  #crs: Buffer = EMPTY;
  /** Set while the line is over the limit. */
  #long: LongLine | undefined;

  /** An empty `quote` is none; `longLine` follows the quotes of a line over the limit. */
  constructor({ maxBytes, atCr }: { maxBytes: number; atCr: boolean }, quote: Buffer, taker: CsvLineTaker, longLine: () => LongLine) {
    this.#maxBytes = maxBytes;
    this.#quote = quote;
    this.#taker = taker;
    this.#longLine = longLine;
    this.atCr = atCr;
  }

  write(chunk: Buffer): void {
    if (!this.atCr) return this.#cut(chunk, chunk.length);
    const bytes = this.#crs.length === 0 ? chunk : Buffer.concat([this.#crs, chunk]);
    let until = bytes.length;
    while (until > 0 && bytes[until - 1] === CR && bytes.length - until < MAX_CRS) until--;
    this.#crs = bytes.subarray(until);
    this.#cut(bytes, until);
  }

  /** Hands on the last line, if it has no end. */
  end(): void {
    const { atCr } = this;
    this.#cut(this.#crs, this.#crs.length);
    if (this.#long) return this.#endLong();
    if (this.#length > 0) this.#finish(EMPTY);
    if (atCr !== this.atCr) this.end();
  }

  /** True if the last line has no end so far. */
  get isInLine(): boolean {
    return (this.#long !== undefined || this.#length > 0) && this.#crs.length === 0;
  }

  /** Cuts the lines that end before `until`; the bytes behind it are only looked at. */
  #cut(bytes: Buffer, until: number): void {
    const { atCr } = this;
    let from = 0;
    let quoteAt = -1;
    while (atCr === this.atCr) {
      if (this.#length === 0 && !this.#long) from = this.#passOrdinary(bytes, from, until);
      const end = wholeLine(bytes, from, until, atCr);
      if (end === 0) return this.#keep(bytes.subarray(from, until));
      if (quoteAt < from) quoteAt = quoteFrom(bytes, from, this.#quote);
      if (this.#length > 0 || this.#long) this.#finish(bytes.subarray(from, end));
      else this.#hand(bytes, from, textEnd(bytes, from, end), end, quoteAt < end);
      from = end;
    }
    this.write(bytes.subarray(from));
  }

  /** Passes lines that need not be handed on one by one. If a lone CR ends lines, all need that. */
  #passOrdinary(bytes: Buffer, from: number, until: number): number {
    for (let at = from; ; ) {
      const start = this.#passBlanks(bytes, at, until);
      at = this.atCr ? start : this.#taker.ordinary(bytes, start, until);
      if (at === start) return at;
    }
  }

  /** Counts blank lines without a call for each: a file of nothing but newlines should cost no more than reading it. */
  #passBlanks(bytes: Buffer, from: number, until: number): number {
    let at = from;
    let lines = 0;
    for (let step = blankLength(bytes, at); step > 0 && at + step <= until; step = blankLength(bytes, at)) {
      at += step;
      lines++;
    }
    if (lines > 0) this.#taker.blank(bytes, from, at, lines);
    return at;
  }

  /** The end of a line that began in an earlier chunk. */
  #finish(rest: Buffer): void {
    if (this.#long) {
      this.#drop(rest);
      return this.#endLong();
    }
    const bytes = this.#taken(rest);
    if (!this.atCr && this.#taker.ordinary(bytes, 0, bytes.length) > 0) return;
    this.#hand(bytes, 0, textEnd(bytes, 0, bytes.length), bytes.length, quoteFrom(bytes, 0, this.#quote) < bytes.length);
  }

  #taken(rest: Buffer): Buffer {
    const bytes = Buffer.concat([...this.#parts, rest]);
    this.#parts = [];
    this.#length = 0;
    return bytes;
  }

  #hand(bytes: Buffer, from: number, to: number, end: number, hasQuote: boolean): void {
    if (to - from <= this.#maxBytes) return this.#taker.line(bytes, from, to, end, hasQuote);
    if (this.#turns(bytes.subarray(from, end))) return;
    this.#drop(bytes.subarray(from, end));
    this.#endLong();
  }

  #keep(rest: Buffer): void {
    if (rest.length === 0) return;
    if (this.#long) return this.#drop(rest);
    this.#parts.push(rest);
    this.#length += rest.length;
    if (this.#length <= this.#maxBytes + MAX_CRS) return;
    const bytes = this.#taken(EMPTY);
    if (!this.#turns(bytes)) this.#drop(bytes);
  }

  /** Cuts a line over the limit again if its CRs end lines. */
  #turns(bytes: Buffer): boolean {
    if (this.atCr) return false;
    // The taker reads what it held first, and may have found there that CRs end lines.
    if (this.#taker.turnsAtCr(bytes.subarray(0, this.#maxBytes + 1))) this.atCr = true;
    if (!this.atCr) return false;
    this.write(bytes);
    return true;
  }

  #drop(bytes: Buffer): void {
    this.#long ??= this.#longLine();
    this.#long.add(bytes);
  }

  #endLong(): void {
    const line = this.#long as LongLine;
    this.#long = undefined;
    this.#taker.tooLong(line);
  }
}
