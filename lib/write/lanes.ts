/**
 * Order per person. An entry's key picks one of the lanes, and a lane has one batch in flight at a time: two updates of
 * one person can't overtake each other, under retries neither. An entry that touches two lanes (a merge, a
 * relationship) waits until all lanes are empty, and then everything takes one lane, until a whole batch came without
 * such an entry: a stream of relationships stays in full batches.
 *
 * One flush path: `#send` is the only place that takes an open batch, whatever the reason (size, linger, end).
 */
import type { Cancel, Clock } from '../clock.ts';
import type { Entry } from '../record/entry.ts';
import type { RowEntry } from '../record/row-entry.ts';
import { hashOfKey, orderingKeys } from '../track/ordering-keys.ts';
import { type Batch, BatchMemory } from './batch.ts';
import type { Epoch } from './checkpoints.ts';

interface Lane {
  open: Batch;
  busy: boolean;
  /** Send the open batch as soon as the lane is free, full or not. */
  due: boolean;
  cancelLinger: Cancel | undefined;
}

/** What lanes need to know. */
export interface LanesOptions {
  readonly concurrency: number;
  readonly maxBatchBytes: number;
  readonly lingerMs: number;
  readonly clock: Clock;
  /** Resolves when every entry of the batch has its outcome. Must not fail: after an error it never resolves. */
  readonly deliver: (batch: Batch) => Promise<void>;
  /** A lane has become free. */
  readonly onFree: () => void;
}

/** Open batches and who may send. */
export class Lanes {
  readonly #options: LanesOptions;
  readonly #lanes: Lane[];
  readonly #memory: BatchMemory;
  /** Everything takes the first lane, since an entry came that touches two. */
  #single = false;
  /** In single file, the last whole batch had no such entry: the next entry may spread over the lanes again. */
  #quiet = false;

  constructor(options: LanesOptions) {
    this.#options = options;
    this.#memory = BatchMemory.take(options.concurrency, options.maxBatchBytes);
    this.#lanes = Array.from({ length: options.concurrency }, () => ({
      open: this.#memory.batch(),
      busy: false,
      due: false,
      cancelLinger: undefined,
    }));
  }

  /** Takes the entry, or says false: come again when a lane has become free. */
  offer(entry: Entry, epoch: Epoch): boolean {
    const keys = orderingKeys(entry.operation);
    const first = this.#laneOf(keys[0]);
    const spans = keys.length > 1 && keys.some((key) => this.#laneOf(key) !== first);
    if (spans !== this.#single && (spans || this.#quiet)) {
      if (!this.idle) return this.flush();
      this.#single = spans;
      this.#quiet = false;
    }
    return this.#add(this.#lanes[this.#single ? 0 : first] as Lane, entry, epoch, spans);
  }

  /** Takes the row, or says false, and nothing has happened: then it has to come as an entry. */
  offerRow(row: RowEntry, epoch: Epoch): boolean {
    if (this.#single) return false;
    // V8 divides whole numbers only if it sees that they are.
    const lane = this.#lanes[(row.keyHash >>> 0) % this.#lanes.length] as Lane;
    if (!lane.open.addRow(row, epoch)) return false;
    this.#linger(lane);
    return true;
  }

  /** Sends what is waiting as soon as its lane is free. */
  flush(): false {
    for (const lane of this.#lanes) {
      lane.due = lane.open.size > 0;
      this.#pump(lane);
    }
    return false;
  }

  /** True when nothing waits and nothing is in flight. */
  get idle(): boolean {
    return this.#lanes.every((lane) => !lane.busy && lane.open.size === 0);
  }

  /** Cancels the timers. */
  close(): void {
    for (const lane of this.#lanes) lane.cancelLinger?.();
  }

  /** When no entry comes any more, and they are idle: leaves their memory to the next writer. */
  end(): void {
    this.close();
    if (this.#lanes.length > 0) this.#memory.leave();
    for (const { open } of this.#lanes.splice(0)) this.#memory.giveBack(open);
  }

  #laneOf(key = ''): number {
    return hashOfKey(key) % this.#lanes.length;
  }

  #add(lane: Lane, entry: Entry, epoch: Epoch, spans: boolean): boolean {
    if (!lane.open.fits(entry)) {
      if (lane.busy) return false;
      this.#send(lane);
    }
    lane.open.add(entry, epoch);
    if (spans) {
      lane.open.spans = true;
      this.#quiet = false;
    }
    this.#linger(lane);
    return true;
  }

  #linger(lane: Lane): void {
    if (lane.cancelLinger !== undefined) return;
    const { lingerMs, clock } = this.#options;
    lane.cancelLinger = clock.timer(lingerMs, () => {
      lane.due = true;
      this.#pump(lane);
    });
  }

  #pump(lane: Lane): void {
    if (lane.due && !lane.busy && lane.open.size > 0) this.#send(lane);
  }

  #send(lane: Lane): void {
    const batch = lane.open;
    lane.open = this.#memory.batch();
    lane.busy = true;
    lane.due = false;
    lane.cancelLinger?.();
    lane.cancelLinger = undefined;
    if (this.#single && !batch.spans) this.#quiet = true;
    void this.#options.deliver(batch).then(() => {
      if (batch.reusable) this.#memory.giveBack(batch);
      lane.busy = false;
      this.#pump(lane);
      this.#options.onFree();
    });
  }
}
