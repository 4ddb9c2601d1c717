/**
 * Bytes of a CSV file of rejects -> its rows, as csv() finds them. A quote inside a cell that no quote opened is text here:
 * a file that was repaired by hand may have some. Each line of a row with broken quotes comes by itself and without cells.
 */
import { isUtf8 } from 'node:buffer';
import { CioError } from '../errors.ts';
import type { Cell } from '../reject/csv/cells.ts';
import { RowFinder } from '../source/csv/rows.ts';
import type { RowSpan, RowTaker, ScannedRow } from '../source/csv/spans.ts';

/** A row, or a line of a broken one. */
export interface CsvRow {
  readonly cells: readonly Cell[];
  /** As it is written, without the line break. */
  readonly bytes: Buffer;
  /** On which it begins. */
  readonly line: number;
  /** A quote in it is not closed, or is where none may be. */
  readonly isBroken: boolean;
  /** Nothing ends it but the end of the file: it may be a part. */
  readonly isCut: boolean;
}

/** More than any record that we take; a file of something else need not fit in memory. */
const MAX_BYTES = 64 * 1024 * 1024;
const FORMAT = { quote: '"', trim: false, bareQuotes: true, atCr: false, maxBytes: MAX_BYTES };

/**
 * Reads the rows of the file `source`. Throws `CIO_SOURCE` if a quoted cell does not end. The scanner does not know how many
 * cells a row has, so it holds no rows behind a broken one. It need not: a line of a broken cell does not look like a
 * rejected record.
 */
export class CsvRows implements RowTaker {
  readonly #source: string;
  readonly #rows: RowFinder;
  #found: CsvRow[] = [];
  #bytes = 0;
  #hasEnded = false;

  constructor(source: string, delimiter = ',') {
    this.#source = source;
    this.#rows = new RowFinder({ ...FORMAT, delimiter }, this, { offset: 0, line: 1, broken: undefined });
  }

  /** The rows that are known to have ended with `chunk`. */
  write(chunk: Buffer): Iterable<CsvRow> {
    this.#bytes += chunk.length;
    this.#rows.write(chunk);
    return this.#take(this.#rows.next.line);
  }

  /** The rows that are left. */
  end(): Iterable<CsvRow> {
    this.#hasEnded = true;
    return this.#take(this.#rows.end().line);
  }

  row(texts: string[], row: ScannedRow): void {
    const isCut = this.#hasEnded && row.offset + row.length === this.#bytes;
    this.#found.push({ cells: cellsOf(texts, row.bytes), bytes: row.bytes, line: row.line, isBroken: false, isCut });
  }

  broken({ bytes, line }: ScannedRow): void {
    this.#found.push({ cells: [], bytes, line, isBroken: true, isCut: false });
  }

  tooLong({ line }: RowSpan): void {
    throw this.#unending(line);
  }

  /** The rows before `line` if a cell that begins there does not end, else all. */
  *#take(line: number): Generator<CsvRow> {
    const { broken } = this.#rows.next;
    const isOpen = broken === 'inside' || broken === 'maybe-inside';
    for (const row of this.#found.splice(0)) if (!isOpen || row.line < line) yield row;
    if (isOpen) throw this.#unending(line);
  }

  #unending(line: number): CioError {
    return new CioError('CIO_SOURCE', `${this.#source}: this CSV can't be read beyond line ${line}: a quoted cell does not end`);
  }
}

/** Cells, and which of them were quoted: the scanner does not say. */
function cellsOf(texts: readonly string[], row: Buffer): Cell[] {
  const whole = row.toString();
  let at = 0;
  return texts.map((text) => {
    const quoted = whole[at] === '"';
    at += (quoted ? text.replaceAll('"', '""').length + 2 : text.length) + 1;
    return { text, quoted };
  });
}

/** Whether the text of a row is what its bytes say. */
export function isText({ cells, bytes }: CsvRow): boolean {
  return !cells.some(({ text }) => text.includes('\uFFFD')) || isUtf8(bytes);
}
