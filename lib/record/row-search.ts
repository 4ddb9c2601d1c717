/** Whether the text of a row has certain bytes. The rows of a block are searched at once: most have them nowhere. */
import type { Block } from './block.ts';

/** Looks for one text. */
export class RowSearch {
  readonly #text: Buffer;
  #bytes: Buffer | undefined;
  /** Where the text comes next in these bytes; -1 if nowhere. */
  #at = -1;

  constructor(text: string) {
    this.#text = Buffer.from(text);
  }

  /** Rows are to be given in their order. */
  isIn(block: Block, row: number): boolean {
    const from = block.from(row);
    if (block.bytes !== this.#bytes || (this.#at !== -1 && this.#at < from)) {
      this.#bytes = block.bytes;
      this.#at = block.bytes.indexOf(this.#text, from);
    }
    return this.#at !== -1 && this.#at < block.to(row);
  }
}
