/**
 * The rows behind a row with a broken quote. Each may be a row, or a line of that row's last cell, so they are held. If the
 * input ends, or more is held than a row may have, they are rows. If another mistake comes before, they are rows only if
 * one of them has a quote where a quote should be, and the mistake is in a row that begins as rows do; else it can't be known.
 */
import { Held, type RowPlace, type SpanCursor } from './spans.ts';

/** Holds rows. */
export class Doubt {
  readonly #cursor: SpanCursor;
  readonly #maxBytes: number;
  readonly #read: (bytes: Buffer) => void;
  #pending: Held | undefined;
  #isProven = false;
  /** What is being read was held, and may be a part of the broken row. */
  isRefusing = false;

  /** `read` reads again what was held. */
  constructor(cursor: SpanCursor, maxBytes: number, read: (bytes: Buffer) => void) {
    this.#cursor = cursor;
    this.#maxBytes = maxBytes;
    this.#read = read;
  }

  /** Where the first held row begins. */
  get next(): RowPlace | undefined {
    return this.#pending && { offset: this.#pending.offset, line: this.#pending.line, broken: 'behind' };
  }

  /** True if rows have to be held. */
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
    if (this.#pending.size > this.#maxBytes) this.decide(true);
  }

  /**
   * Decides what the held rows are: at the end (`isEnd`), or because a row has another width or is broken; `isRow` is true
   * if that one begins as rows do.
   */
  decide(isEnd: boolean, isRow = false): void {
    const held = this.#pending;
    if (!held) return;
    const areRows = isEnd || (isRow && this.#isProven);
    this.#pending = undefined;
    this.#isProven = false;
    this.#cursor.broken = areRows ? undefined : 'behind';
    this.isRefusing = !areRows;
    this.#cursor.backTo(held);
    this.#read(held.bytes());
    this.isRefusing = false;
  }
}
