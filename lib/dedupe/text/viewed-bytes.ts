/** Memory for one text at a time, to be read in words. */
import { PADDING } from '../../json/token-ends.ts';

const FIRST_BYTES = 4_096;
const MAX_PARTS = 4_096;
const MAX_CHARACTER_BYTES = 3;

/** A buffer that grows; what was in it is lost then. */
export class ViewedBytes {
  bytes: Buffer = Buffer.alloc(FIRST_BYTES);
  view: DataView = viewOf(this.bytes);
  /** Where the text ends. Behind it there is space for a word. */
  end = 0;
  /** By length. */
  #parts: (Buffer | undefined)[] = [];

  /** Makes space for a text of so many bytes. */
  reserve(bytes: number): void {
    if (bytes + PADDING <= this.bytes.length) return;
    this.bytes = Buffer.alloc(2 * bytes + PADDING);
    this.view = viewOf(this.bytes);
    this.#parts = [];
  }

  /** The text. The object for each length is made once: for a row it would cost more than the copy. */
  get written(): Buffer {
    const { end } = this;
    const part = this.#parts[end] ?? this.bytes.subarray(0, end);
    // Long rows are rare: their objects would only take memory.
    if (end < MAX_PARTS) this.#parts[end] = part;
    return part;
  }

  put(text: string): void {
    this.reserve(MAX_CHARACTER_BYTES * text.length);
    this.end = this.bytes.write(text);
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
