/**
 * What was delivered to whom: the store, and the claims that it does not know of yet. A commit puts down what the API
 * took, and of a key only the last claim: while a later one is under way the key stays forgotten. So the store never
 * says of a person what is no longer so, whenever the process is killed.
 */
import type { OperationBody } from '../record/entry.ts';
import { PendingDelivery } from './pending-delivery.ts';
import type { Store } from './store.ts';
import type { Subject } from './subject.ts';

/** A claim, and whether the store must forget the key before the entry may go. */
export interface Pending {
  readonly claim: PendingDelivery;
  readonly forget: boolean;
}

/** Claims between the store and the writer. */
export class DeliveryIndex {
  readonly #store: Store;
  /** The last claim about each key, until it is committed. */
  readonly #latest = new Map<bigint, PendingDelivery>();
  #claims: PendingDelivery[] = [];

  constructor(store: Store) {
    this.#store = store;
  }

  /** How many claims the next checkpoint has to commit. */
  get uncommitted(): number {
    return this.#claims.length;
  }

  /** The last claim about the key, if it is not committed yet. */
  latest(key: bigint): PendingDelivery | undefined {
    return this.#latest.get(key);
  }

  /** A claim about the subject; undefined where just that is there already. */
  claim(subject: Subject, operation?: OperationBody): Pending | undefined | Promise<Pending | undefined> {
    const last = this.#latest.get(subject.key);
    if (last !== undefined) return last.leaves(subject.value) ? undefined : this.#add(subject, last, last.stored, operation);
    const known = this.#store.get(subject.key);
    return known instanceof Promise
      ? known.then((value) => this.#first(subject, value, operation))
      : this.#first(subject, known, operation);
  }

  /** What a checkpoint that comes now has to commit, if anything. */
  close(): (() => Promise<void>) | undefined {
    const claims = this.#claims;
    if (claims.length === 0) return undefined;
    this.#claims = [];
    return () => this.#commit(claims);
  }

  /** Forgets the claims so far, without a commit. */
  drop(): void {
    for (const claim of this.#claims) this.#leave(claim);
    this.#claims = [];
  }

  #first(subject: Subject, known: bigint | undefined, operation: OperationBody | undefined): Pending | undefined {
    if (known !== undefined && known === subject.value) return undefined;
    return this.#add(subject, undefined, known !== undefined, operation);
  }

  #add(subject: Subject, last: PendingDelivery | undefined, forget: boolean, operation: OperationBody | undefined): Pending {
    const claim = new PendingDelivery(subject, last, operation);
    this.#latest.set(subject.key, claim);
    this.#claims.push(claim);
    return { claim, forget };
  }

  /** All claims are settled now, or were lost on the way: of those nothing is known. */
  async #commit(claims: readonly PendingDelivery[]): Promise<void> {
    const last = claims.filter((claim) => this.#latest.get(claim.key) === claim);
    const changes = new Map<bigint, bigint>();
    for (const claim of last) {
      if (!claim.isDelivered || claim.value === undefined) continue;
      changes.set(claim.key, claim.value);
      claim.stored = true;
    }
    await this.#store.commit(changes);
    for (const claim of last) this.#leave(claim);
  }

  #leave(claim: PendingDelivery): void {
    if (this.#latest.get(claim.key) === claim) this.#latest.delete(claim.key);
  }
}
