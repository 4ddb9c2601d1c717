/**
 * Bytes -> CSV rows, the same however the chunks cut them. csv-parse finds the cells; around it this keeps the bytes of
 * the row under way, for line numbers, offsets and the text of a row that can't be read. Recovery goes by lines: of a row
 * with broken quotes, or over the limit, the first line is handed back and reading starts anew with the next one, so
 * that a quote nobody closes costs one line and not the rest of the file.
 */
import type { CsvError, Parser } from 'csv-parse';

/** Where a row lies. `bytes` is its text without the newline; empty where it is over the limit. */
export interface Row {
  readonly bytes: Buffer;
  readonly line: number;
  readonly offset: number;
  readonly length: number;
}

/** What becomes of the rows. */
export interface RowTaker {
  row(cells: string[], row: Row): void;
  broken(row: Row): void;
  tooLong(row: Row): void;
}

/** What rows look like. */
export interface RowFormat {
  readonly delimiter: string;
  readonly quote: string | false;
  readonly maxBytes: number;
}

/** csv-parse, loaded by the caller. */
export type CsvParse = { readonly Parser: typeof Parser; readonly CsvError: typeof CsvError };

const LF = 10;
const CR = 13;
const EMPTY = Buffer.alloc(0);
/** So many bytes csv-parse may have read ahead, plus a newline. */
const SLACK_BYTES = 64;
const OVER_LIMIT = new Error('over the limit');

/** Splits CSV into rows. */
export class RowSplitter {
  readonly #csv: CsvParse;
  readonly #format: RowFormat;
  readonly #taker: RowTaker;
  /** None while a broken line is passed over: it would hold what it has read of it. */
  #parser: Parser | undefined;
  /** Offset of the first byte that `#parser` was given. */
  #parserFrom: number;
  /** The bytes from the start of the row under way; `#fed` of them the parser has. */
  #held: Buffer = EMPTY;
  #fed = 0;
  #offset: number;
  #line: number;
  #last: { offset: number; line: number };
  #endsInNewline = true;
  #ended = false;
  /** True while the first line of a broken row is being completed; `#dropped` bytes of it are no longer held. */
  #broken = false;
  #dropped = 0;

  /** `offset` and `line` are those of the first row. */
  constructor(csv: CsvParse, format: RowFormat, taker: RowTaker, offset = 0, line = 1) {
    this.#csv = csv;
    this.#format = format;
    this.#taker = taker;
    this.#offset = offset;
    this.#parserFrom = offset;
    this.#line = line;
    this.#last = this.next;
  }

  /** Where the next row begins that has not been handed on. */
  get next(): { offset: number; line: number } {
    return { offset: this.#offset, line: this.#line };
  }

  /** Where to go on if the input grows after its end: at the last row, where that has no newline. */
  get grows(): { offset: number; line: number } {
    return this.#endsInNewline ? this.next : this.#last;
  }

  write(chunk: Buffer): void {
    this.#endsInNewline = chunk.at(-1) === LF;
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    this.#advance(false);
  }

  end(): void {
    this.#ended = true;
    this.#advance(true);
  }

  #advance(ended: boolean): void {
    for (;;) {
      if (this.#broken && !this.#skipLine(ended)) return;
      if (this.#parse(ended)) return;
      this.#broken = true;
      this.#parser = undefined;
    }
  }

  /** Gives the parser what it has not seen; false when the row under way can't become one. */
  #parse(ended: boolean): boolean {
    this.#parser ??= this.#newParser();
    const parser = this.#parser;
    const fresh = this.#held.subarray(this.#fed);
    this.#fed = this.#held.length;
    if (fresh.length > 0 && !this.#run((done) => parser._transform(fresh, 'utf8', done))) return false;
    if (!ended) return this.#held.length <= this.#format.maxBytes + SLACK_BYTES;
    return this.#held.length === 0 || this.#run((done) => parser._flush(done));
  }

  /** csv-parse comes as a Transform only, but works synchronously: called by hand it keeps rows and errors in order. */
  #run(step: (done: (error?: Error | null) => void) => void): boolean {
    let failure: Error | null | undefined;
    step((error) => {
      failure = error;
    });
    if (failure && failure !== OVER_LIMIT && !(failure instanceof this.#csv.CsvError)) throw failure;
    return !failure;
  }

  #newParser(): Parser {
    const { delimiter, quote } = this.#format;
    return new this.#csv.Parser({
      delimiter,
      quote,
      escape: quote === false ? null : quote,
      record_delimiter: ['\r\n', '\n'],
      relax_column_count: true,
      on_record: (cells: string[], { bytes }) => {
        this.#take(cells, this.#parserFrom + bytes - this.#offset);
        return undefined;
      },
    });
  }

  #take(cells: string[], span: number): void {
    const row = this.#rowOf(span);
    // As if its end had not been found yet: then it does not matter how the chunks cut it.
    if (row.length > this.#format.maxBytes) throw OVER_LIMIT;
    this.#leave(span, linesIn(this.#held, span));
    this.#taker.row(cells, row);
  }

  /** Hands back the first line of a broken row; false when it has not come to its end yet. */
  #skipLine(ended: boolean): boolean {
    const newline = this.#held.indexOf(LF);
    if (newline === -1 && !ended) {
      if (this.#dropped + this.#held.length > this.#format.maxBytes + 1) this.#drop();
      return false;
    }
    const span = newline === -1 ? this.#held.length : newline + 1;
    const row = this.#rowOf(span);
    const tooLong = row.length > this.#format.maxBytes;
    this.#leave(span, 1);
    this.#restart();
    if (tooLong) this.#taker.tooLong({ ...row, bytes: EMPTY });
    else this.#taker.broken(row);
    return true;
  }

  /** The last byte stays: it may be the CR of a CRLF. */
  #drop(): void {
    this.#dropped += this.#held.length - 1;
    this.#held = Buffer.from(this.#held.subarray(-1));
  }

  #rowOf(span: number): Row {
    let end = span;
    if (end > 0 && this.#held[end - 1] === LF) end--;
    if (end > 0 && this.#held[end - 1] === CR) end--;
    return { bytes: this.#held.subarray(0, end), line: this.#line, offset: this.#offset, length: this.#dropped + end };
  }

  #leave(span: number, lines: number): void {
    if (this.#ended) this.#last = this.next;
    this.#held = this.#held.subarray(span);
    this.#fed -= span;
    this.#offset += this.#dropped + span;
    this.#line += lines;
    this.#dropped = 0;
  }

  #restart(): void {
    this.#broken = false;
    this.#fed = 0;
    this.#parserFrom = this.#offset;
  }
}

function linesIn(bytes: Buffer, span: number): number {
  let lines = 0;
  for (let at = bytes.indexOf(LF); at !== -1 && at < span; at = bytes.indexOf(LF, at + 1)) lines++;
  return lines;
}
