/**
 * Checkpoints of kafka() on their way through the pipeline, and back: what was read since the last one goes into the next, and when
 * that is released its offsets go to the committer.
 */
import { type Cancel, type Clock, sleep } from '../../clock.ts';
import { Checkpoint } from '../../record/checkpoint.ts';
import type { Push } from '../../stream/decode.ts';
import type { Assignment, Reached } from './partitions/assignment.ts';
import { type KafkaPosition, Positions } from './positions.ts';

/** What is needed. */
export interface ReleasesOptions {
  readonly checkpointEveryRecords: number;
  readonly checkpointEveryMs: number;
  readonly clock: Clock;
  readonly push: Push;
  /** A checkpoint was released, after all that stages commit. */
  readonly onReleased: (reached: Reached) => void;
}

/** How long to wait for what is on its way. */
export interface Patience {
  /** In all. */
  readonly totalMs?: number;
  /** Since the last release. */
  readonly idleMs?: number;
}

/** The checkpoints that are not released. */
export class Releases {
  readonly #options: ReleasesOptions;
  readonly #positions: Positions;
  #reached = new Map<Assignment, bigint>();
  #open = 0;
  #waiting: (() => void)[] = [];
  #cancel: Cancel | undefined;
  #isClosed = false;

  constructor(options: ReleasesOptions) {
    this.#options = options;
    this.#positions = new Positions(options);
  }

  /** All of the partition before `next` was read, `rows` of it just now. */
  read(assignment: Assignment, next: bigint, rows: number): void {
    this.#positions.read(assignment.topic, assignment.partition, next, rows);
    this.#reached.set(assignment, next);
    this.#cancel ??= this.#options.clock.timer(this.#positions.dueInMs ?? 0, () => this.push());
  }

  /** Pushes a checkpoint if so much was read that one is due. */
  pushIfDue(): void {
    if (this.#positions.dueInMs === 0) this.push();
  }

  /** Pushes a checkpoint if anything was read since the last one. */
  push(): void {
    this.#cancelTimer();
    const reached = this.#reached;
    const position = this.#positions.take();
    if (position === undefined) return;
    this.#reached = new Map();
    this.#open++;
    const checkpoint = new Checkpoint<KafkaPosition>(position);
    checkpoint.released.push((isDry) => this.#released(isDry ? new Map() : reached));
    this.#options.push(checkpoint);
  }

  /** Resolves when all were released; false if that takes too long. */
  async settled({ totalMs = Number.POSITIVE_INFINITY, idleMs = Number.POSITIVE_INFINITY }: Patience): Promise<boolean> {
    const { clock } = this.#options;
    for (const end = clock.now() + totalMs; this.#open > 0 && !this.#isClosed; ) {
      const waitMs = Math.min(idleMs, end - clock.now());
      if (waitMs <= 0 || !(await this.#release(waitMs))) return false;
    }
    return this.#open === 0;
  }

  /** No checkpoint is made by time any more, and none is waited for. */
  close(): void {
    this.#isClosed = true;
    this.#cancelTimer();
    this.#wake();
  }

  #cancelTimer(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #released(reached: Reached): void {
    this.#open--;
    this.#options.onReleased(reached);
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** True if one is released within the time. */
  async #release(waitMs: number): Promise<boolean> {
    const timeout = new AbortController();
    const released = new Promise<true>((resolve) => void this.#waiting.push(() => resolve(true)));
    const late = sleep(this.#options.clock, waitMs, timeout.signal).then(
      () => false,
      () => true,
    );
    const isReleased = await Promise.race([released, late]);
    timeout.abort();
    return isReleased;
  }
}
