/** The rows of a CSV that are as they should be: their bytes become JSON text, and that is only parsed if somebody asks. */
import type { Block, RowReader } from '../../../record/block.ts';
import type { SourceInfo } from '../../../record/place.ts';
import { readText } from '../../../record/read.ts';
import type { Element } from '../../../record/record.ts';
import type { Checkpointer } from '../../checkpointer.ts';
import { RowBuffer } from '../../row-buffer.ts';
import type { SpanCursor } from '../spans.ts';
import { type RowRules, RowWriter } from './row-writer.ts';

/** Takes rows by their bytes, once the names of the columns are known. */
export class OrdinaryRows implements RowReader {
  readonly place: SourceInfo;
  #writer: RowWriter | undefined;
  #texts: RowBuffer | undefined;

  constructor(place: SourceInfo) {
    this.place = place;
  }

  use(names: readonly string[], rules: RowRules): void {
    this.#writer = RowWriter.for(names, rules);
    this.#texts = this.#writer && new RowBuffer(this.#writer);
  }

  /** A chunk of so many bytes comes. */
  begin(bytes: number): void {
    this.#texts?.begin(bytes);
  }

  /**
   * Hands on the rows from `from` on up to the first that is not ordinary, and moves the cursor behind each. Gives the place of
   * that one. The byte at `last` is an LF; nothing behind it is read.
   */
  take(bytes: Buffer, from: number, last: number, cursor: SpanCursor, checkpoints: Checkpointer): number {
    const texts = this.#texts;
    let at = from;
    while (texts !== undefined && at <= last && texts.write(bytes, at, last)) {
      const { end, length, lines } = this.#writer as RowWriter;
      const { line, offset } = cursor;
      cursor.pass(end - at, lines);
      checkpoints.row(texts.bytes, texts.from, texts.to, line, offset, length);
      at = end;
    }
    return at;
  }

  read(block: Block, row: number): Element {
    return readText(block.text(row), block.origin(row), 'csv');
  }
}
