/** Memory for one text at a time, which is written and read in words, and hashed. */
import { ByteView } from './byte-view.ts';

const FIRST_BYTES = 4096;
/** So many bytes behind a text may be read, too. */
const PADDING = 8;
const MAX_CHARACTER_BYTES = 3;
const MAX_VIEWS = 4096;

/** A buffer that grows. */
export class TextBuffer {
  bytes: Buffer = Buffer.alloc(FIRST_BYTES);
  /** The same bytes. */
  view: ByteView = new ByteView(this.bytes);
  /** Where the text ends. */
  end = 0;
  #beginnings: (Buffer | undefined)[] = [];

  /** Makes space for a text of so many bytes, and keeps the first `used`. */
  reserve(bytes: number, used = 0): void {
    if (bytes + PADDING <= this.bytes.length) return;
    const grown = Buffer.alloc(2 * bytes + PADDING);
    this.bytes.copy(grown, 0, 0, used);
    this.bytes = grown;
    this.view = new ByteView(grown);
    this.#beginnings = [];
  }

  /** Writes a text as UTF-8. */
  put(text: string): void {
    this.reserve(MAX_CHARACTER_BYTES * text.length);
    this.end = this.bytes.write(text);
  }

  /** Its first bytes, until something else is written. The object for each length is made once. */
  upTo(end: number): Buffer {
    const beginning = this.#beginnings[end] ?? this.bytes.subarray(0, end);
    // Long rows are rare: their objects would only take memory.
    if (end < MAX_VIEWS) this.#beginnings[end] = beginning;
    return beginning;
  }
}
