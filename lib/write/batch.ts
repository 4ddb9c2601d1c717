/**
 * Entries that will go out in one request. Exact: whether one more fits is known before it is added. The text goes
 * straight into the request body, outside the heap, and of the entry only that is kept which a rejection would need:
 * what waits for the network should cost the garbage collector as little as possible.
 */
import type { Entry } from '../record/entry.ts';
import { exceeds } from '../track/measure.ts';
import type { Epoch } from './checkpoints.ts';
import { EntryColumns } from './entry-columns.ts';

const HEAD = '{"batch":[';
const TAIL = ']}';
const COMMA = 0x2c;
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
  readonly #ends: number[] = [];
  #end: number;

  constructor(maxBytes: number) {
    this.#bytes = Buffer.allocUnsafeSlow(maxBytes);
    this.entries = new EntryColumns(maxBytes);
    this.#end = this.#bytes.write(HEAD, 0);
  }

  get size(): number {
    return this.entries.size;
  }

  /** An empty batch again, in the same memory: fresh memory would have the garbage collector mark the whole heap for it. */
  clear(): void {
    this.entries.clear();
    this.epochs.length = 0;
    this.spans = false;
    this.observed = false;
    this.reusable = true;
    this.#number = ++batches;
    this.#ends.length = 0;
    this.#end = HEAD.length;
  }

  /** True when the body stays within its limit with this entry. */
  fits(entry: Entry): boolean {
    const free = this.#bytes.length - this.#end - TAIL.length - (this.size > 0 ? 1 : 0);
    return !exceeds(entry.json, free);
  }

  add(entry: Entry, epoch: Epoch): void {
    if (this.size > 0) this.#bytes[this.#end++] = COMMA;
    this.#end += this.#bytes.write(entry.json, this.#end);
    this.#ends.push(this.#end);
    this.entries.add(entry);
    const { observer } = entry;
    if (observer) {
      observer.waitsIn(this.#number);
      this.observed = true;
    }
    if (this.epochs.at(-1) === epoch) return;
    this.epochs.push(epoch);
    epoch.pending++;
  }

  /** All indexes. */
  get indexes(): number[] {
    return Array.from({ length: this.size }, (_, index) => index);
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

  #startOf(index: number): number {
    return index === 0 ? HEAD.length : (this.#ends[index - 1] ?? 0) + 1;
  }
}
