/**
 * What was delivered to whom: the store, and the deliveries that are not committed to it yet. A commit stores what the
 * API took, but of each key only the last delivery: while that is pending, the store has nothing for the key. So the
 * store is never wrong about a person, whenever the process is killed.
 */
import { loadHash } from '../hash.ts';
import { KeyTable } from './key-table.ts';
import { PendingDelivery } from './pending-delivery.ts';
import type { Store } from './store.ts';
import type { Subject } from './subject.ts';

/** A delivery that has begun; undefined if the API has exactly this already. */
export type Started = PendingDelivery | undefined;

/** The deliveries between the store and the writer. */
export class DeliveryIndex {
  readonly #store: Store;
  /** The keys of deliveries that are not committed, and the last delivery about each. */
  readonly #keys = new KeyTable();
  readonly #latest: (PendingDelivery | undefined)[] = [];
  #uncommitted: PendingDelivery[] = [];
  /** The last delivery about the key of the one that was offered last. */
  #last: PendingDelivery | undefined;

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
    const last = this.#lastAbout(subject.key);
    const known = last === undefined ? this.#store.get(subject.key) : last.deliveredValue;
    return known instanceof Promise ? known.then((value) => this.#startAfter(value, subject)) : this.#startAfter(known, subject, last);
  }

  /** A delivery, if one is needed, which begins only when it is added. A store that answers later is not waited for. */
  offer(subject: Subject): PendingDelivery | 'known' | 'later' {
    const last = this.#lastAbout(subject.key);
    const known = last === undefined ? this.#store.get(subject.key) : last.deliveredValue;
    if (known instanceof Promise) {
      // The entry comes again, and then the store's error is somebody's.
      known.catch(() => {});
      return 'later';
    }
    if (known !== undefined && known === subject.value) return 'known';
    this.#last = last;
    return new PendingDelivery(subject, undefined, last ? last.stored : known !== undefined);
  }

  /** Begins the delivery that was offered last. */
  add(delivery: PendingDelivery): void {
    if (this.#last !== undefined) delivery.follow(this.#last);
    this.#add(delivery, this.#last);
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

  #lastAbout(key: bigint): PendingDelivery | undefined {
    const entry = this.#keys.find(key);
    return entry < 0 ? undefined : this.#latest[entry];
  }

  #startAfter(known: bigint | undefined, subject: Subject, last?: PendingDelivery): Started {
    if (known !== undefined && known === subject.value) return undefined;
    const delivery = new PendingDelivery(subject, last, last ? last.stored : known !== undefined);
    this.#add(delivery, last);
    return delivery;
  }

  #add(delivery: PendingDelivery, last: PendingDelivery | undefined): void {
    if (last !== undefined) last.isLatest = false;
    this.#latest[this.#keys.add(delivery.key)] = delivery;
    this.#uncommitted.push(delivery);
  }

  /** Each delivery has its outcome now, unless its entry was lost on the way: nothing is known about that one. */
  async #commit(deliveries: readonly PendingDelivery[]): Promise<void> {
    const last = deliveries.filter(({ isLatest }) => isLatest);
    const changes = new Map<bigint, bigint>();
    for (const delivery of last) {
      const value = delivery.deliveredValue;
      if (value === undefined) continue;
      changes.set(delivery.key, value);
      delivery.stored = true;
    }
    await this.#store.commit(changes);
    for (const delivery of last) this.#forget(delivery);
  }

  #forget(delivery: PendingDelivery): void {
    if (!delivery.isLatest) return;
    delivery.isLatest = false;
    this.#latest[this.#keys.remove(delivery.key)] = undefined;
  }
}
