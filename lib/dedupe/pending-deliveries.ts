/**
 * The entries that dedupe let through, each until its outcome is known and committed: pending, then delivered or rejected. Right
 * before its batch goes out it is asked whether an entry is still needed. Only what the API took makes a repeat needless, so a
 * repeat of an entry in the same batch waits for that. In doubt it is sent: to send a row again is safe, to lose one is not.
 * Deliveries are numbered as they begin, and lie in a ring of typed arrays: an object for each would live just long enough
 * to be copied by the garbage collector several times.
 */
import type { Decision, DeliveryObserver } from '../record/delivery-observer.ts';
import type { Subject } from './subject.ts';

const FIRST_CAPACITY = 1_024;
const NONE = -1;

/** What is known of a delivery, as bits. */
const DELIVERED = 1;
const REJECTED = 2;
const ENDED: number = DELIVERED | REJECTED;
const HAS_VALUE = 4;
/** The store has a value for the key, and must forget it before the entry goes out. */
const MUST_FORGET = 8;
/** The value is in the store, or in a commit that has begun. */
const STORED = 16;
/** No other delivery about the key has begun, and this one is not committed. */
const LATEST = 32;
/** A later entry leaves another value. This one must not wait then: it would arrive after that entry. */
const SUPERSEDED = 64;
const IS_EVENT = 128;
/** It is committed, or dropped. */
const DONE = 256;
/** The next delivery about the key was begun before this one ended, and may ask how it did. */
const FOLLOWED = 512;

/** The deliveries, by number. */
export class PendingDeliveries implements DeliveryObserver {
  /** The number of the next delivery. */
  next = 0;
  /** The first that is kept. Of those before it nothing is known, and nobody needs it. */
  #first = 0;
  #last = FIRST_CAPACITY - 1;
  #keys = new BigUint64Array(FIRST_CAPACITY);
  #values = new BigUint64Array(FIRST_CAPACITY);
  /** The halves of the values: they are compared without bigints. */
  #halves = new Int32Array(this.#values.buffer);
  #bits = new Uint16Array(FIRST_CAPACITY);
  /** The number of the batch that the entry is in. */
  #batches = new Int32Array(FIRST_CAPACITY);
  /** The delivery before it about the same key, if that was pending when this one came. */
  #predecessors = new Float64Array(FIRST_CAPACITY);

  /** Makes the next delivery ready, which begins only when it is added. */
  prepare({ key, value, reason }: Subject, mustForget: boolean): void {
    if (this.next - this.#first > this.#last) this.#grow();
    const slot = this.next & this.#last;
    this.#keys[slot] = key;
    if (value !== undefined) this.#values[slot] = value;
    this.#bits[slot] =
      LATEST | (value === undefined ? 0 : HAS_VALUE) | (mustForget ? MUST_FORGET : 0) | (reason === 'duplicate' ? IS_EVENT : 0);
    this.#predecessors[slot] = NONE;
  }

  /** Begins the delivery that was made ready; returns its number. `last`: of the one about the same key that is not done; -1 for none. */
  add(last: number): number {
    const delivery = this.next++;
    if (last >= 0) this.#follow(delivery, last);
    return delivery;
  }

  key(delivery: number): bigint {
    return this.#keys[delivery & this.#last] as bigint;
  }

  /** What the API is known to have for the key after this delivery. */
  deliveredValue(delivery: number): bigint | undefined {
    const bits = this.#bitsOf(delivery);
    return bits & DELIVERED && bits & HAS_VALUE ? this.#values[delivery & this.#last] : undefined;
  }

  mustForget(delivery: number): boolean {
    return (this.#bitsOf(delivery) & MUST_FORGET) !== 0;
  }

  isStored(delivery: number): boolean {
    return (this.#bitsOf(delivery) & STORED) !== 0;
  }

  isLatest(delivery: number): boolean {
    return (this.#bitsOf(delivery) & LATEST) !== 0;
  }

  /** Its value is in a commit that begins. */
  store(delivery: number): void {
    this.#bits[delivery & this.#last] = this.#bitsOf(delivery) | STORED;
  }

  /** It is dropped, or committed: then nothing is expected any more. It is kept while somebody may ask about it. */
  done(delivery: number, isCommitted: boolean): void {
    if (delivery < this.#first) return;
    if (isCommitted) this.#end(delivery, REJECTED);
    this.#bits[delivery & this.#last] = (this.#bitsOf(delivery) | DONE) & ~LATEST;
    this.#release();
  }

  waitsIn(delivery: number, batch: number): void {
    if (delivery >= this.#first) this.#batches[delivery & this.#last] = batch;
  }

  ask(delivery: number): Decision {
    if (delivery < this.#first) return 'send';
    const slot = delivery & this.#last;
    const predecessor = this.#predecessors[slot] as number;
    if (predecessor === NONE || !this.#repeats(delivery, predecessor)) return 'send';
    const before = this.#bitsOf(predecessor);
    const bits = this.#bits[slot] as number;
    if (before & DELIVERED) {
      this.delivered(delivery);
      return bits & IS_EVENT ? 'duplicate' : 'unchanged';
    }
    const sharesBatch = (before & ENDED) === 0 && this.#batches[predecessor & this.#last] === this.#batches[slot];
    return sharesBatch && (bits & SUPERSEDED) === 0 ? 'wait' : 'send';
  }

  delivered(delivery: number): void {
    this.#end(delivery, DELIVERED);
  }

  rejected(delivery: number): void {
    this.#end(delivery, REJECTED);
  }

  #bitsOf(delivery: number): number {
    return this.#bits[delivery & this.#last] as number;
  }

  #follow(delivery: number, last: number): void {
    const slot = last & this.#last;
    this.#bits[slot] = (this.#bits[slot] as number) & ~LATEST;
    if (this.#bitsOf(last) & ENDED) return;
    this.#bits[slot] = (this.#bits[slot] as number) | FOLLOWED;
    this.#predecessors[delivery & this.#last] = last;
    if (!this.#repeats(delivery, last)) this.#supersede(last);
  }

  #repeats(delivery: number, predecessor: number): boolean {
    const [one, other] = [delivery & this.#last, predecessor & this.#last];
    if (((this.#bits[one] as number) & (this.#bits[other] as number) & HAS_VALUE) === 0) return false;
    const halves = this.#halves;
    return halves[2 * one] === halves[2 * other] && halves[2 * one + 1] === halves[2 * other + 1];
  }

  #supersede(latest: number): void {
    for (let each = latest; each !== NONE && (this.#bitsOf(each) & SUPERSEDED) === 0; ) {
      this.#bits[each & this.#last] = this.#bitsOf(each) | SUPERSEDED;
      each = this.#predecessors[each & this.#last] as number;
    }
  }

  /** The first outcome counts. */
  #end(delivery: number, outcome: number): void {
    if (delivery < this.#first) return;
    const slot = delivery & this.#last;
    const bits = this.#bits[slot] as number;
    if ((bits & ENDED) === 0) this.#bits[slot] = bits | outcome;
    const predecessor = this.#predecessors[slot] as number;
    if (predecessor !== NONE) {
      // A long row of entries about one person must not be kept in memory by its last.
      this.#predecessors[slot] = NONE;
      this.#bits[predecessor & this.#last] = this.#bitsOf(predecessor) & ~FOLLOWED;
    }
    if (predecessor !== NONE || bits & DONE) this.#release();
  }

  /** Moves the beginning of the ring behind those that nobody needs any more. */
  #release(): void {
    while (this.#first < this.next) {
      const bits = this.#bitsOf(this.#first);
      if ((bits & DONE) === 0 || (bits & ENDED) === 0 || bits & FOLLOWED) return;
      this.#first++;
    }
  }

  #grow(): void {
    const size = 2 * (this.#last + 1);
    const from = this.#first & this.#last;
    const grown = <A extends BigUint64Array | Uint16Array | Int32Array | Float64Array>(old: A): A => {
      const array = new (old.constructor as new (length: number) => A)(size);
      array.set(old.subarray(from) as never, this.#first & (size - 1));
      // The ring was closed there.
      array.set(old.subarray(0, from) as never, (this.#first - from + old.length) & (size - 1));
      return array;
    };
    this.#keys = grown(this.#keys);
    this.#values = grown(this.#values);
    this.#halves = new Int32Array(this.#values.buffer);
    this.#bits = grown(this.#bits);
    this.#batches = grown(this.#batches);
    this.#predecessors = grown(this.#predecessors);
    this.#last = size - 1;
  }
}
