/**
 * What a stage puts on an entry to decide at the last moment whether it is sent, and to learn its outcome. The writer asks
 * right before the batch goes out, when everything ahead of it in its lane has its outcome.
 */
import type { SkipReason } from './skipped.ts';

/** `send` it; `wait` until the entries of its batch that are sent have their outcome, then be asked again; or skip it, for a reason. */
export type Decision = 'send' | 'wait' | SkipReason;

/** Follows one entry. */
export interface DeliveryObserver {
  /** The entry was put into the batch of this number. Entries of one batch go out together. */
  waitsIn(batch: number): void;
  /** A reason to skip is the outcome of the entry. Of the entries of a batch that are asked together at least one does not wait. */
  ask(): Decision;
  /** The API took it. */
  delivered(): void;
  /** The API refused it, or it could not be sent. */
  rejected(): void;
}
