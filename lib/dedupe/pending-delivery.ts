/**
 * One entry that dedupe let pass, and what it will have left when it is delivered. Claims about the same key know their
 * neighbours, so that right before the batch goes out there is an answer to: is it still needed? Only what the API took
 * makes another needless. In doubt it is sent: a repeat is harmless, a lost row is not.
 */
import type { Decision, DeliveryObserver } from '../record/delivery-observer.ts';
import type { OperationBody } from '../record/entry.ts';
import type { SkipReason } from '../record/skipped.ts';
import type { Subject } from './subject.ts';
import { supersedes } from './supersedes.ts';

/** What became of it. */
type State = 'open' | 'delivered' | 'rejected' | 'collapsed';

/** Follows an entry for dedupe. */
export class PendingDelivery implements DeliveryObserver {
  readonly key: bigint;
  readonly value: bigint | undefined;
  /** True once the store was told to keep the value. */
  stored = false;
  readonly #reason: SkipReason;
  #state: State = 'open';
  #batch = 0;
  /** The one before about the same key, while that is open: nothing else came between the two. */
  #before: PendingDelivery | undefined;
  /** The next one, where that sets all that this one sets. */
  #heir: PendingDelivery | undefined;
  /** Kept only to be compared with the next one. */
  #operation: OperationBody | undefined;
  /** Another value, or something that can't stand in for this one, comes later: it must not be overtaken. */
  #passed = false;
  #barred = false;
  #covered = false;

  /** `operation` is given where a later identify may stand in for this one. */
  constructor({ key, value, reason }: Subject, before: PendingDelivery | undefined, operation?: OperationBody) {
    this.key = key;
    this.value = value;
    this.#reason = reason;
    this.#operation = operation;
    if (before === undefined || before.#state !== 'open') return;
    this.#before = before;
    if (before.value === value && value !== undefined) return;
    if (operation && before.#operation && supersedes(operation, before.#operation)) before.#heir = this;
    else before.bar();
    before.#pass();
  }

  /** Delivered, and so what is there now. */
  leaves(value: bigint | undefined): boolean {
    return this.#state === 'delivered' && value !== undefined && this.value === value;
  }

  /** Something else about this person comes now: no later identify may stand in for this one any more. */
  bar(): void {
    for (let claim: PendingDelivery | undefined = this; claim && !claim.#barred; claim = claim.#before) claim.#barred = true;
  }

  waitsIn(batch: number): void {
    this.#batch = batch;
  }

  ask(): Decision {
    if (this.#covered) return this.#settle('collapsed', 'collapsed');
    if (this.#before?.leaves(this.value)) return this.#settle('delivered', this.#reason);
    const isRepeat = this.value !== undefined && this.#before?.value === this.value;
    if (isRepeat && !this.#passed && this.#waitsWith(this.#before)) return 'later';
    return !this.#barred && this.#waitsWith(this.#heir) ? 'later' : 'send';
  }

  delivered(): void {
    for (
      let claim = this.#before, heir: PendingDelivery = this;
      claim && claim.#heir === heir && claim.#waitsWith(this);
      claim = claim.#before
    ) {
      claim.#covered = true;
      heir = claim;
    }
    this.#settle('delivered', 'unchanged');
  }

  rejected(): void {
    this.#settle('rejected', 'unchanged');
  }

  get isDelivered(): boolean {
    return this.#state === 'delivered';
  }

  #pass(): void {
    for (let claim: PendingDelivery | undefined = this; claim && !claim.#passed; claim = claim.#before) claim.#passed = true;
  }

  /** The other is not settled yet and goes out in the same batch. */
  #waitsWith(other: PendingDelivery | undefined): boolean {
    return other !== undefined && other.#state === 'open' && other.#batch === this.#batch;
  }

  #settle(state: State, reason: SkipReason): SkipReason {
    this.#state = state;
    this.#before = undefined;
    this.#heir = undefined;
    this.#operation = undefined;
    return reason;
  }
}
