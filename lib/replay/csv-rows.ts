/**
 * Bytes of a CSV file -> its rows, the same however the chunks cut them. A quoted cell that continues behind its closing
 * quote breaks the row. If it holds a line break it was never closed, but has swallowed the row below, up to the quote that
 * opens a cell there: both are one broken row, for a row that was put together from two must not be sent.
 */
import { isUtf8 } from 'node:buffer';
import type { Cell } from '../reject/csv.ts';

/** A row. Its bytes are those of the next one soon: whoever keeps them copies them. */
export interface CsvRow {
  readonly cells: readonly Cell[];
  /** As it is written, without the line break. */
  readonly bytes: Buffer;
  /** On which it begins. */
  readonly line: number;
  /** The quotes can't be right: the cells are not all. */
  readonly isBroken: boolean;
  /** Nothing ends it but the end of the file: it may be a part. */
  readonly isCut: boolean;
  /** Not even its last cell has ended. */
  readonly isOpen: boolean;
}

const [QUOTE, COMMA, CR, LF] = [34, 44, 13, 10];
const MARK = Buffer.from('\uFEFF');
const FIRST_BYTES = 65_536;

type State = 'start' | 'bare' | 'quoted' | 'closed';

/** Reads rows. */
export class CsvRows {
  #bytes: Buffer = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;
  #at = 0;
  #begun = false;
  #state: State = 'start';
  #rowAt = 0;
  #cellAt = 0;
  #cells: Cell[] = [];
  #line = 1;
  #rowLine = 1;
  #cellLine = 1;
  #isBroken = false;
  #afterCr = false;

  /** How much of a row is held. */
  get held(): number {
    return this.#length - this.#rowAt;
  }

  /** The line that is read. */
  get line(): number {
    return this.#line;
  }

  /** The rows that end in `chunk`. */
  *write(chunk: Buffer): Generator<CsvRow> {
    this.#append(chunk);
    if (!this.#begun && this.#length < MARK.length) return;
    this.#skipMark();
    yield* this.#scan();
    this.#bytes.copyWithin(0, this.#rowAt, this.#length);
    const gone = this.#rowAt;
    this.#length -= gone;
    this.#at -= gone;
    this.#cellAt -= gone;
    this.#rowAt = 0;
  }

  /** The last row, if no line break ends it. */
  *end(): Generator<CsvRow> {
    this.#skipMark();
    yield* this.#scan();
    if (this.#length > this.#rowAt) yield* this.#row(true);
  }

  #append(chunk: Buffer): void {
    const length = this.#length + chunk.length;
    if (length > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(length, 2 * this.#bytes.length));
      this.#bytes.copy(grown, 0, 0, this.#length);
      this.#bytes = grown;
    }
    chunk.copy(this.#bytes, this.#length);
    this.#length = length;
  }

  #skipMark(): void {
    if (!this.#begun && this.#bytes.subarray(0, Math.min(MARK.length, this.#length)).equals(MARK)) {
      this.#at = MARK.length;
      this.#rowAt = MARK.length;
      this.#cellAt = MARK.length;
    }
    this.#begun = true;
  }

  *#scan(): Generator<CsvRow> {
    for (; this.#at < this.#length; this.#at++) {
      const byte = this.#bytes[this.#at] as number;
      const isSecond = this.#afterCr && byte === LF;
      this.#afterCr = false;
      if (isSecond) this.#beginRow();
      else if (this.#state === 'quoted') {
        if (byte === QUOTE) this.#state = 'closed';
        else if (byte === LF) this.#line++;
      } else if (byte === LF || byte === CR) {
        yield* this.#row(false);
        this.#line++;
        this.#afterCr = byte === CR;
        this.#beginRow();
      } else this.#take(byte);
    }
  }

  #take(byte: number): void {
    if (byte === COMMA) {
      this.#endCell();
      this.#state = 'start';
      this.#cellAt = this.#at + 1;
      this.#cellLine = this.#line;
    } else if (this.#state === 'start') this.#state = byte === QUOTE ? 'quoted' : 'bare';
    else if (this.#state === 'closed') {
      this.#isBroken ||= byte !== QUOTE;
      this.#state = byte === QUOTE || this.#line > this.#cellLine ? 'quoted' : 'bare';
    }
  }

  #beginRow(): void {
    this.#state = 'start';
    this.#rowAt = this.#at + 1;
    this.#cellAt = this.#rowAt;
    this.#cells = [];
    this.#isBroken = false;
    this.#rowLine = this.#line;
    this.#cellLine = this.#line;
  }

  #endCell(): void {
    const quoted = this.#state === 'closed';
    const text = this.#bytes.toString('utf8', this.#cellAt, this.#at);
    this.#cells.push(quoted ? { text: text.slice(1, -1).replaceAll('""', '"'), quoted } : { text, quoted });
  }

  /** Blank lines are no rows. */
  *#row(isCut: boolean): Generator<CsvRow> {
    if (this.#at === this.#rowAt) return;
    const isOpen = this.#state === 'quoted';
    if (!isOpen) this.#endCell();
    const bytes = this.#bytes.subarray(this.#rowAt, this.#at);
    yield { cells: this.#cells, bytes, line: this.#rowLine, isBroken: this.#isBroken, isCut, isOpen };
  }
}

/** Whether the text of a row is what its bytes say. */
export function isText({ cells, bytes }: CsvRow): boolean {
  return !cells.some(({ text }) => text.includes('\uFFFD')) || isUtf8(bytes);
}
