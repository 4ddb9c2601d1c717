/**
 * What a stage leaves on an entry when it wants a say in it until the last moment, and to know what became of it. The
 * writer asks right before the batch goes out, when all that was ahead in the lane is settled, and tells the outcome.
 */
import type { SkipReason } from './skipped.ts';

/** `send` it; ask again `later`, when the rest of its batch is settled; or skip it for a reason. */
export type Decision = 'send' | 'later' | SkipReason;

/** Follows one entry. */
export interface DeliveryObserver {
  /** The entry waits in the batch of this number: what else waits there goes out with it. */
  waitsIn(batch: number): void;
  /** A reason to skip settles the entry. */
  ask(): Decision;
  /** The API took it. */
  delivered(): void;
  /** It goes back to where it came from. */
  rejected(): void;
}
