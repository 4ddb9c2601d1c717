/**
 * Bytes -> lines, with line numbers and byte offsets, the same however the chunks cut them. The hot path of NDJSON: a
 * line within a chunk is handed on in place, only a cut line is copied. A line over the limit is counted, not held.
 */

/** What becomes of the lines. */
export interface LineTaker {
  /** The line is `bytes` from `from` to `to`, without its newline. The bytes stay as they are. */
  line(bytes: Buffer, from: number, to: number, line: number, offset: number): void;
  /** A line over the limit: only its length is known. */
  tooLong(line: number, offset: number, length: number): void;
}

const LF = 10;
const CR = 13;
const FIRST_CARRY_BYTES = 4096;
const EMPTY = Buffer.alloc(0);

/** Splits at LF and CRLF. */
export class LineSplitter {
  readonly #maxBytes: number;
  readonly #taker: LineTaker;
  #line: number;
  #offset: number;
  /** The start of a line that a chunk border cut; its first `#carried` bytes count. */
  #carry = EMPTY;
  #carried = 0;
  #endsInCr = false;

  /** `offset` and `line` are those of the first line. */
  constructor(maxBytes: number, taker: LineTaker, offset = 0, line = 1) {
    this.#maxBytes = maxBytes;
    this.#taker = taker;
    this.#offset = offset;
    this.#line = line - 1;
  }

  /** Where the next line begins that has not been handed on. */
  get next(): { offset: number; line: number } {
    return { offset: this.#offset, line: this.#line + 1 };
  }

  write(chunk: Buffer): void {
    let from = 0;
    for (let to = chunk.indexOf(LF); to !== -1; to = chunk.indexOf(LF, from)) {
      if (this.#carried > 0) this.#finish(chunk, to);
      else this.#hand(chunk, from, to);
      from = to + 1;
    }
    if (from < chunk.length) this.#keep(chunk, from, chunk.length);
  }

  /** Hands on the last line where it has no newline. */
  end(): void {
    if (this.#carried > 0) this.#finish(this.#carry, 0);
  }

  #finish(chunk: Buffer, to: number): void {
    if (to > 0) this.#keep(chunk, 0, to);
    const length = this.#carried;
    const line = this.#carry;
    this.#carried = 0;
    this.#carry = EMPTY;
    if (length > this.#maxBytes + 1) this.#tooLong(length, length - (this.#endsInCr ? 1 : 0));
    else this.#hand(line, 0, length);
  }

  #hand(bytes: Buffer, from: number, to: number): void {
    const end = to > from && bytes[to - 1] === CR ? to - 1 : to;
    if (end - from > this.#maxBytes) return this.#tooLong(to - from, end - from);
    const offset = this.#offset;
    this.#offset = offset + (to - from) + 1;
    this.#line++;
    this.#taker.line(bytes, from, end, this.#line, offset);
  }

  #tooLong(span: number, length: number): void {
    const offset = this.#offset;
    this.#offset = offset + span + 1;
    this.#line++;
    this.#taker.tooLong(this.#line, offset, length);
  }

  /** The byte past the limit may be the CR of a CRLF; after that nothing is held. */
  #keep(bytes: Buffer, from: number, to: number): void {
    const length = this.#carried + (to - from);
    if (length <= this.#maxBytes + 1) {
      if (length > this.#carry.length) this.#grow(length);
      bytes.copy(this.#carry, this.#carried, from, to);
    }
    this.#carried = length;
    this.#endsInCr = bytes[to - 1] === CR;
  }

  #grow(length: number): void {
    const size = Math.min(Math.max(length, 2 * this.#carry.length, FIRST_CARRY_BYTES), this.#maxBytes + 1);
    const grown = Buffer.allocUnsafeSlow(size);
    this.#carry.copy(grown, 0, 0, this.#carried);
    this.#carry = grown;
  }
}
