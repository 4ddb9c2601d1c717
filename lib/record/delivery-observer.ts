/**
 * What a stage puts on an entry to decide at the last moment whether it is sent, and to learn its outcome. The writer asks
 * right before the batch goes out, when everything ahead of it in its lane has its outcome. One observer follows all entries of
 * its stage, each by a number: an object for each entry that waits would be the garbage collector's work.
 */
import type { SkipReason } from './skipped.ts';

/** `send` it; `wait` until the entries of its batch that are sent have their outcome, then be asked again; or skip it, for a reason. */
export type Decision = 'send' | 'wait' | SkipReason;

/** Follows entries. `delivery`: the number that it gave the entry. */
export interface DeliveryObserver {
  /** The entry was put into the batch of this number. Entries of one batch go out together. */
  waitsIn(delivery: number, batch: number): void;
  /** A reason to skip is the outcome of the entry. Of the entries of a batch that are asked together at least one does not wait. */
  ask(delivery: number): Decision;
  /** The API took it. */
  delivered(delivery: number): void;
  /** The API refused it, or it could not be sent. */
  rejected(delivery: number): void;
}
