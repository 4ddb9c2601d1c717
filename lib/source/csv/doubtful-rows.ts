/**
 * The rows behind a row with a broken quote: each may be one, or a line of that row's last cell. They are held until the
 * input ends, or more is held than a row may have: then they are rows. The next mistake settles it before: they are rows
 * if one of them has a quote where it should be and the mistake is in a row that begins as a row does; else nobody knows.
 */
import { Held, type RowPlace, type SpanCursor } from './spans.ts';

/** Holds rows. */
export class Doubt {
  readonly #cursor: SpanCursor;
  readonly #maxBytes: number;
  readonly #feed: (bytes: Buffer) => void;
  #pending: Held | undefined;
  #isProven = false;
  /** What is fed now was held, and may be a part of the broken row. */
  isRefusing = false;

  /** `feed` handles what was held. */
  constructor(cursor: SpanCursor, maxBytes: number, feed: (bytes: Buffer) => void) {
    this.#cursor = cursor;
    this.#maxBytes = maxBytes;
    this.#feed = feed;
  }

  /** Where the first row begins that is held. */
  get next(): RowPlace | undefined {
    return this.#pending && { offset: this.#pending.offset, line: this.#pending.line, broken: 'behind' };
  }

  /** True where rows have to be held. */
  get isOpen(): boolean {
    return this.#cursor.broken === 'behind' && !this.isRefusing;
  }

  /** Holds a row, or blank lines behind one. */
  hold(bytes: Buffer, from: number, end: number, lines: number, hasQuote: boolean): void {
    this.#pending ??= new Held(this.#cursor.offset, this.#cursor.line);
    this.#pending.add(bytes, from, end);
    this.#cursor.pass(end - from, lines);
    this.#isProven ||= hasQuote;
    // The broken row can't reach further than a row may.
    if (this.#pending.size > this.#maxBytes) this.settle(true);
  }

  /** The input has ended, a row has another width, or a row is broken: `isRow` where that one begins as rows do. */
  settle(isEnd: boolean, isRow = false): void {
    const held = this.#pending;
    if (!held) return;
    const areRows = isEnd || (isRow && this.#isProven);
    this.#pending = undefined;
    this.#isProven = false;
    this.#cursor.broken = areRows ? undefined : 'behind';
    this.isRefusing = !areRows;
    this.#cursor.backTo(held);
    this.#feed(held.bytes());
    this.isRefusing = false;
  }
}
