/**
 * Bytes -> lines, with line numbers and byte offsets, the same however the chunks cut them. A line ends at LF, at CR alone
 * (old Mac), or at CRs and an LF (Windows; twice converted). It is the hot path of NDJSON: a line within a chunk is handed
 * on without a copy. A line over the limit is counted, not held.
 */

/** What becomes of the lines. */
export interface LineTaker {
  /** The line is `bytes` from `from` to `to`, without its end. The bytes stay as they are. */
  line(bytes: Buffer, from: number, to: number, line: number, offset: number): void;
  /** A line over the limit: only its length is known. */
  tooLong(line: number, offset: number, length: number): void;
}

const LF = 10;
const CR = 13;
const FIRST_CARRY_BYTES = 4096;
const EMPTY = Buffer.alloc(0);

/** Splits at the ends of lines. */
export class LineSplitter {
  readonly #maxBytes: number;
  readonly #taker: LineTaker;
  #line: number;
  #offset: number;
  /** The start of a line that a chunk border cut; its first `#carried` bytes count. */
  #carry = EMPTY;
  #carried = 0;
  /** The number of CRs at the end of the last chunk: an LF may follow. */
  #crs = 0;

  /** `offset` and `line` are those of the first line. */
  constructor(maxBytes: number, taker: LineTaker, offset = 0, line = 1) {
    this.#maxBytes = maxBytes;
    this.#taker = taker;
    this.#offset = offset;
    this.#line = line - 1;
  }

  /** Where the first line begins that is not handed on yet. */
  get next(): { offset: number; line: number } {
    return { offset: this.#offset, line: this.#line + 1 };
  }

  write(chunk: Buffer): void {
    if (chunk.length === 0) return;
    let from = this.#crs === 0 ? 0 : this.#endCarried(chunk);
    let cr = chunk.indexOf(CR, from);
    for (let to = chunk.indexOf(LF, from); to !== -1; to = chunk.indexOf(LF, from)) {
      // In a file without CRs this loop is never entered.
      while (cr !== -1 && cr < to) {
        const crs = cr + 1 === to ? 1 : crsAt(chunk, cr);
        const isLast = cr + crs === to;
        this.#end(chunk, from, cr, isLast ? crs + 1 : 1);
        if (!isLast) this.#blank(crs - 1);
        from = cr + crs + (isLast ? 1 : 0);
        cr = chunk.indexOf(CR, from);
      }
      if (from > to) continue;
      this.#end(chunk, from, to, 1);
      from = to + 1;
    }
    this.#last(chunk, from, cr);
  }

  /** Hands on the last line, if it has no end or ends in CRs. */
  end(): void {
    if (this.#crs > 0) this.#endCarried(EMPTY);
    else if (this.#carried > 0) this.#end(EMPTY, 0, 0, 0);
  }

  /** Reads the part of a chunk behind its last LF. */
  #last(chunk: Buffer, start: number, firstCr: number): void {
    let from = start;
    for (let cr = firstCr; cr !== -1; cr = chunk.indexOf(CR, from)) {
      const crs = crsAt(chunk, cr);
      if (cr + crs === chunk.length) {
        this.#keep(chunk, from, cr);
        this.#crs = crs;
        return;
      }
      this.#end(chunk, from, cr, 1);
      this.#blank(crs - 1);
      from = cr + crs;
    }
    if (from < chunk.length) this.#keep(chunk, from, chunk.length);
  }

  /** Ends the line whose CRs ended the last chunk; gives where the next one begins. */
  #endCarried(chunk: Buffer): number {
    const more = crsAt(chunk, 0);
    this.#crs += more;
    if (more > 0 && more === chunk.length) return more;
    const crs = this.#crs;
    const isLast = chunk[more] === LF;
    this.#crs = 0;
    this.#end(EMPTY, 0, 0, isLast ? crs + 1 : 1);
    if (!isLast) this.#blank(crs - 1);
    return more + (isLast ? 1 : 0);
  }

  /** Counts empty lines, each of a CR, which are not handed on. */
  #blank(lines: number): void {
    this.#line += lines;
    this.#offset += lines;
  }

  /** A line ends at `to`; its end has so many bytes. */
  #end(chunk: Buffer, from: number, to: number, endBytes: number): void {
    if (this.#carried === 0) return this.#hand(chunk, from, to, endBytes);
    if (to > from) this.#keep(chunk, from, to);
    const length = this.#carried;
    const line = this.#carry;
    this.#carried = 0;
    this.#carry = EMPTY;
    if (length > this.#maxBytes) this.#tooLong(length, endBytes);
    else this.#hand(line, 0, length, endBytes);
  }

  #hand(bytes: Buffer, from: number, to: number, endBytes: number): void {
    if (to - from > this.#maxBytes) return this.#tooLong(to - from, endBytes);
    const offset = this.#offset;
    this.#offset = offset + (to - from) + endBytes;
    this.#line++;
    this.#taker.line(bytes, from, to, this.#line, offset);
  }

  #tooLong(length: number, endBytes: number): void {
    const offset = this.#offset;
    this.#offset = offset + length + endBytes;
    this.#line++;
    this.#taker.tooLong(this.#line, offset, length);
  }

  /** Holds the start of a line, up to the limit. */
  #keep(bytes: Buffer, from: number, to: number): void {
    const length = this.#carried + (to - from);
    if (length <= this.#maxBytes) {
      if (length > this.#carry.length) this.#grow(length);
      bytes.copy(this.#carry, this.#carried, from, to);
    }
    this.#carried = length;
  }

  #grow(length: number): void {
    const size = Math.min(Math.max(length, 2 * this.#carry.length, FIRST_CARRY_BYTES), this.#maxBytes);
    const grown = Buffer.allocUnsafeSlow(size);
    this.#carry.copy(grown, 0, 0, this.#carried);
    this.#carry = grown;
  }
}

/** How many CRs there are in a row from there. */
function crsAt(bytes: Buffer, from: number): number {
  let to = from;
  while (bytes[to] === CR) to++;
  return to - from;
}
