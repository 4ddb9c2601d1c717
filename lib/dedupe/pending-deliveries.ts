/**
 * The entries that dedupe let through, each until its outcome is known and committed: pending, then delivered or rejected. Right
 * before its batch goes out it is asked whether an entry is still needed. Only what the API took makes a repeat needless, so a
 * repeat of an entry in the same batch waits for that. In doubt it is sent: to send a row again is safe, to lose one is not.
 */
import type { Decision, DeliveryObserver } from '../record/delivery-observer.ts';
import type { ChangeList } from './change-list.ts';
import {
  BACK,
  BATCH,
  BITS,
  CLAIM,
  DELIVERED,
  DeliveryRing,
  DONE,
  ENDED,
  FOLLOWED,
  HAS_VALUE,
  IS_EVENT,
  KEY,
  LATEST,
  MUST_FORGET,
  REJECTED,
  STORED,
  SUPERSEDED,
  VALUE,
} from './delivery-ring.ts';
import { bigintOf } from './halves.ts';
import type { Subject } from './subject.ts';

/** The deliveries, by number. */
export class PendingDeliveries implements DeliveryObserver {
  readonly #ring = new DeliveryRing();

  /** The number of the next delivery. */
  get next(): number {
    return this.#ring.next;
  }

  /** The last delivery about the key that is not committed; -1 for none. */
  latest({ keyFirst, keySecond }: Subject): number {
    return this.#ring.latest(keyFirst, keySecond);
  }

  /** Makes the next delivery ready, which begins only when it is added. */
  prepare(subject: Subject, mustForget: boolean): void {
    const ring = this.#ring;
    ring.reserve();
    const { cells } = ring;
    const cell = ring.at(ring.next);
    cells[cell + KEY] = subject.keyFirst;
    cells[cell + KEY + 1] = subject.keySecond;
    cells[cell + VALUE] = subject.valueFirst;
    cells[cell + VALUE + 1] = subject.valueSecond;
    cells[cell + BITS] =
      (subject.hasValue ? HAS_VALUE : 0) | (mustForget ? MUST_FORGET : 0) | (subject.reason === 'duplicate' ? IS_EVENT : 0);
    cells[cell + BACK] = 0;
  }

  /** The number of the claim by which the delivery is settled, in a store that has claims. */
  claim(delivery: number): number {
    return (this.#ring.cells[this.#ring.at(delivery) + CLAIM] as number) >>> 0;
  }

  setClaim(delivery: number, claim: number): void {
    this.#ring.cells[this.#ring.at(delivery) + CLAIM] = claim;
  }

  hasEnded(delivery: number): boolean {
    return (this.#ring.bits(delivery) & ENDED) !== 0;
  }

  /** What came of this delivery says nothing about the key any more. It still has to arrive before the next one. */
  distrust(last: number): void {
    const bits = this.#ring.bits(last) & ~LATEST;
    this.#ring.setBits(last, bits);
    if ((bits & ENDED) === 0) this.#supersede(last);
  }

  /** Begins the delivery that was made ready; returns its number. `last`: of the one about the same key that is not done; -1 for none. */
  add(last: number): number {
    const delivery = this.#ring.add();
    if (last >= 0) this.#follow(delivery, last);
    return delivery;
  }

  key(delivery: number): bigint {
    const cell = this.#ring.at(delivery) + KEY;
    return bigintOf(this.#ring.cells[cell] as number, this.#ring.cells[cell + 1] as number);
  }

  /** True if the API is known to have something for the key after this delivery. */
  hasDelivered(delivery: number): boolean {
    const bits = this.#ring.bits(delivery);
    return (bits & DELIVERED) !== 0 && (bits & HAS_VALUE) !== 0;
  }

  /** True if that is what the subject leaves, too. */
  hasDeliveredSame(delivery: number, { hasValue, valueFirst, valueSecond }: Subject): boolean {
    const { cells } = this.#ring;
    const cell = this.#ring.at(delivery) + VALUE;
    return hasValue && this.hasDelivered(delivery) && cells[cell] === valueFirst && cells[cell + 1] === valueSecond;
  }

  mustForget(delivery: number): boolean {
    return (this.#ring.bits(delivery) & MUST_FORGET) !== 0;
  }

  isStored(delivery: number): boolean {
    return (this.#ring.bits(delivery) & STORED) !== 0;
  }

  isLatest(delivery: number): boolean {
    return (this.#ring.bits(delivery) & LATEST) !== 0;
  }

  /** Its value is in a commit that begins, to which it is added. */
  store(delivery: number, changes: ChangeList): void {
    const { cells } = this.#ring;
    const cell = this.#ring.at(delivery);
    cells[cell + BITS] = (cells[cell + BITS] as number) | STORED;
    changes.add(cells, cell + KEY, cells[cell + CLAIM]);
  }

  /** It is dropped, or committed: then nothing is expected any more. It is kept while somebody may ask about it. */
  done(delivery: number, isCommitted: boolean): void {
    if (delivery < this.#ring.first) return;
    if (isCommitted) this.#end(delivery, REJECTED);
    this.#ring.setBits(delivery, (this.#ring.bits(delivery) | DONE) & ~LATEST);
    this.#ring.release();
  }

  waitsIn(delivery: number, batch: number): void {
    if (delivery >= this.#ring.first) this.#ring.cells[this.#ring.at(delivery) + BATCH] = batch;
  }

  ask(delivery: number): Decision {
    const { cells, first } = this.#ring;
    if (delivery < first) return 'send';
    const cell = this.#ring.at(delivery);
    const back = cells[cell + BACK] as number;
    if (back === 0 || !this.#ring.repeats(delivery, delivery - back)) return 'send';
    const before = this.#ring.bits(delivery - back);
    const bits = cells[cell + BITS] as number;
    if (before & DELIVERED) {
      this.delivered(delivery);
      return bits & IS_EVENT ? 'duplicate' : 'unchanged';
    }
    const sharesBatch = (before & ENDED) === 0 && cells[this.#ring.at(delivery - back) + BATCH] === cells[cell + BATCH];
    return sharesBatch && (bits & SUPERSEDED) === 0 ? 'wait' : 'send';
  }

  delivered(delivery: number): void {
    this.#end(delivery, DELIVERED);
  }

  rejected(delivery: number): void {
    this.#end(delivery, REJECTED);
  }

  #follow(delivery: number, last: number): void {
    const bits = this.#ring.bits(last) & ~LATEST;
    this.#ring.setBits(last, bits);
    if (bits & ENDED) return;
    this.#ring.setBits(last, bits | FOLLOWED);
    this.#ring.cells[this.#ring.at(delivery) + BACK] = delivery - last;
    if (!this.#ring.repeats(delivery, last)) this.#supersede(last);
  }

  #supersede(latest: number): void {
    const { cells } = this.#ring;
    for (let each = latest; (this.#ring.bits(each) & SUPERSEDED) === 0; ) {
      this.#ring.setBits(each, this.#ring.bits(each) | SUPERSEDED);
      const back = cells[this.#ring.at(each) + BACK] as number;
      if (back === 0) return;
      each -= back;
    }
  }

  /** The first outcome counts. */
  #end(delivery: number, outcome: number): void {
    if (delivery < this.#ring.first) return;
    const { cells } = this.#ring;
    const cell = this.#ring.at(delivery);
    const bits = cells[cell + BITS] as number;
    if ((bits & ENDED) === 0) cells[cell + BITS] = bits | outcome;
    const back = cells[cell + BACK] as number;
    if (back !== 0) {
      // A long row of entries about one person must not be kept in memory by its last.
      cells[cell + BACK] = 0;
      this.#ring.setBits(delivery - back, this.#ring.bits(delivery - back) & ~FOLLOWED);
    }
    if (back !== 0 || bits & DONE) this.#ring.release();
  }
}
