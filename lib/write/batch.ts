/**
 * Entries that will go out in one request. Exact: whether one more fits is known before it is added. The text goes
 * straight into the request body, outside the heap, and of the entry only that is kept which a rejection would need:
 * what waits for the network must cost the garbage collector as little as possible.
 */
import type { Entry, Warning } from '../record/entry.ts';
import type { Origin } from '../record/origin.ts';
import type { Watcher } from '../record/watcher.ts';
import type { Epoch } from './watermark.ts';

const HEAD = '{"batch":[';
const TAIL = ']}';
const COMMA = 0x2c;
let batches = 0;

/** Bytes of a body without entries. */
export const EMPTY_BODY_BYTES: number = HEAD.length + TAIL.length;

/** What is kept of an entry until it is settled. */
export interface Held {
  /** The record, where the origin does not have its text. */
  readonly record: unknown;
  readonly origin: Origin | undefined;
  readonly eventId: string | undefined;
  readonly warnings: readonly Warning[] | undefined;
  readonly watcher: Watcher | undefined;
}

/** One request body in the making. */
export class Batch {
  readonly held: Held[] = [];
  /** The stretches between checkpoints that its entries belong to, oldest first. */
  readonly epochs: Epoch[] = [];
  /** True when one of the entries touches more than one lane. */
  spans = false;
  /** True when one of the entries has a watcher to be asked. */
  watched = false;
  readonly #number = ++batches;
  readonly #bytes: Buffer;
  /** The texts of the records as they came. */
  readonly #texts: Buffer;
  #textsEnd = 0;
  readonly #ends: number[] = [];
  #end: number;

  constructor(maxBytes: number) {
    this.#bytes = Buffer.allocUnsafeSlow(maxBytes);
    this.#texts = Buffer.allocUnsafeSlow(maxBytes);
    this.#end = this.#bytes.write(HEAD, 0);
  }

  get size(): number {
    return this.held.length;
  }

  /** True when the body stays within its limit with this entry. */
  fits(entry: Entry): boolean {
    const free = this.#bytes.length - this.#end - TAIL.length - (this.size > 0 ? 1 : 0);
    // Three bytes are the most that one UTF-16 unit can take: only near the end the text has to be measured.
    return entry.json.length * 3 <= free || entry.bytes <= free;
  }

  add(entry: Entry, epoch: Epoch): void {
    if (this.size > 0) this.#bytes[this.#end++] = COMMA;
    this.#end += this.#bytes.write(entry.json, this.#end);
    this.#ends.push(this.#end);
    const { origin, warnings, operation, watcher } = entry;
    const eventId = typeof operation.id === 'string' ? operation.id : undefined;
    if (origin?.hasRaw) this.#textsEnd = origin.park(this.#texts, this.#textsEnd);
    this.held.push({ record: origin?.hasRaw ? undefined : entry.record, origin, eventId, warnings, watcher });
    if (watcher) {
      watcher.waitsIn(this.#number);
      this.watched = true;
    }
    if (this.epochs.at(-1) === epoch) return;
    this.epochs.push(epoch);
    epoch.pending++;
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
