/**
 * A STATE that waits for its rows: it comes out as it came in, to the last byte, plus what became of its rows. And the memory
 * budget of all that wait: a source may send one after each row, or some megabytes each.
 */
import { spanOf } from '../../json/scan.ts';
import type { Interval } from './streams.ts';

/** A STATE message that waits until its rows are delivered or rejected. */
export class PendingState {
  readonly #text: string;
  readonly #intervals: readonly Interval[];

  /** `text` is the whole message, valid JSON with an object `state`. */
  constructor(text: string, intervals: readonly Interval[]) {
    this.#text = text;
    this.#intervals = intervals;
  }

  /** What it takes in memory, roughly. */
  get bytes(): number {
    return OVERHEAD_BYTES + 2 * this.#text.length;
  }

  /** The message with its `destinationStats`. Only right when all its rows are delivered or rejected. */
  released(): string {
    const rejected = this.#intervals.reduce((sum, interval) => sum + interval.rejected, 0);
    const taken = this.#intervals.reduce((sum, interval) => sum + interval.read, 0) - rejected;
    // The protocol wants doubles that look like doubles.
    const stats = `{"recordCount":${taken}.0,"rejectedRecordCount":${rejected}.0}`;
    const text = this.#text;
    const there = spanOf(text, 'state', 'destinationStats');
    if (there) return text.slice(0, there.from) + stats + text.slice(there.to);
    const end = (spanOf(text, 'state')?.to ?? text.length) - 1;
    const comma = /\{\s*$/.test(text.slice(Math.max(0, end - 100), end)) ? '' : ',';
    return `${text.slice(0, end)}${comma}"destinationStats":${stats}${text.slice(end)}`;
  }
}

// Checkpoint, epoch, intervals.
const OVERHEAD_BYTES = 1_000;
const MAX_BYTES = 64 * 1024 * 1024;

/** How much memory the waiting STATEs take. */
export class StateBudget {
  #bytes = 0;
  #drained: Promise<void> | undefined;
  #onDrained: () => void = () => {};

  add({ bytes }: PendingState): void {
    this.#bytes += bytes;
  }

  remove({ bytes }: PendingState): void {
    this.#bytes -= bytes;
    if (this.#bytes > MAX_BYTES) return;
    this.#drained = undefined;
    this.#onDrained();
  }

  /** Resolves when the STATEs take no more than they may; undefined if that is so already. */
  drained(): Promise<void> | undefined {
    if (this.#bytes <= MAX_BYTES) return undefined;
    this.#drained ??= new Promise((resolve) => {
      this.#onDrained = resolve;
    });
    return this.#drained;
  }
}
