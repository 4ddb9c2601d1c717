/** The items of an array that are objects, as they should be: their bytes are copied, and only parsed if somebody asks. */
import type { Block, RowReader } from '../../record/block.ts';
import type { SourceInfo } from '../../record/place.ts';
import { readRecord } from '../../record/read.ts';
import type { Element } from '../../record/record.ts';
import { RowBuffer } from '../row-buffer.ts';
import { ItemWriter } from './item-writer.ts';

const COMMA = 44;

/** What becomes of the items. */
export interface OrdinaryItemTaker {
  /** The JSON text of the next item is in `bytes`. */
  ordinary(bytes: Buffer, from: number, to: number): void;
}

/** Takes items by their bytes. */
export class OrdinaryItems implements RowReader {
  readonly place: SourceInfo;
  readonly #writer: ItemWriter;
  readonly #texts: RowBuffer;

  constructor(place: SourceInfo, maxBytes: number) {
    this.place = place;
    this.#writer = new ItemWriter(maxBytes);
    this.#texts = new RowBuffer(this.#writer);
  }

  /** A chunk of so many bytes comes. */
  begin(bytes: number): void {
    this.#texts.begin(bytes);
  }

  /** Takes the items from `from` on, each with the comma behind it, up to the first that is not ordinary; gives the place of that one. */
  take(bytes: Buffer, from: number, taker: OrdinaryItemTaker): number {
    const last = bytes.lastIndexOf(COMMA);
    const texts = this.#texts;
    let at = from;
    while (at <= last && texts.write(bytes, at, last)) {
      taker.ordinary(texts.bytes, texts.from, texts.to);
      at = this.#writer.end;
    }
    return at;
  }

  read(block: Block, row: number): Element {
    return readRecord(block.text(row), block.origin(row), 'json');
  }
}
