/**
 * One entry that dedupe let through, until its outcome is known: pending, then delivered or rejected. Right before its
 * batch goes out it answers whether it is still needed. Only what the API took makes a repeat needless, so a repeat of
 * an entry in the same batch waits for that. In doubt it is sent: to send a row again is safe, to lose one is not.
 */
import type { Decision, DeliveryObserver } from '../record/delivery-observer.ts';
import type { SkipReason } from '../record/skipped.ts';
import type { Subject } from './subject.ts';

const one = new BigUint64Array(1);
const halves = new Int32Array(one.buffer);

function bigintOf(first: number, second: number): bigint {
  halves[0] = first;
  halves[1] = second;
  return one[0] as bigint;
}

/** The delivery of one entry, as dedupe follows it. */
export class PendingDelivery implements DeliveryObserver {
  /** Key and value as numbers: bigints would be two more objects for each of the entries in flight. */
  readonly #key0: number;
  readonly #key1: number;
  readonly #value0: number;
  readonly #value1: number;
  readonly #hasValue: boolean;
  /** True when the store has a value for the key, and must forget it before the entry goes out. */
  readonly mustForget: boolean;
  /** True once the value is in the store, or in a commit that has begun. */
  stored = false;
  /** False once another delivery about the key has begun, or once this one is committed. */
  isLatest = true;
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
    one[0] = key;
    this.#key0 = halves[0] as number;
    this.#key1 = halves[1] as number;
    this.#hasValue = value !== undefined;
    one[0] = value ?? 0n;
    this.#value0 = halves[0] as number;
    this.#value1 = halves[1] as number;
    this.mustForget = mustForget;
    this.#reason = reason;
    if (predecessor !== undefined) this.follow(predecessor);
  }

  /** The same for a delivery that has been made before it was certain that it begins. */
  follow(predecessor: PendingDelivery): void {
    if (predecessor.#state !== 'pending') return;
    this.#predecessor = predecessor;
    if (!this.#repeats(predecessor)) predecessor.#supersede();
  }

  get key(): bigint {
    return bigintOf(this.#key0, this.#key1);
  }

  get value(): bigint | undefined {
    return this.#hasValue ? bigintOf(this.#value0, this.#value1) : undefined;
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
    return this.#hasValue && predecessor.#hasValue && this.#value0 === predecessor.#value0 && this.#value1 === predecessor.#value1;
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
