/**
 * What is kept of entries until they have their outcome: enough to hand each one back as a rejection. Thousands wait for
 * the network at any time, and objects that wait are copied by every garbage collection; so where a record lies is kept
 * as numbers, its text as bytes, and only what is out of the ordinary as an object. The text is a copy (50 ns): references to
 * the blocks were not faster, and one row that waits would hold its whole block.
 */

import { ByteView, copySpan } from '../byte-view.ts';
import type { DeliveryObserver } from '../record/delivery-observer.ts';
import type { Entry, Warning } from '../record/entry.ts';
import { Origin, type SourceInfo } from '../record/origin.ts';
import type { RowEntry } from '../record/row-entry.ts';

/** Where a record came from, if numbers and bytes can't stand for it. */
interface Kept {
  readonly origin: Origin | undefined;
  /** The record, if its text is not known. */
  readonly record: unknown;
}

const COLUMNS = 5;
const FIRST_ROWS = 64;
// Memory for texts that has grown beyond so many times its first size is not used again.
const MOST_GROWN = 32;

/** A list of entries, by index. */
export class EntryColumns {
  #size = 0;
  #isPlain = true;
  /** Line, offset and length, NaN if there is none; and where the text begins and ends in `#texts`. */
  #numbers = new Float64Array(COLUMNS * FIRST_ROWS);
  readonly #textBytes: number;
  #texts: Buffer;
  #textsView: ByteView;
  #textsEnd = 0;
  // Not shortened when they are cleared: their memory is used again.
  readonly #places: (SourceInfo | undefined)[] = [];
  readonly #warnings: (readonly Warning[] | undefined)[] = [];
  readonly #observers: (DeliveryObserver | undefined)[] = [];
  readonly #deliveries: number[] = [];
  readonly #kept = new Map<number, Kept>();

  /** `textBytes`: about how many bytes the texts will have. */
  constructor(textBytes: number) {
    this.#textBytes = textBytes;
    this.#texts = Buffer.allocUnsafeSlow(textBytes);
    this.#textsView = new ByteView(this.#texts);
  }

  /** Removes all entries; the text of an origin that was handed out is not to be read any more. */
  clear(): void {
    this.#places.fill(undefined);
    this.#warnings.fill(undefined);
    this.#observers.fill(undefined);
    this.#kept.clear();
    this.#size = 0;
    this.#textsEnd = 0;
    this.#isPlain = true;
    if (this.#texts.length > MOST_GROWN * this.#textBytes) this.#useTexts(Buffer.allocUnsafeSlow(this.#textBytes));
  }

  get size(): number {
    return this.#size;
  }

  /** True when none has warnings or an observer: if all are delivered, there is nothing to do for each. */
  get isPlain(): boolean {
    return this.#isPlain;
  }

  add({ origin, warnings, observer, delivery, record }: Entry): void {
    const isKept = origin !== undefined && this.#keep(origin);
    if (!isKept) this.#kept.set(this.#size, { origin, record: origin?.maxRawBytes === undefined ? record : undefined });
    this.#push(isKept ? origin.place : undefined, warnings, observer, delivery);
  }

  /** The same for a row. */
  addRow({ block, row, warnings, observer, delivery }: RowEntry): void {
    const [from, to] = [block.from(row), block.to(row)];
    this.#reserve(to - from);
    const end = copySpan(block.view, from, to, this.#textsView, this.#textsEnd);
    this.#number(block.line(row), block.offset(row), block.length(row), end);
    this.#push(block.place, warnings, observer, delivery);
  }

  warnings(index: number): readonly Warning[] | undefined {
    return this.#warnings[index];
  }

  observer(index: number): DeliveryObserver | undefined {
    return this.#observers[index];
  }

  /** The number by which the observer knows the entry. */
  delivery(index: number): number {
    return this.#deliveries[index] as number;
  }

  origin(index: number): Origin | undefined {
    const place = this.#places[index];
    if (place === undefined) return this.#kept.get(index)?.origin;
    const [line, offset, bytes, from = 0, to = 0] = this.#numbers.subarray(COLUMNS * index);
    return Origin.ofBytes(this.#texts, from, to, { line: known(line), offset: known(offset), bytes: known(bytes) }, place);
  }

  /** The record, if its text is not known. */
  record(index: number): unknown {
    return this.#kept.get(index)?.record;
  }

  #push(place: SourceInfo | undefined, warnings: Entry['warnings'], observer: DeliveryObserver | undefined, delivery: number): void {
    const index = this.#size++;
    this.#places[index] = place;
    this.#warnings[index] = warnings;
    this.#observers[index] = observer;
    this.#deliveries[index] = delivery;
    if (warnings !== undefined || observer !== undefined) this.#isPlain = false;
  }

  /** Keeps the origin as numbers and bytes, if it is of the ordinary kind. */
  #keep(origin: Origin): boolean {
    const { line, offset, bytes, maxRawBytes, eventId, part } = origin;
    if (maxRawBytes === undefined || eventId !== undefined || part !== undefined) return false;
    this.#reserve(maxRawBytes);
    const end = origin.writeRaw(this.#texts, this.#textsEnd);
    this.#number(line ?? Number.NaN, offset ?? Number.NaN, bytes ?? Number.NaN, end);
    return true;
  }

  /** The numbers of the next entry, whose text ends at `end`. */
  #number(line: number, offset: number, bytes: number, end: number): void {
    const at = COLUMNS * this.#size;
    // Entries whose origin is not kept in numbers use no row: more than one row may be missing.
    while (at >= this.#numbers.length) this.#grow();
    const numbers = this.#numbers;
    numbers[at] = line;
    numbers[at + 1] = offset;
    numbers[at + 2] = bytes;
    numbers[at + 3] = this.#textsEnd;
    numbers[at + 4] = end;
    this.#textsEnd = end;
  }

  /** Rows of which little is sent need more memory than their batch. */
  #reserve(bytes: number): void {
    const needed = this.#textsEnd + bytes;
    if (needed <= this.#texts.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#texts.length));
    this.#texts.copy(grown, 0, 0, this.#textsEnd);
    this.#useTexts(grown);
  }

  #useTexts(texts: Buffer): void {
    this.#texts = texts;
    this.#textsView = new ByteView(texts);
  }

  #grow(): void {
    const grown = new Float64Array(2 * this.#numbers.length);
    grown.set(this.#numbers);
    this.#numbers = grown;
  }
}

function known(value: number | undefined): number | undefined {
  return Number.isNaN(value) ? undefined : value;
}
