/**
 * What is kept of entries until they have their outcome: enough to hand each one back as a rejection. Thousands wait for
 * the network at any time, and objects that wait are copied by every garbage collection; so where a record lies is kept
 * as numbers, its text as bytes, and only what is out of the ordinary as an object. The text is a copy (50 ns): references to
 * the blocks were not faster, and one row that waits would hold its whole block.
 */

import { ByteView, copySpan } from '../byte-view.ts';
import { doubled } from '../record/block.ts';
import type { DeliveryObserver } from '../record/delivery-observer.ts';
import type { Entry, Warning } from '../record/entry.ts';
import { Origin } from '../record/origin.ts';
import type { Ownership, SourceInfo } from '../record/place.ts';
import type { RowEntry } from '../record/row-entry.ts';
import type { TextPages } from './text-pages.ts';

/** Where a record came from, if numbers and bytes can't stand for it. */
interface Kept {
  readonly origin: Origin | undefined;
  /** The record, if its text is not known. */
  readonly record: unknown;
}

/** What most entries have in common with the one before them. */
export interface Shared {
  /** Undefined if the origin is not kept as numbers and bytes. */
  readonly place: SourceInfo | undefined;
  readonly warnings: readonly Warning[] | undefined;
  readonly observer: DeliveryObserver | undefined;
}

/** Line, offset and length, NaN if there is none; and the number by which the observer knows the entry. */
const NUMBERS = 4;
/** The page of its text, where the text begins and ends there; and which of `#shared` the entry has. */
const INDEXES = 4;
const FIRST_ROWS = 64;
const NO_PAGE = new ByteView(Buffer.alloc(0));

/** A list of entries, by index. */
export class EntryColumns {
  #size = 0;
  #isPlain = true;
  #numbers = new Float64Array(NUMBERS * FIRST_ROWS);
  #indexes = new Uint32Array(INDEXES * FIRST_ROWS);
  readonly #texts: TextPages;
  readonly #pages: ByteView[] = [];
  /** The last one, and where it is free. */
  #page = NO_PAGE;
  #pageEnd = 0;
  readonly #shared: Shared[] = [];
  readonly #kept = new Map<number, Kept>();
  readonly #owners = new Set<Ownership>();

  constructor(texts: TextPages) {
    this.#texts = texts;
  }

  /** Removes all entries; the text of an origin that was handed out is not to be read any more. */
  clear(): void {
    this.#shared.length = 0;
    this.#kept.clear();
    this.#owners.clear();
    this.#size = 0;
    this.#isPlain = true;
    this.#texts.give(this.#pages);
    this.#pages.length = 0;
    this.#page = NO_PAGE;
    this.#pageEnd = 0;
  }

  get size(): number {
    return this.#size;
  }

  /** True when none has warnings or an observer: if all are delivered, there is nothing to do for each. */
  get isPlain(): boolean {
    return this.#isPlain;
  }

  add({ origin, warnings, observer, delivery, record }: Entry): void {
    const at = this.#nextNumbers();
    const numbers = this.#numbers;
    numbers[at + 3] = delivery;
    if (origin === undefined || !isOfBytes(origin)) {
      this.#ownedBy(origin?.place.ownership);
      this.#kept.set(this.#size, { origin, record: origin?.maxRawBytes === undefined ? record : undefined });
      return this.#added(this.#pageEnd, undefined, warnings, observer);
    }
    const { line = Number.NaN, offset = Number.NaN, bytes = Number.NaN, maxRawBytes = 0 } = origin;
    numbers[at] = line;
    numbers[at + 1] = offset;
    numbers[at + 2] = bytes;
    this.#reserve(maxRawBytes);
    this.#added(origin.writeRaw(this.#page.bytes, this.#pageEnd), origin.place, warnings, observer);
  }

  /** The same for a row. Its numbers are not passed to a function: V8 would make an object of each. */
  addRow({ block, row, warnings, observer, delivery }: RowEntry): void {
    const at = this.#nextNumbers();
    const numbers = this.#numbers;
    numbers[at] = block.line(row);
    numbers[at + 1] = block.offset(row);
    numbers[at + 2] = block.length(row);
    numbers[at + 3] = delivery;
    const from = block.from(row);
    const to = block.to(row);
    this.#reserve(to - from);
    this.#added(copySpan(block.view, from, to, this.#page, this.#pageEnd), block.place, warnings, observer);
  }

  /** The owners of all places that may move. */
  get owners(): ReadonlySet<Ownership> {
    return this.#owners;
  }

  /** The owner of the entry's place, if that may move. */
  ownership(index: number): Ownership | undefined {
    return (this.shared(index).place ?? this.#kept.get(index)?.origin?.place)?.ownership;
  }

  /** What the entry has in common with those beside it. */
  shared(index: number): Shared {
    return this.#shared[this.#indexes[INDEXES * index + 3] as number] as Shared;
  }

  /** The number by which the observer knows the entry. */
  delivery(index: number): number {
    return this.#numbers[NUMBERS * index + 3] as number;
  }

  origin(index: number): Origin | undefined {
    const { place } = this.shared(index);
    if (place === undefined) return this.#kept.get(index)?.origin;
    const [line = Number.NaN, offset = Number.NaN, bytes = Number.NaN] = this.#numbers.subarray(NUMBERS * index);
    const [page = 0, from = 0, to = 0] = this.#indexes.subarray(INDEXES * index);
    return Origin.ofBytes((this.#pages[page] ?? NO_PAGE).bytes, from, to, [line, offset, bytes], place);
  }

  /** The record, if its text is not known. */
  record(index: number): unknown {
    return this.#kept.get(index)?.record;
  }

  /** Where the numbers of the next entry go. */
  #nextNumbers(): number {
    const at = NUMBERS * this.#size;
    if (at === this.#numbers.length) {
      this.#numbers = doubled(this.#numbers);
      this.#indexes = doubled(this.#indexes);
    }
    return at;
  }

  /** Adds the entry whose numbers are there, and whose text ends at `end`. */
  #added(end: number, place: Shared['place'], warnings: Shared['warnings'], observer: Shared['observer']): void {
    const at = INDEXES * this.#size++;
    const indexes = this.#indexes;
    indexes[at] = this.#pages.length - 1;
    indexes[at + 1] = this.#pageEnd;
    indexes[at + 2] = end;
    indexes[at + 3] = this.#share(place, warnings, observer);
    this.#pageEnd = end;
  }

  /** The index of what the entry has in common with others. */
  #share(place: Shared['place'], warnings: Shared['warnings'], observer: Shared['observer']): number {
    const last = this.#shared[this.#shared.length - 1];
    const isSame = last !== undefined && last.place === place && last.warnings === warnings && last.observer === observer;
    if (!isSame) {
      this.#shared.push({ place, warnings, observer });
      this.#ownedBy(place?.ownership);
      if (warnings !== undefined || observer !== undefined) this.#isPlain = false;
    }
    return this.#shared.length - 1;
  }

  #ownedBy(owner: Ownership | undefined): void {
    if (owner !== undefined) this.#owners.add(owner);
  }

  /** Makes the page one with so many bytes free. */
  #reserve(bytes: number): void {
    if (this.#pageEnd + bytes <= this.#page.byteLength) return;
    this.#page = this.#texts.take(bytes);
    this.#pageEnd = 0;
    this.#pages.push(this.#page);
  }
}

/** True for the ordinary kind, which is kept as numbers and bytes. */
function isOfBytes({ maxRawBytes, eventId, part }: Origin): boolean {
  return maxRawBytes !== undefined && eventId === undefined && part === undefined;
}
