/**
 * What was delivered to whom: the store, and the deliveries that are not committed to it yet. A commit stores what the
 * API took, but of each key only the last delivery: while that is pending, the store has nothing for the key. So the
 * store is never wrong about a person, whenever the process is killed.
 */
import { ChangeList } from './change-list.ts';
import { bigintOf } from './halves.ts';
import { PendingDeliveries } from './pending-deliveries.ts';
import type { ComparingStore, Comparison, Store } from './store.ts';
import type { Subject } from './subject.ts';

/** The number of a delivery that has begun; undefined if the API has exactly this already. */
export type Started = number | undefined;

const NONE = -1;

/** The deliveries between the store and the writer. */
export class DeliveryIndex {
  readonly deliveries: PendingDeliveries = new PendingDeliveries();
  readonly #store: Store;
  /** The same, if it can be asked without bigints. */
  readonly #comparing: ComparingStore | undefined;
  /** The first delivery that the next checkpoint has to commit: they are numbered in order. */
  #uncommittedFrom = 0;
  /** The last delivery about the key of the one that was offered last. */
  #last = NONE;

  constructor(store: Store) {
    this.#store = store;
    this.#comparing = 'compare' in store ? (store as ComparingStore) : undefined;
  }

  /** Makes the store ready. */
  async open(): Promise<void> {
    await this.#store.open();
  }

  /** How many deliveries the next checkpoint has to commit. */
  get uncommitted(): number {
    return this.deliveries.next - this.#uncommittedFrom;
  }

  /** Begins a delivery, if one is needed. */
  start(subject: Subject): Started | Promise<Started> {
    const found = this.#find(subject);
    return found instanceof Promise ? found.then((known) => this.#start(subject, known)) : this.#start(subject, found);
  }

  /** Makes a delivery ready, if one is needed, which begins only when it is added. A store that answers later is not waited for. */
  offer(subject: Subject): 'needed' | 'known' | 'later' {
    const found = this.#find(subject);
    if (!(found instanceof Promise)) return this.#prepare(subject, found);
    // The entry comes again, and then the store's error is somebody's.
    found.catch(() => {});
    return 'later';
  }

  /** Begins the delivery that was offered last; returns its number. */
  add(): number {
    return this.deliveries.add(this.#last);
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
    for (let delivery = this.#uncommittedFrom; delivery < next; delivery++) this.deliveries.done(delivery, false);
    this.#uncommittedFrom = next;
  }

  /** What the API, or else the store, has for the key. */
  #find(subject: Subject): Comparison | Promise<Comparison> {
    const { deliveries } = this;
    this.#last = deliveries.latest(subject);
    if (this.#last !== NONE) {
      if (deliveries.hasDeliveredSame(this.#last, subject)) return 'same';
      return deliveries.isStored(this.#last) ? 'other' : 'unknown';
    }
    if (this.#comparing !== undefined) return this.#comparing.compare(subject);
    const known = this.#store.get(bigintOf(subject.keyFirst, subject.keySecond));
    return known instanceof Promise ? known.then((value) => compare(value, subject)) : compare(known, subject);
  }

  #prepare(subject: Subject, found: Comparison): 'needed' | 'known' {
    if (found === 'same') return 'known';
    this.deliveries.prepare(subject, found === 'other');
    return 'needed';
  }

  #start(subject: Subject, found: Comparison): Started {
    return this.#prepare(subject, found) === 'known' ? undefined : this.add();
  }

  /** Each delivery has its outcome now, unless its entry was lost on the way: nothing is known about that one. */
  async #commit(from: number, to: number): Promise<void> {
    const { deliveries } = this;
    const changes = new ChangeList(to - from);
    for (let delivery = from; delivery < to; delivery++) {
      if (deliveries.isLatest(delivery) && deliveries.hasDelivered(delivery)) deliveries.store(delivery, changes);
    }
    await this.#store.commit(changes);
    for (let delivery = from; delivery < to; delivery++) deliveries.done(delivery, true);
  }
}

function compare(known: bigint | undefined, { hasValue, valueFirst, valueSecond }: Subject): Comparison {
  if (known === undefined) return 'unknown';
  return hasValue && known === bigintOf(valueFirst, valueSecond) ? 'same' : 'other';
}
