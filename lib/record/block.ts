/**
 * Rows of one buffer that nobody has parsed: where each lies, as numbers. A source hands a block to the next stream, and each
 * of its rows is either delivered as bytes, or read as a record like every other row. The bytes are not copied, so they
 * must not change.
 */
import { isUtf8 } from 'node:buffer';
import { ByteView } from '../byte-view.ts';
import { Origin } from './origin.ts';
import type { SourceInfo } from './place.ts';
import type { Element } from './record.ts';

/** What knows how the rows of a block are read. */
export interface RowReader {
  /** What their origins share. */
  readonly place: SourceInfo;
  /** Reads a row: a record, or what takes its place. */
  read(block: Block, row: number): Element;
}

const NUMBERS = 3;
const FIRST_ROWS = 64;
const MOST_UINT32 = 0xffff_ffff;

/** Rows of one buffer, by index. */
export class Block {
  readonly bytes: Buffer;
  /** The same bytes, to be read and copied in words. */
  readonly view: ByteView;
  readonly place: SourceInfo;
  readonly #reader: RowReader;
  /** Of each row: where its JSON text begins and ends in `bytes`. Whole numbers are passed on without an object for each. */
  #spans: Uint32Array | Float64Array;
  /** Line, offset and length in the source, NaN if it has none. */
  #numbers: Float64Array;
  #size = 0;
  #isText: boolean | undefined;

  /** `rows`: about how many there will be. */
  constructor(bytes: Buffer, reader: RowReader, rows: number = FIRST_ROWS) {
    this.bytes = bytes;
    this.view = new ByteView(bytes);
    this.place = reader.place;
    this.#reader = reader;
    const Spans = bytes.length > MOST_UINT32 ? Float64Array : Uint32Array;
    this.#spans = new Spans(2 * (rows + 1));
    this.#numbers = new Float64Array(NUMBERS * (rows + 1));
  }

  get size(): number {
    return this.#size;
  }

  add(from: number, to: number, line: number, offset: number, length: number): void {
    const row = this.#size++;
    if (2 * row === this.#spans.length) {
      this.#spans = doubled(this.#spans);
      this.#numbers = doubled(this.#numbers);
    }
    this.#spans[2 * row] = from;
    this.#spans[2 * row + 1] = to;
    const at = NUMBERS * row;
    const numbers = this.#numbers;
    numbers[at] = line;
    numbers[at + 1] = offset;
    numbers[at + 2] = length;
  }

  from(row: number): number {
    return this.#spans[2 * row] as number;
  }

  to(row: number): number {
    return this.#spans[2 * row + 1] as number;
  }

  line(row: number): number {
    return this.#numbers[NUMBERS * row] as number;
  }

  offset(row: number): number {
    return this.#numbers[NUMBERS * row + 1] as number;
  }

  length(row: number): number {
    return this.#numbers[NUMBERS * row + 2] as number;
  }

  /** True if the row is valid UTF-8: one look at all rows, and at the row itself only if one of them is not. */
  isText(row: number): boolean {
    this.#isText ??= isUtf8(this.bytes.subarray(this.from(0), this.to(this.#size - 1)));
    return this.#isText || isUtf8(this.bytes.subarray(this.from(row), this.to(row)));
  }

  /** The JSON text of the row. */
  text(row: number): string {
    return this.bytes.toString('utf8', this.from(row), this.to(row));
  }

  /** The row as a record, or what takes its place. */
  read(row: number): Element {
    return this.#reader.read(this, row);
  }

  origin(row: number): Origin {
    const numbers = [this.line(row), this.offset(row), this.length(row)] as const;
    return Origin.ofBytes(this.bytes, this.from(row), this.to(row), numbers, this.place);
  }
}

/** The same numbers with as much space again behind them. */
export function doubled<N extends Uint32Array | Float64Array>(numbers: N): N {
  const Numbers = numbers.constructor as new (length: number) => N;
  const more = new Numbers(2 * numbers.length);
  more.set(numbers);
  return more;
}
