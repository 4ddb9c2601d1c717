/** What a stream of this package can be handed by the one before it, without a buffer between them. */
import type { Block } from '../record/block.ts';
import type { Element } from '../record/record.ts';
import type { RowEntry } from '../record/row-entry.ts';

/** The next stream, as the one before it sees it. */
export interface Receiver {
  /** True once it was ended: what node does with an element that comes too late is up to the pipe. */
  readonly hasEnded: boolean;
  /**
   * True if this stream, and all that follow, can take rows now. It stays true until the next element is handed over, or
   * until somebody else has had a turn.
   */
  acceptsRows(): boolean;
  /** Takes a row of a block; false if it must come as an element, and then nothing has happened to it. */
  row(block: Block, row: number): boolean;
  /** The same for a row that is mapped. */
  entry(entry: RowEntry): boolean;
  /** Takes one element; nothing more may come before the promise is resolved. Never fails: an error destroys the stream. */
  take(element: Element): void | Promise<void>;
}
