/**
 * Where a source writes the JSON texts of rows, one behind the other. A buffer is about as large as a chunk needs, and is
 * followed by the next one. What is written stays, so those who get a row may keep it.
 */
import { isUtf8 } from 'node:buffer';

/** Given instead of the end of a text: for a row that is not ordinary, and for one that the target has no space for. */
export const DECLINED = -1;
export const FULL = -2;

/** Makes JSON text of the bytes of a row. */
export interface RowTextWriter {
  /** The place behind the row that was written last. */
  readonly end: number;
  /** More bytes than the text of a row has, beside those of the row. */
  readonly extraBytes: number;
  /**
   * Writes the row at `from` into `target`. Gives the end of the text, {@link DECLINED} or {@link FULL}. What is behind `last` is
   * no part of a row. There has to be space for all bytes up to that one, so that not each needs a look.
   */
  write(bytes: Buffer, from: number, last: number, target: Buffer, at: number): number;
}

/** How many bytes of JSON a byte of a row becomes, before that is known. */
const FIRST_RATIO = 2;
/** A buffer is somewhat larger than the last one should have been. */
const RESERVE = 1.1;

/** Writes rows. */
export class RowBuffer {
  bytes: Buffer = Buffer.alloc(0);
  /** Where the text of the last row is. */
  from = 0;
  to = 0;
  readonly #writer: RowTextWriter;
  /** Of how many bytes the texts in the buffer are made. */
  #read = 0;
  #ratio = FIRST_RATIO;
  #chunkBytes = 0;
  /** The bytes of which it is known whether they are UTF-8. */
  #checked: Buffer | undefined;
  #isText = false;

  constructor(writer: RowTextWriter) {
    this.#writer = writer;
  }

  /** A chunk of so many bytes comes. */
  begin(bytes: number): void {
    this.#chunkBytes = bytes;
    this.#checked = undefined;
  }

  /** Writes the row that begins at `from`; false if it is not ordinary. The byte at `last` ends a row, and nothing behind it is read. */
  write(bytes: Buffer, from: number, last: number): boolean {
    const writer = this.#writer;
    let to = writer.write(bytes, from, last, this.bytes, this.to);
    if (to === FULL) {
      this.#renew(last + 1 - from);
      to = writer.write(bytes, from, last, this.bytes, this.to);
    }
    if (to < 0 || !this.#isUtf8(bytes, from, last)) return false;
    this.from = this.to;
    this.to = to;
    this.#read += writer.end - from;
    return true;
  }

  /** Begins a buffer for the rest of the chunk: for `most` bytes, or what was said to come. */
  #renew(most: number): void {
    if (this.#read > 0) this.#ratio = Math.max(1, this.to / this.#read);
    const bytes = Math.max(most, this.#chunkBytes);
    this.#chunkBytes = 0;
    this.#read = 0;
    this.to = 0;
    this.bytes = Buffer.allocUnsafeSlow(Math.ceil(bytes * this.#ratio * RESERVE) + this.#writer.extraBytes);
  }

  /** One look at all rows, and at each by itself only if one of them is not. */
  #isUtf8(bytes: Buffer, from: number, last: number): boolean {
    if (bytes !== this.#checked) {
      this.#checked = bytes;
      this.#isText = isUtf8(bytes.subarray(from, last + 1));
    }
    return this.#isText || isUtf8(bytes.subarray(from, this.#writer.end));
  }
}
