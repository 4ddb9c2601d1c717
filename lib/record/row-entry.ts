/**
 * An entry of which only the places of its parts are known: a row that is sent without ever being an object. There is one
 * such object per mapping, and it stands for the row that was mapped last.
 */
import type { ByteView } from '../byte-view.ts';
import type { Block } from './block.ts';
import type { DeliveryObserver } from './delivery-observer.ts';
import type { Warning } from './entry.ts';

/** Takes parts of an entry, as places in JSON text. A few bytes behind each can be read, too. */
export interface PartReader {
  /** The value of the identifier. */
  identifier(type: string, view: ByteView, from: number, to: number): void;
  /** The time of the operation, if it has one. */
  timestamp(view: ByteView, from: number, to: number): void;
  /** Some attributes, as members of an object, with what stands between and around them. */
  attributes(view: ByteView, from: number, to: number): void;
}

/** The row that was mapped last, as an entry. Sizes are upper bounds: a row that is within the limits by them is within. */
export interface RowEntry {
  readonly block: Block;
  readonly row: number;
  /** True for an event of a person, false for an identify of one. */
  readonly isEvent: boolean;
  /** `hashOfKey()` of its one ordering key. */
  readonly keyHash: number;
  readonly warnings: readonly Warning[] | undefined;
  /** Bytes of the whole entry, at most. */
  readonly maxBytes: number;
  /** How many attributes there are, at most. */
  readonly attributes: number;
  /** Bytes of the longest name of an attribute, at most. */
  readonly longestName: number;
  /** Bytes of the longest text among the values of attributes, at most. */
  readonly longestText: number;
  readonly identifierBytes: number;
  readonly eventNameBytes: number;
  /** Set by a stage that follows the entry. */
  observer: DeliveryObserver | undefined;
  /** The number by which the observer knows it. */
  delivery: number;
  /** Hands over the parts of an identify as they are, without writing it; false if the entry has to be written to be read. */
  readParts?(reader: PartReader): boolean;
  /** Writes the entry as JSON into `target`, which has room for `maxBytes`; returns its end. */
  write(target: ByteView, at: number): number;
}
