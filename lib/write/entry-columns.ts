/**
 * What is kept of entries until they are settled: enough to hand each one back as a rejection. Thousands wait for the
 * network at any time, and objects that wait are copied by every garbage collection; so where a record lies is kept as
 * numbers, its text as bytes, and only what is out of the ordinary as an object.
 */
import type { DeliveryObserver } from '../record/delivery-observer.ts';
import type { Entry, Warning } from '../record/entry.ts';
import { Origin, type SourceInfo } from '../record/origin.ts';

/** What is out of the ordinary about an entry. */
export interface Extra {
  readonly warnings: readonly Warning[] | undefined;
  readonly observer: DeliveryObserver | undefined;
  /** Kept as it is where the numbers and bytes can't stand for it. */
  readonly origin: Origin | undefined;
  /** The record, where its text is not known. */
  readonly record: unknown;
}

const COLUMNS = 5;
const FIRST_ROWS = 64;

/** A list of entries, by index. */
export class EntryColumns {
  /** Line, offset and length, NaN where there is none; and where the text begins and ends in `#texts`. */
  #numbers = new Float64Array(COLUMNS * FIRST_ROWS);
  readonly #texts: Buffer;
  #textsEnd = 0;
  readonly #places: (SourceInfo | undefined)[] = [];
  readonly #special = new Map<number, Extra>();

  constructor(textBytes: number) {
    this.#texts = Buffer.allocUnsafeSlow(textBytes);
  }

  /** Forgets all; who was given an origin must have no use for its text any more. */
  clear(): void {
    this.#places.length = 0;
    this.#special.clear();
    this.#textsEnd = 0;
  }

  get size(): number {
    return this.#places.length;
  }

  add({ origin, warnings, observer, record }: Entry): void {
    const index = this.size;
    const isPlain = origin !== undefined && this.#keep(origin, index);
    this.#places.push(isPlain ? origin.place : undefined);
    if (isPlain && warnings === undefined && observer === undefined) return;
    const kept = isPlain
      ? { origin: undefined, record: undefined }
      : { origin, record: origin?.maxRawBytes === undefined ? record : undefined };
    this.#special.set(index, { warnings, observer, ...kept });
  }

  special(index: number): Extra | undefined {
    return this.#special.get(index);
  }

  origin(index: number): Origin | undefined {
    const place = this.#places[index];
    if (place === undefined) return this.#special.get(index)?.origin;
    const [line, offset, bytes, from = 0, to = 0] = this.#numbers.subarray(COLUMNS * index);
    return Origin.ofBytes(this.#texts, from, to, { line: known(line), offset: known(offset), bytes: known(bytes) }, place);
  }

  /** Keeps the origin as numbers and bytes, if it is of the ordinary kind and its text fits. */
  #keep(origin: Origin, index: number): boolean {
    const { line, offset, bytes, maxRawBytes, eventId, part } = origin;
    const from = this.#textsEnd;
    if (eventId !== undefined || part !== undefined) return false;
    if (maxRawBytes === undefined || maxRawBytes > this.#texts.length - from) return false;
    const at = COLUMNS * index;
    // Entries of another kind may stand between: then more than one step is missing.
    while (at >= this.#numbers.length) this.#grow();
    this.#numbers[at] = line ?? Number.NaN;
    this.#numbers[at + 1] = offset ?? Number.NaN;
    this.#numbers[at + 2] = bytes ?? Number.NaN;
    this.#numbers[at + 3] = from;
    this.#textsEnd = origin.writeRaw(this.#texts, from);
    this.#numbers[at + 4] = this.#textsEnd;
    return true;
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
