/**
 * One entry that dedupe let through, until its outcome is known: pending, then delivered or rejected. Right before its
 * batch goes out it answers whether it is still needed. Only what the API took makes a repeat needless, so a repeat of
 * an entry in the same batch waits for that. In doubt it is sent: to send a row again is safe, to lose one is not.
 */
import type { Decision, DeliveryObserver } from '../record/delivery-observer.ts';
import type { SkipReason } from '../record/skipped.ts';
import type { Subject } from './subject.ts';

/** The delivery of one entry, as dedupe follows it. */
export class PendingDelivery implements DeliveryObserver {
  readonly key: bigint;
  readonly value: bigint | undefined;
  /** True when the store has a value for the key, and must forget it before the entry goes out. */
  readonly mustForget: boolean;
  /** True once the value is in the store, or in a commit that has begun. */
  stored = false;
  readonly #reason: SkipReason;
  #state: 'pending' | 'delivered' | 'rejected' = 'pending';
  /** The number of the batch that the entry is in. */
  #batch = 0;
  /** The delivery before it about the same key, if that was pending when this one came. */
  #predecessor: PendingDelivery | undefined;
  /** True when a later entry leaves another value. This one must not wait then: it would arrive after that entry. */
  #superseded = false;

  /** `predecessor` is the last delivery about the same key that is not committed yet. */
  constructor({ key, value, reason }: Subject, predecessor: PendingDelivery | undefined, mustForget: boolean) {
    this.key = key;
    this.value = value;
    this.mustForget = mustForget;
    this.#reason = reason;
    if (predecessor === undefined || predecessor.#state !== 'pending') return;
    this.#predecessor = predecessor;
    if (!this.#repeats(predecessor)) predecessor.#supersede();
  }

  /** What the API is known to have for the key after this delivery. */
  get deliveredValue(): bigint | undefined {
    return this.#state === 'delivered' ? this.value : undefined;
  }

  waitsIn(batch: number): void {
    this.#batch = batch;
  }

  ask(): Decision {
    const predecessor = this.#predecessor;
    if (predecessor === undefined || !this.#repeats(predecessor)) return 'send';
    if (predecessor.#state === 'delivered') {
      this.delivered();
      return this.#reason;
    }
    const sharesBatch = predecessor.#state === 'pending' && predecessor.#batch === this.#batch;
    return sharesBatch && !this.#superseded ? 'wait' : 'send';
  }

  delivered(): void {
    this.#end('delivered');
  }

  rejected(): void {
    this.#end('rejected');
  }

  #repeats(predecessor: PendingDelivery): boolean {
    return this.value !== undefined && this.value === predecessor.value;
  }

  #supersede(): void {
    let each: PendingDelivery | undefined = this;
    for (; each && !each.#superseded; each = each.#predecessor) each.#superseded = true;
  }

  #end(state: 'delivered' | 'rejected'): void {
    this.#state = state;
    // A long row of entries about one person must not be kept in memory by its last.
    this.#predecessor = undefined;
  }
}
