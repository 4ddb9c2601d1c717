/** What a stream of this package can be handed by the one before it, without a buffer between them. */
import type { Block } from '../record/block.ts';
import type { Element } from '../record/record.ts';
import type { RowEntry } from '../record/row-entry.ts';

/** The next stream, as the one before it sees it. */
export interface Receiver {
  /** Takes one element; the next one waits for the promise, if there is one. Never fails: an error destroys the stream. */
  take(element: Element): void | Promise<void>;
  /**
   * Takes a row of a block; false if it must come as an element. Nothing has happened to it then. Only called while nothing
   * that was handed over before is waiting.
   */
  row(block: Block, row: number): boolean;
  /** The same for a row that has been mapped. */
  entry(entry: RowEntry): boolean;
}
