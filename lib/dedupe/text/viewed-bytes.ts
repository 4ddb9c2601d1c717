/** Memory for one text at a time, to be read in words. */
import { ByteView } from '../../byte-view.ts';
import { PADDING } from '../../json/token-ends.ts';

const FIRST_BYTES = 4_096;
const MAX_CHARACTER_BYTES = 3;

/** A buffer that grows; what was in it is lost then. */
export class ViewedBytes {
  bytes: Buffer = Buffer.alloc(FIRST_BYTES);
  view: ByteView = new ByteView(this.bytes);
  /** Where the text ends. Behind it there is space for a word. */
  end = 0;

  /** Makes space for a text of so many bytes. */
  reserve(bytes: number): void {
    if (bytes + PADDING <= this.bytes.length) return;
    this.bytes = Buffer.alloc(2 * bytes + PADDING);
    this.view = new ByteView(this.bytes);
  }

  put(text: string): void {
    this.reserve(MAX_CHARACTER_BYTES * text.length);
    this.end = this.bytes.write(text);
  }
}
