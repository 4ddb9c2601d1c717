/**
 * Bytes -> CSV rows, the same however the chunks cut them: a row ends with a line that ends outside quotes. Each line of a
 * row with a broken quote is handed back; the rows behind it are held until it is known whether they are a part of it.
 */
import { behindMarks } from '../../bytes/marks.ts';
import { crEndsRows } from './carriage-return.ts';
import { type CellEnd, cut, opensCell } from './cells.ts';
import { Doubt } from './doubtful-rows.ts';
import { CR, eachLine, LF, lineEnd, textEnd } from './line-ends.ts';
import { type CsvLineTaker, LineCutter } from './lines.ts';
import { LongLine } from './long-line.ts';
import { type Broken, Held, placeBehind, type RowFormat, type RowPlace, type RowTaker, SpanCursor, WHY } from './spans.ts';

/** Finds the rows. */
export class RowFinder implements CsvLineTaker {
  /** How many cells a row has, once that is known. */
  width: number | undefined;
  #format: RowFormat;
  readonly #quote: Buffer;
  readonly #taker: RowTaker;
  readonly #lines: LineCutter;
  readonly #cursor: SpanCursor;
  readonly #doubt: Doubt;
  /** The lines of a row whose quote is open. */
  #open: Held | undefined;
  /** No row was seen yet. */
  #isFresh: boolean;

  constructor(format: RowFormat, taker: RowTaker, start: RowPlace, width?: number) {
    this.#format = format;
    this.#quote = Buffer.from(format.quote || '');
    this.#taker = taker;
    this.#lines = new LineCutter(format, this.#quote, this, () => new LongLine(this.#format));
    this.#cursor = new SpanCursor(start);
    this.#doubt = new Doubt(this.#cursor, format.maxBytes, (bytes) => this.#readAgain(bytes));
    this.#isFresh = start.line === 1;
    this.width = width;
  }

  /** True if a lone CR ends a row. */
  get atCr(): boolean {
    return this.#lines.atCr;
  }

  /** Where the first row or line begins that is not handed on yet. */
  get next(): RowPlace {
    return this.#doubt.next ?? { ...this.#cursor.place, ...(this.#open && { offset: this.#open.offset, line: this.#open.line }) };
  }

  useDelimiter(delimiter: string): void {
    this.#format = { ...this.#format, delimiter };
    this.#isFresh = true;
  }

  write(chunk: Buffer): void {
    this.#lines.write(chunk);
  }

  /** Gives the place from which to read if the input grows: the beginning of the last row, if that has no end. */
  end(): RowPlace {
    const { isInLine } = this.#lines;
    this.#cursor.isEnding = true;
    this.#lines.end();
    const unclosed = this.#open && this.#cursor.broken === undefined ? this.next : undefined;
    this.#giveUpOpen();
    this.#doubt.decide(true);
    return (this.#cursor.broken === 'inside' ? unclosed : undefined) ?? (isInLine ? this.#cursor.last : undefined) ?? this.next;
  }

  blank(bytes: Buffer, from: number, end: number, lines: number): void {
    if (this.#open) this.#lineOfOpen(this.#open, bytes, from, end - (bytes[end - 2] === CR ? 2 : 1), end, lines, false);
    else if (this.#doubt.next) this.#doubt.hold(bytes, from, end, lines, false);
    else this.#cursor.pass(end - from, lines);
  }

  line(bytes: Buffer, from: number, to: number, end: number, hasQuote: boolean): void {
    if (this.#open) return this.#lineOfOpen(this.#open, bytes, from, to, end, 1, hasQuote);
    if (this.#cursor.isInside) {
      const ending = hasQuote ? cut(bytes.toString('utf8', from, to), this.#format, true).ending : 'inside';
      return this.#refuseLine(bytes, from, to, end, placeBehind(ending, this.#cursor.broken === 'maybe-inside'));
    }
    const start = behindMarks(bytes, from, to);
    const text = bytes.toString('utf8', start, to);
    const { cells, ending } = hasQuote ? cut(text, this.#format) : { cells: text.split(this.#format.delimiter), ending: 'outside' };
    if (ending === 'outside') {
      if (cells.length === 1 && !hasQuote && text.trim() === '') return this.blank(bytes, from, end, 1);
      return this.#complete(cells, bytes, from, start, to, end, 1, hasQuote);
    }
    this.#open = new Held(this.#cursor.offset, this.#cursor.line).add(bytes, from, end);
    this.#cursor.pass(end - from, 1);
    if (ending !== 'inside') this.#giveUp(this.#open, ending === 'stray' ? 'outside' : 'broken', WHY.misplaced);
  }

  turnsAtCr(start: Buffer): boolean {
    this.#giveUpOpen();
    return !this.#cursor.isInside && this.#endsAtCr(start.toString('utf8', behindMarks(start, 0, start.length)), true);
  }

  tooLong(long: LongLine): void {
    this.#giveUpOpen();
    this.#doubt.decide(false);
    this.#isFresh = false;
    const [{ offset, line, broken }, { length, outside, inside }] = [this.#cursor, long.end()];
    this.#cursor.pass(long.span, 1);
    if (broken !== 'behind') this.#cursor.broken = placeBehind(broken ? inside : outside, broken === 'maybe-inside');
    this.#taker.tooLong({ line, offset, length });
  }

  #lineOfOpen(row: Held, bytes: Buffer, from: number, to: number, end: number, lines: number, hasQuote: boolean): void {
    const ending = hasQuote ? cut(bytes.toString('utf8', from, to), this.#format, true).ending : 'inside';
    row.add(bytes, from, end);
    this.#cursor.pass(end - from, lines);
    if (row.size - (end - to) > this.#format.maxBytes) return this.#giveUp(row, ending, WHY.unclosedWithin(this.#format.maxBytes));
    if (ending !== 'outside') return ending === 'inside' ? undefined : this.#giveUp(row, 'broken', WHY.misplaced);
    this.#open = undefined;
    const [all, count] = [row.bytes(), this.#cursor.line - row.line];
    this.#cursor.backTo(row);
    const [start, stop] = [behindMarks(all, 0, all.length), textEnd(all, 0, all.length)];
    this.#complete(cut(all.toString('utf8', start, stop), this.#format).cells, all, 0, start, stop, all.length, count, true);
  }

  #complete(cells: string[], bytes: Buffer, from: number, start: number, to: number, end: number, lines: number, hasQuote: boolean): void {
    if (cells.length !== this.width || this.#isFresh) {
      if ((cells.length !== this.width || this.width === 1) && this.#turns(bytes.subarray(from, end))) return;
      this.#isFresh = false;
      // A row of another width is a sign that none of what is held is a row.
      if (cells.length !== this.width) this.#doubt.decide(false);
    } else if (this.#doubt.isOpen) return this.#doubt.hold(bytes, from, end, lines, hasQuote);
    const row = this.#cursor.take(bytes, from, start, to, end, lines);
    if (this.#doubt.isRefusing) this.#taker.broken(row, WHY.unsure);
    else if (this.width === 1 && !hasQuote && (cells[0] as string).includes('\r')) this.#taker.broken(row, WHY.cr);
    else this.#taker.row(cells, row);
  }

  ordinary(bytes: Buffer, from: number, until: number): number {
    if (this.#isFresh || this.#open || this.#cursor.broken) return from;
    return this.#taker.ordinary?.(bytes, from, bytes.lastIndexOf(LF, until - 1), this.#cursor) ?? from;
  }

  /** The row whose quote is open is not continued. */
  #giveUpOpen(): void {
    while (this.#open) this.#giveUp(this.#open, 'inside', WHY.unclosed);
  }

  /** Hands back the lines of a row that is broken or too long: `why` is said of the first. `ending` says how the last of them ends. */
  #giveUp(row: Held, ending: CellEnd, why: string): void {
    const bytes = row.bytes();
    this.#open = undefined;
    this.#cursor.backTo(row);
    if (this.#turns(bytes)) return;
    this.#isFresh = false;
    const first = lineEnd(bytes, this.atCr);
    const isRow = this.#cursor.broken !== 'behind' || opensCell(bytes.toString('utf8', 0, textEnd(bytes, 0, first)), this.#format);
    this.#doubt.decide(false, isRow);
    const isUnsure = this.#cursor.broken === 'behind';
    // The quote that seems to open a cell here may have closed the cell of the broken row: then the other lines are read again.
    const stop = isRow ? bytes.length : first;
    eachLine(bytes.subarray(0, stop), this.atCr, this.#quote, (from, to, end) => {
      const broken = isRow ? placeBehind(end < stop ? 'inside' : ending, isUnsure) : 'behind';
      this.#refuseLine(bytes, from, to, end, broken, from === 0 ? why : WHY.unsure);
      return true;
    });
    this.#readAgain(bytes.subarray(stop));
  }

  #refuseLine(bytes: Buffer, from: number, to: number, end: number, broken: Broken, why: string = WHY.unsure): void {
    const row = this.#cursor.take(bytes, from, from, to, end, 1);
    this.#cursor.broken = broken;
    if (to > from) this.#taker.broken(row, why);
  }

  /** Reads lines that were held. The cursor is at their beginning. */
  #readAgain(bytes: Buffer): void {
    const { atCr } = this;
    const read = eachLine(bytes, atCr, this.#quote, (from, to, end, hasQuote) => {
      this.line(bytes, from, to, end, hasQuote);
      return atCr === this.atCr;
    });
    // The rest is to be cut at CR, too.
    if (read < bytes.length) this.#readAgain(bytes.subarray(read));
  }

  /** True if the CRs in a row end rows: then it has been cut again. */
  #turns(bytes: Buffer): boolean {
    const to = textEnd(bytes, 0, bytes.length);
    if (this.atCr || !bytes.subarray(0, to).includes(CR)) return false;
    if (!this.#endsAtCr(bytes.toString('utf8', behindMarks(bytes, 0, to), to), bytes.at(-1) !== LF)) return false;
    this.#lines.atCr = true;
    this.#readAgain(bytes);
    return true;
  }

  #endsAtCr(text: string, hasNoLf: boolean): boolean {
    const ends = crEndsRows(text, this.#format, { width: this.width, isFresh: this.#isFresh, hasNoLf });
    // What is held was cut at LF alone.
    if (ends) this.#doubt.decide(false);
    return ends;
  }
}
