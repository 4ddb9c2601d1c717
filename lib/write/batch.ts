/**
 * Entries that will go out in one request. Exact: whether one more fits is known before it is added. The text goes
 * straight into the request body, outside the heap, and of the entry only that is kept which a rejection would need:
 * what waits for the network should cost the garbage collector as little as possible.
 */

import { ByteView } from '../byte-view.ts';
import { CioError } from '../errors.ts';
import { doubled } from '../record/block.ts';
import type { DeliveryObserver } from '../record/delivery-observer.ts';
import type { Entry } from '../record/entry.ts';
import type { RowEntry } from '../record/row-entry.ts';
import { exceeds } from '../track/measure.ts';
import type { Epoch } from './checkpoints.ts';
import { EntryColumns } from './entry-columns.ts';
import { TextPages } from './text-pages.ts';

const HEAD = '{"batch":[';
const TAIL = ']}';
const COMMA = 0x2c;
const FIRST_ENDS = 64;
let batches = 0;

/** Bytes of a body without entries. */
export const EMPTY_BODY_BYTES: number = HEAD.length + TAIL.length;

/** One request body in the making. */
export class Batch {
  /** What is kept of the entries. */
  readonly entries: EntryColumns;
  /** The stretches between checkpoints that its entries belong to, oldest first. */
  readonly epochs: Epoch[] = [];
  /** True when one of the entries touches more than one lane. */
  spans = false;
  /** True when one of the entries has an observer to be asked. */
  observed = false;
  /** False if a rejection, or a request that was cut off, may still read its bytes: then its memory can't be used again. */
  reusable = true;
  #number = ++batches;
  readonly #bytes: Buffer;
  readonly #view: ByteView;
  /** Where each entry ends. */
  #ends = new Uint32Array(FIRST_ENDS);
  #end: number;
  readonly #indexes: number[] = [];

  constructor(maxBytes: number, texts: TextPages) {
    this.#bytes = Buffer.allocUnsafeSlow(maxBytes);
    this.#view = new ByteView(this.#bytes);
    this.entries = new EntryColumns(texts);
    this.#end = this.#bytes.write(HEAD, 0);
  }

  get size(): number {
    return this.entries.size;
  }

  /** An empty batch again, in the same memory. */
  clear(): void {
    this.entries.clear();
    this.epochs.length = 0;
    this.spans = false;
    this.observed = false;
    this.reusable = true;
    this.#number = ++batches;
    this.#end = HEAD.length;
  }

  /** True when the body stays within its limit with this entry. */
  fits(entry: Entry): boolean {
    return !exceeds(entry.json, this.#bytes.length - TAIL.length - this.#next);
  }

  add(entry: Entry, epoch: Epoch): void {
    const end = this.#next + this.#bytes.write(entry.json, this.#next);
    this.#added(end, entry.observer, entry.delivery, epoch);
    this.entries.add(entry);
  }

  /** Adds a row, or says false: by the most bytes that it may have, it does not fit. */
  addRow(row: RowEntry, epoch: Epoch): boolean {
    const { maxBytes } = row;
    const from = this.#next;
    if (maxBytes > this.#bytes.length - TAIL.length - from) return false;
    const end = row.write(this.#view, from);
    if (!(end > from && end <= from + maxBytes))
      throw new CioError('CIO_INTERNAL', `an entry of at most ${maxBytes} bytes has ${end - from}`);
    this.#added(end, row.observer, row.delivery, epoch);
    this.entries.addRow(row);
    return true;
  }

  /** All indexes, until it is cleared. */
  get indexes(): readonly number[] {
    const indexes = this.#indexes;
    indexes.length = Math.min(indexes.length, this.size);
    while (indexes.length < this.size) indexes.push(indexes.length);
    return indexes;
  }

  /** The operation of one entry, read again from what goes out. */
  operation(index: number): Record<string, unknown> {
    return JSON.parse(this.#bytes.toString('utf8', this.#startOf(index), this.#ends[index]));
  }

  /** The request body for some of the entries, by index and in this order; for all of them it is not copied. */
  body(indexes: readonly number[]): Buffer {
    if (indexes.length === this.size) {
      const end = this.#end + this.#bytes.write(TAIL, this.#end);
      return this.#bytes.subarray(0, end);
    }
    const parts = indexes.map((index) => this.#bytes.subarray(this.#startOf(index), this.#ends[index]));
    return Buffer.concat([
      Buffer.from(HEAD),
      ...parts.flatMap((part, n) => (n === 0 ? [part] : [Buffer.from(','), part])),
      Buffer.from(TAIL),
    ]);
  }

  /** Where the next entry begins. */
  get #next(): number {
    return this.size > 0 ? this.#end + 1 : this.#end;
  }

  /** What the next entry needs beside its text, which ends at `end`. */
  #added(end: number, observer: DeliveryObserver | undefined, delivery: number, epoch: Epoch): void {
    const { size } = this;
    if (size > 0) this.#bytes[this.#end] = COMMA;
    if (size === this.#ends.length) this.#ends = doubled(this.#ends);
    this.#ends[size] = end;
    this.#end = end;
    if (observer) {
      observer.waitsIn(delivery, this.#number);
      this.observed = true;
    }
    if (this.epochs[this.epochs.length - 1] === epoch) return;
    this.epochs.push(epoch);
    epoch.pending++;
  }

  #startOf(index: number): number {
    return index === 0 ? HEAD.length : (this.#ends[index - 1] ?? 0) + 1;
  }
}

let left: WeakRef<BatchMemory> | undefined;

/**
 * The batches of one writer, to be used again: fresh memory would have the garbage collector mark the whole heap for it. When a
 * writer ends, it leaves them to the next one: a program that loads people and then events would otherwise hold both,
 * megabytes each. The garbage collector may take them in between.
 */
export class BatchMemory {
  readonly #lanes: number;
  readonly #maxBatchBytes: number;
  readonly #texts: TextPages;
  readonly #spare: Batch[] = [];

  /** What the last writer left, if it is what this one needs. */
  static take(lanes: number, maxBatchBytes: number): BatchMemory {
    const memory = left?.deref();
    left = undefined;
    const isRight = memory !== undefined && memory.#lanes === lanes && memory.#maxBatchBytes === maxBatchBytes;
    return isRight ? memory : new BatchMemory(lanes, maxBatchBytes);
  }

  private constructor(lanes: number, maxBatchBytes: number) {
    this.#lanes = lanes;
    this.#maxBatchBytes = maxBatchBytes;
    // A lane has one batch open and one in flight, and a text is about as long as its entry.
    this.#texts = new TextPages(2 * lanes * maxBatchBytes);
  }

  /** An empty batch. */
  batch(): Batch {
    return this.#spare.pop() ?? new Batch(this.#maxBatchBytes, this.#texts);
  }

  /** Nobody looks at this batch any more. */
  giveBack(batch: Batch): void {
    batch.clear();
    this.#spare.push(batch);
  }

  /** The next writer may have them. This one does not use them any more. */
  leave(): void {
    left = new WeakRef(this);
  }
}
