/**
 * What was delivered to whom: the store, and the deliveries that are not committed to it yet. A commit stores what the
 * API took, but of each key only the last delivery: while that is pending, the store has nothing for the key. So the
 * store is never wrong about a person, whenever the process is killed.
 */
import { loadHash } from '../hash.ts';
import { ChangeList } from './change-list.ts';
import { KeyTable } from './key-table.ts';
import { PendingDeliveries } from './pending-deliveries.ts';
import type { Store } from './store.ts';
import type { Subject } from './subject.ts';

/** The number of a delivery that has begun; undefined if the API has exactly this already. */
export type Started = number | undefined;

const NONE = -1;

/** The deliveries between the store and the writer. */
export class DeliveryIndex {
  readonly deliveries: PendingDeliveries = new PendingDeliveries();
  readonly #store: Store;
  /** The keys of deliveries that are not committed, and the last delivery about each. */
  readonly #keys = new KeyTable();
  readonly #latest: number[] = [];
  /** The first delivery that the next checkpoint has to commit: they are numbered in order. */
  #uncommittedFrom = 0;
  /** The key of the delivery that was offered last, and the last delivery about it before. */
  #key = 0n;
  #last = NONE;

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
    return this.deliveries.next - this.#uncommittedFrom;
  }

  /** Begins a delivery, if one is needed. */
  start(subject: Subject): Started | Promise<Started> {
    const last = this.#lastAbout(subject.key);
    const known = this.#known(last, subject.key);
    if (!(known instanceof Promise)) return this.#startAfter(known, subject, last);
    return known.then((value) => this.#startAfter(value, subject, NONE));
  }

  /** Makes a delivery ready, if one is needed, which begins only when it is added. A store that answers later is not waited for. */
  offer(subject: Subject): 'needed' | 'known' | 'later' {
    const last = this.#lastAbout(subject.key);
    const known = this.#known(last, subject.key);
    if (known instanceof Promise) {
      // The entry comes again, and then the store's error is somebody's.
      known.catch(() => {});
      return 'later';
    }
    if (known !== undefined && known === subject.value) return 'known';
    this.#prepare(known, subject, last);
    return 'needed';
  }

  /** Begins the delivery that was offered last; returns its number. */
  add(): number {
    const delivery = this.deliveries.add(this.#last);
    this.#latest[this.#keys.add(this.#key)] = delivery;
    return delivery;
  }

  /** What a checkpoint that comes now has to commit, if anything. */
  takeCommit(): (() => Promise<void>) | undefined {
    const from = this.#uncommittedFrom;
    const to = this.deliveries.next;
    if (from === to) return undefined;
    this.#uncommittedFrom = to;
    return () => this.#commit(from, to);
  }

  /** Forgets the deliveries so far, without a commit. */
  drop(): void {
    const { next } = this.deliveries;
    for (let delivery = this.#uncommittedFrom; delivery < next; delivery++) this.#forget(delivery, false);
    this.#uncommittedFrom = next;
  }

  #lastAbout(key: bigint): number {
    const entry = this.#keys.find(key);
    return entry < 0 ? NONE : (this.#latest[entry] as number);
  }

  #known(last: number, key: bigint): ReturnType<Store['get']> {
    return last === NONE ? this.#store.get(key) : this.deliveries.deliveredValue(last);
  }

  #startAfter(known: bigint | undefined, subject: Subject, last: number): Started {
    if (known !== undefined && known === subject.value) return undefined;
    this.#prepare(known, subject, last);
    return this.add();
  }

  #prepare(known: bigint | undefined, subject: Subject, last: number): void {
    this.#key = subject.key;
    this.#last = last;
    this.deliveries.prepare(subject, last === NONE ? known !== undefined : this.deliveries.isStored(last));
  }

  /** Each delivery has its outcome now, unless its entry was lost on the way: nothing is known about that one. */
  async #commit(from: number, to: number): Promise<void> {
    const { deliveries } = this;
    const changes = new ChangeList(to - from);
    for (let delivery = from; delivery < to; delivery++) {
      const value = deliveries.isLatest(delivery) ? deliveries.deliveredValue(delivery) : undefined;
      if (value === undefined) continue;
      changes.add(deliveries.key(delivery), value);
      deliveries.store(delivery);
    }
    await this.#store.commit(changes);
    for (let delivery = from; delivery < to; delivery++) this.#forget(delivery, true);
  }

  #forget(delivery: number, isCommitted: boolean): void {
    const { deliveries } = this;
    if (deliveries.isLatest(delivery)) this.#keys.remove(deliveries.key(delivery));
    deliveries.done(delivery, isCommitted);
  }
}
