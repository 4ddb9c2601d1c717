/** Parts of a CSV document: a row, a line of a broken one, bytes that are held; and the place where one begins. */
import { number } from '../../wording.ts';
import type { CellEnd, CellFormat } from './cells.ts';

/** What rows look like. */
export interface RowFormat extends CellFormat {
  readonly maxBytes: number;
  /** A lone CR ends a row. If false, the scanner finds out whether it does. */
  readonly atCr: boolean;
}

/** What becomes of the rows. */
export interface RowTaker {
  row(cells: string[], row: ScannedRow): void;
  /**
   * Takes rows by their bytes, before they are read as text: those from `from` on that it can, and moves the cursor behind each.
   * Gives the place behind the last one. The byte at `last` is an LF; nothing behind it may be read.
   */
  ordinary?(bytes: Buffer, from: number, last: number, cursor: SpanCursor): number;
  /** A row, or a line, of which nothing may be sent. */
  broken(row: ScannedRow, why: string): void;
  tooLong(span: RowSpan): void;
}

/**
 * How a place lies to a broken row: `behind` it, or `inside` a quoted cell of it; `maybe-inside` if that row is itself behind
 * another one, so that it is not certain where it ends. Undefined where a row begins.
 */
export type Broken = 'behind' | 'inside' | 'maybe-inside' | undefined;

/** How the next line lies to a broken row, behind one of its lines. `isDoubted`: that row is itself behind a broken one. */
export function placeBehind(ending: CellEnd, isDoubted: boolean): Broken {
  if (ending === 'inside') return isDoubted ? 'maybe-inside' : 'inside';
  return ending === 'outside' && !isDoubted ? undefined : 'behind';
}

/** Why nothing of a row may be sent. */
export const WHY = {
  misplaced: 'a quote is where none is allowed: in a cell that no quote opens, or not doubled within quotes',
  unclosed: 'a quote is not closed',
  /** It may be closed behind the limit. */
  unclosedWithin: (bytes: number): string => `a quote is not closed within ${number(bytes)} bytes, the most that a row may have`,
  unsure: 'follows a row with a broken quote, and may be part of it',
  cr: 'a carriage return (CR) outside quotes: this may be one row or several',
} as const;

/** A place in the document. */
export interface RowPlace {
  readonly offset: number;
  readonly line: number;
  readonly broken: Broken;
}

/** Where a row, or a line of a broken one, lies. */
export interface RowSpan {
  readonly line: number;
  readonly offset: number;
  /** In bytes, without the end of the line. */
  readonly length: number;
}

/** A row, or a line of a broken one. */
export class ScannedRow implements RowSpan {
  readonly #bytes: Buffer;
  readonly #from: number;
  readonly #to: number;
  readonly line: number;
  readonly offset: number;

  constructor(bytes: Buffer, from: number, to: number, line: number, offset: number) {
    this.#bytes = bytes;
    this.#from = from;
    this.#to = to;
    this.line = line;
    this.offset = offset;
  }

  get length(): number {
    return this.#to - this.#from;
  }

  get bytes(): Buffer {
    return this.#bytes.subarray(this.#from, this.#to);
  }
}

/** Bytes that are held until it is known what they are. */
export class Held {
  readonly offset: number;
  readonly line: number;
  size = 0;
  readonly #parts: Buffer[] = [];

  constructor(offset: number, line: number) {
    this.offset = offset;
    this.line = line;
  }

  /** Parts that are contiguous in memory become one: a million short lines should not be a million objects. */
  add(bytes: Buffer, from = 0, end: number = bytes.length): this {
    const last = this.#parts.at(-1);
    const isNext = last?.buffer === bytes.buffer && last.byteOffset + last.length === bytes.byteOffset + from;
    if (last && isNext) this.#parts[this.#parts.length - 1] = Buffer.from(last.buffer, last.byteOffset, last.length + end - from);
    else this.#parts.push(bytes.subarray(from, end));
    this.size += end - from;
    return this;
  }

  bytes(): Buffer {
    return this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts);
  }
}

/** How far a document has been read: the place behind all that was handed on or is held. */
export class SpanCursor {
  offset: number;
  line: number;
  broken: Broken;
  /** Where the last row or line begins that was handed on; kept at the end only. */
  last: RowPlace | undefined;
  isEnding = false;

  constructor({ offset, line, broken }: RowPlace) {
    this.offset = offset;
    this.line = line;
    this.broken = broken;
  }

  /** Lines are refused until a quote closes. */
  get isInside(): boolean {
    return this.broken === 'inside' || this.broken === 'maybe-inside';
  }

  get place(): RowPlace {
    return { offset: this.offset, line: this.line, broken: this.broken };
  }

  /** Moves behind a part of so many bytes and lines. */
  pass(span: number, lines: number): void {
    if (this.isEnding) this.last = this.place;
    this.offset += span;
    this.line += lines;
  }

  /** The same for a row: `start` to `to` of a part that reaches from `from` to `end`. */
  take(bytes: Buffer, from: number, start: number, to: number, end: number, lines: number): ScannedRow {
    const row = new ScannedRow(bytes, start, to, this.line, this.offset + start - from);
    this.pass(end - from, lines);
    return row;
  }

  backTo({ offset, line }: Held): void {
    this.offset = offset;
    this.line = line;
  }
}
