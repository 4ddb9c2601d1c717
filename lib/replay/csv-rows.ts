/**
 * Bytes of a CSV file -> its rows, as csv() finds them. A quote inside a cell that no quote opened is text here: a file that
 * somebody has repaired by hand may have some. Each line of a row with broken quotes comes by itself and without cells.
 */
import { isUtf8 } from 'node:buffer';
import { CioError } from '../errors.ts';
import type { Cell } from '../reject/csv.ts';
import { RowScanner } from '../source/csv/rows.ts';
import { type RowSpan, type RowTaker, type ScannedRow, WHY } from '../source/csv/spans.ts';

/** A row, or a line of a broken one. */
export interface CsvRow {
  readonly cells: readonly Cell[];
  /** As it is written, without the line break. */
  readonly bytes: Buffer;
  /** On which it begins. */
  readonly line: number;
  /** Why it has no cells. */
  readonly flaw: string | undefined;
  /** Nothing ends it but the end of the file: it may be a part. */
  readonly isCut: boolean;
}

/** More than any record that we take; a file of something else need not fit in memory. */
const MAX_BYTES = 64 * 1024 * 1024;
/** So far a row with broken quotes is taken to reach: rows behind it are held, and a file of them need not fit in memory. */
const MAX_DOUBT_BYTES = 1024 * 1024;
const FORMAT = {
  delimiter: ',',
  quote: '"',
  trim: false,
  bareQuotes: true,
  atCr: false,
  maxBytes: MAX_BYTES,
  maxDoubtBytes: MAX_DOUBT_BYTES,
};

/** Reads the rows of the file `source`. Throws `CIO_SOURCE` where a quoted cell does not end. */
export class CsvRows implements RowTaker {
  readonly #source: string;
  readonly #rows = new RowScanner(FORMAT, this, { offset: 0, line: 1, broken: undefined });
  #found: CsvRow[] = [];
  #bytes = 0;
  #hasEnded = false;

  constructor(source: string) {
    this.#source = source;
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
    // The first row is the header.
    this.#rows.width ??= texts.length;
    const isCut = this.#hasEnded && row.offset + row.length === this.#bytes;
    this.#found.push({ cells: cellsOf(texts, row.bytes), bytes: row.bytes, line: row.line, flaw: undefined, isCut });
  }

  broken({ bytes, line }: ScannedRow, why: string): void {
    this.#found.push({ cells: [], bytes, line, flaw: why === WHY.quote ? 'broken quotes' : why, isCut: false });
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

/** Cells with what the scanner does not tell: which of them were quoted. */
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
