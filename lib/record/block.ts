/**
 * Rows of one buffer that nobody has parsed: where each lies, as numbers. A source hands a block to the next stream, and each
 * of its rows is either delivered as bytes, or read as a record like every other row. The bytes are not copied, so they
 * must not change.
 */
import { isUtf8 } from 'node:buffer';
import { ByteView } from '../byte-view.ts';
import { Origin, type SourceInfo } from './origin.ts';
import type { Element } from './record.ts';

/** What knows how the rows of a block are read. */
export interface RowReader {
  /** What their origins share. */
  readonly place: SourceInfo;
  /** Reads a row: a record, or what takes its place. */
  read(block: Block, row: number): Element;
}

const COLUMNS = 5;
const FIRST_ROWS = 64;

/** Rows of one buffer, by index. */
export class Block {
  readonly bytes: Buffer;
  /** The same bytes, to be read and copied in words. */
  readonly view: ByteView;
  readonly place: SourceInfo;
  readonly #reader: RowReader;
  /** Of each row: where its JSON text begins and ends in `bytes`; line, offset and length in the source, NaN if it has none. */
  #numbers: Float64Array;
  #size = 0;
  #isText: boolean | undefined;

  /** `rows`: about how many there will be. */
  constructor(bytes: Buffer, reader: RowReader, rows: number = FIRST_ROWS) {
    this.bytes = bytes;
    this.view = new ByteView(bytes);
    this.place = reader.place;
    this.#reader = reader;
    this.#numbers = new Float64Array(COLUMNS * (rows + 1));
  }

  get size(): number {
    return this.#size;
  }

  add(from: number, to: number, line: number, offset: number, length: number): void {
    const at = COLUMNS * this.#size++;
    if (at === this.#numbers.length) this.#grow();
    const numbers = this.#numbers;
    numbers[at] = from;
    numbers[at + 1] = to;
    numbers[at + 2] = line;
    numbers[at + 3] = offset;
    numbers[at + 4] = length;
  }

  from(row: number): number {
    return this.#numbers[COLUMNS * row] as number;
  }

  to(row: number): number {
    return this.#numbers[COLUMNS * row + 1] as number;
  }

  line(row: number): number {
    return this.#numbers[COLUMNS * row + 2] as number;
  }

  offset(row: number): number {
    return this.#numbers[COLUMNS * row + 3] as number;
  }

  length(row: number): number {
    return this.#numbers[COLUMNS * row + 4] as number;
  }

  /** True if the row is valid UTF-8: one look at all rows, and at the row itself only if one of them is not. */
  isText(row: number): boolean {
    this.#isText ??= isUtf8(this.bytes.subarray(this.from(0), this.to(this.#size - 1)));
    return this.#isText || isUtf8(this.bytes.subarray(this.from(row), this.to(row)));
  }

  /** The row as a record, or what takes its place. */
  read(row: number): Element {
    return this.#reader.read(this, row);
  }

  origin(row: number): Origin {
    const position = { line: known(this.line(row)), offset: known(this.offset(row)), bytes: known(this.length(row)) };
    return Origin.ofBytes(this.bytes, this.from(row), this.to(row), position, this.place);
  }

  #grow(): void {
    const grown = new Float64Array(2 * this.#numbers.length);
    grown.set(this.#numbers);
    this.#numbers = grown;
  }
}

function known(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value;
}
