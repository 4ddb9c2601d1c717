/**
 * What was delivered to whom: the store, and the deliveries that are not committed to it yet. A commit stores what the
 * API took, but of each key only the last delivery: while that is pending, the store has nothing for the key. So the
 * store is never wrong about a person, whenever the process is killed.
 */
import { ChangeList } from './change-list.ts';
import { bigintOf } from './halves.ts';
import { PendingDeliveries } from './pending-deliveries.ts';
import { type Claims, type ComparingStore, type Comparison, NOT_MINE, SAME, type SharedStore, type Store } from './store.ts';
import type { Subject } from './subject.ts';

/** The number of a delivery that has begun; undefined if the API has exactly this already. */
export type Started = number | undefined;

/** What a store has answered to questions that were asked together. */
export interface Answers {
  /** True when it may say something else by now: then it has to be asked again. */
  readonly isStale: boolean;
  /** Begins the delivery of the subject that was asked about in this place, if one is needed. */
  start(subject: Subject, place: number): Started;
}

const NONE = -1;

/** The deliveries between the store and the writer. */
export class DeliveryIndex {
  readonly deliveries: PendingDeliveries = new PendingDeliveries();
  /** True if the store answers many questions at once. */
  readonly asksAhead: boolean;
  readonly #store: Store;
  /** The same, if it can be asked without bigints. */
  readonly #comparing: ComparingStore | undefined;
  /** The part in a store that others use at the same time. */
  readonly #claims: Claims | undefined;
  /** How many commits are done. */
  #commits = 0;
  /** The first delivery that the next checkpoint has to commit: they are numbered in order. */
  #uncommittedFrom = 0;
  /** The last delivery about the key of the one that was offered last. */
  #last = NONE;

  /** `dryRun`: nothing is delivered, so nothing is claimed either. */
  constructor(store: Store, dryRun = false) {
    this.#store = store;
    this.asksAhead = store.getMany !== undefined;
    this.#claims = 'claims' in store && !dryRun ? (store as SharedStore).claims() : undefined;
    this.#comparing = 'compare' in store ? (store as ComparingStore) : undefined;
  }

  /** Makes the store ready. */
  async open(): Promise<void> {
    await this.#store.open();
  }

  /** Asks the store about these subjects. */
  async ask(subjects: readonly Subject[]): Promise<Answers> {
    if (this.#claims !== undefined) {
      const { numbers, before } = await this.#claims.claim(subjects);
      return { isStale: false, start: (subject, place) => this.#startClaimed(subject, numbers[place], before[place]) };
    }
    const commits = this.#commits;
    const values = await this.#store.getMany?.(subjects.map(({ keyFirst, keySecond }) => bigintOf(keyFirst, keySecond)));
    const isStale = (): boolean => commits !== this.#commits;
    return {
      get isStale() {
        return isStale();
      },
      start: (subject, place) => this.#start(subject, this.#remembered(subject) ?? compare(values?.[place], subject)),
    };
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
    const remembered = this.#remembered(subject);
    if (remembered !== undefined) return remembered;
    if (this.#comparing !== undefined) return this.#comparing.compare(subject);
    const known = this.#store.get(bigintOf(subject.keyFirst, subject.keySecond));
    return known instanceof Promise ? known.then((value) => compare(value, subject)) : compare(known, subject);
  }

  /** What the API has by the last delivery about the key; undefined if there is none that is not done. */
  #remembered(subject: Subject): Comparison | undefined {
    const { deliveries } = this;
    this.#last = deliveries.latest(subject);
    if (this.#last === NONE) return undefined;
    if (deliveries.hasDeliveredSame(this.#last, subject)) return 'same';
    return deliveries.isStored(this.#last) ? 'other' : 'unknown';
  }

  /**
   * The last delivery about the key says what the API has only if its claim stood until this one: else another process may have
   * delivered something in between.
   */
  #startClaimed(subject: Subject, claim: number = NOT_MINE, before: number = NOT_MINE): Started {
    const { deliveries } = this;
    const last = deliveries.latest(subject);
    if (before === SAME && (last === NONE || deliveries.hasEnded(last))) return undefined;
    if (last === NONE) return this.#add(subject, NONE, claim);
    if (before !== deliveries.claim(last)) {
      deliveries.distrust(last);
      return this.#add(subject, NONE, before === SAME ? NOT_MINE : claim);
    }
    if (!deliveries.hasDeliveredSame(last, subject)) return this.#add(subject, last, claim);
    // What is delivered already has to be settled by the number of the newest claim.
    if (deliveries.isStored(last)) deliveries.delivered(this.#add(subject, last, claim));
    else deliveries.setClaim(last, claim);
    return undefined;
  }

  #add(subject: Subject, last: number, claim: number): number {
    this.deliveries.prepare(subject, false);
    const delivery = this.deliveries.add(last);
    this.deliveries.setClaim(delivery, claim);
    return delivery;
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
    await (this.#claims === undefined ? this.#store.commit(changes) : this.#claims.settle(changes));
    this.#commits++;
    for (let delivery = from; delivery < to; delivery++) deliveries.done(delivery, true);
  }
}

function compare(known: bigint | undefined, { hasValue, valueFirst, valueSecond }: Subject): Comparison {
  if (known === undefined) return 'unknown';
  return hasValue && known === bigintOf(valueFirst, valueSecond) ? 'same' : 'other';
}
