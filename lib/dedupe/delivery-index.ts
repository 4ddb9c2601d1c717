/**
 * What was delivered to whom: the store, and the deliveries that are not committed to it yet. A commit stores what the
 * API took, but of each key only the last delivery: while that is pending, the store has nothing for the key. So the
 * store is never wrong about a person, whenever the process is killed.
 */
import { loadHash } from '../hash.ts';
import { PendingDelivery } from './pending-delivery.ts';
import type { Store } from './store.ts';
import type { Subject } from './subject.ts';

/** A delivery that has begun; undefined if the API has exactly this already. */
export type Started = PendingDelivery | undefined;

/** The deliveries between the store and the writer. */
export class DeliveryIndex {
  readonly #store: Store;
  /** The last delivery about each key, until it is committed. */
  readonly #latest = new Map<bigint, PendingDelivery>();
  #uncommitted: PendingDelivery[] = [];

  constructor(store: Store) {
    this.#store = store;
  }

  /** Makes the store ready, and the hashes of its keys. */
  async open(): Promise<void> {
    await loadHash();
    await this.#store.open();
  }

  /** How many deliveries the next checkpoint has to commit. */
  get uncommitted(): number {
    return this.#uncommitted.length;
  }

  /** Begins a delivery, if one is needed. */
  start(subject: Subject): Started | Promise<Started> {
    const last = this.#latest.get(subject.key);
    if (last !== undefined) return this.#startAfter(last.deliveredValue, subject, last);
    const known = this.#store.get(subject.key);
    return known instanceof Promise ? known.then((value) => this.#startAfter(value, subject)) : this.#startAfter(known, subject);
  }

  /** What a checkpoint that comes now has to commit, if anything. */
  takeCommit(): (() => Promise<void>) | undefined {
    const deliveries = this.#uncommitted;
    if (deliveries.length === 0) return undefined;
    this.#uncommitted = [];
    return () => this.#commit(deliveries);
  }

  /** Forgets the deliveries so far, without a commit. */
  drop(): void {
    for (const delivery of this.#uncommitted) this.#forget(delivery);
    this.#uncommitted = [];
  }

  #startAfter(known: bigint | undefined, subject: Subject, last?: PendingDelivery): Started {
    if (known !== undefined && known === subject.value) return undefined;
    const delivery = new PendingDelivery(subject, last, last ? last.stored : known !== undefined);
    this.#latest.set(subject.key, delivery);
    this.#uncommitted.push(delivery);
    return delivery;
  }

  /** Each delivery has its outcome now, unless its entry was lost on the way: nothing is known about that one. */
  async #commit(deliveries: readonly PendingDelivery[]): Promise<void> {
    const last = deliveries.filter((delivery) => this.#latest.get(delivery.key) === delivery);
    const changes = new Map<bigint, bigint>();
    for (const delivery of last) {
      if (delivery.deliveredValue === undefined) continue;
      changes.set(delivery.key, delivery.deliveredValue);
      delivery.stored = true;
    }
    await this.#store.commit(changes);
    for (const delivery of last) this.#forget(delivery);
  }

  #forget(delivery: PendingDelivery): void {
    if (this.#latest.get(delivery.key) === delivery) this.#latest.delete(delivery.key);
  }
}
