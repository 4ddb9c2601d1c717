/**
 * Memory for the texts of entries that wait, in pages that all batches of a writer share: a batch that has just begun has one
 * page, and gives all it has back when its entries have their outcome.
 */
import { ByteView } from '../byte-view.ts';

const PAGE_BYTES = 65_536;

/** Gives out pages, and takes them back. */
export class TextPages {
  readonly #spare: ByteView[] = [];
  readonly #most: number;

  /** `mostBytes`: what is given back beyond that is left to the garbage collector. */
  constructor(mostBytes: number) {
    this.#most = Math.ceil(mostBytes / PAGE_BYTES);
  }

  /** A page for a text of so many bytes. */
  take(bytes: number): ByteView {
    const spare = bytes > PAGE_BYTES ? undefined : this.#spare.pop();
    return spare ?? new ByteView(Buffer.allocUnsafeSlow(Math.max(bytes, PAGE_BYTES)));
  }

  /** Nobody reads these any more. */
  give(pages: readonly ByteView[]): void {
    for (const page of pages) if (page.byteLength === PAGE_BYTES && this.#spare.length < this.#most) this.#spare.push(page);
  }
}
