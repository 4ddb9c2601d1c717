/**
 * Where a consumer group has come to: of each partition the next offset. What was read between two checkpoints is one position,
 * which may be committed when everything before it has its outcome.
 */
import type { Clock } from '../../clock.ts';

/**
 * The next message to read of one partition.
 *
 * @category Sources
 */
export interface KafkaOffset {
  /** Name of the topic. */
  readonly topic: string;
  /** Number of the partition. */
  readonly partition: number;
  /** Offset of that message. */
  readonly offset: bigint;
}

/**
 * What a checkpoint of {@link kafka} or {@link fromKafka} holds.
 *
 * @category Sources
 */
export interface KafkaPosition {
  /** Of each partition that was read since the checkpoint before: the next message. */
  readonly offsets: readonly KafkaOffset[];
}

/** When a position is due. */
export interface PositionsOptions {
  readonly checkpointEveryRecords: number;
  readonly checkpointEveryMs: number;
  readonly clock: Clock;
}

/** Collects positions. */
export class Positions {
  readonly #options: PositionsOptions;
  readonly #topics = new Map<string, Map<number, number | bigint>>();
  #rows = 0;
  /** When the first of them was read. */
  #since: number | undefined;

  constructor(options: PositionsOptions) {
    this.#options = options;
  }

  /** All of the partition before `next` was read; of these messages `rows` are new. There may be none: offsets have gaps. */
  read(topic: string, partition: number, next: number | bigint, rows: number): void {
    let partitions = this.#topics.get(topic);
    if (partitions === undefined) {
      partitions = new Map();
      this.#topics.set(topic, partitions);
    }
    partitions.set(partition, next);
    this.#rows += rows;
    this.#since ??= this.#options.clock.now();
  }

  /** True once so many messages were read that a position is due, whatever the time is. */
  get isFull(): boolean {
    return this.#rows >= this.#options.checkpointEveryRecords;
  }

  /** In how many milliseconds a position is due, 0 for now; undefined if nothing was read. */
  get dueInMs(): number | undefined {
    if (this.#since === undefined) return undefined;
    const { checkpointEveryMs, clock } = this.#options;
    return this.isFull ? 0 : Math.max(0, this.#since + checkpointEveryMs - clock.now());
  }

  /** The position now, if anything was read since the last one. */
  take(): KafkaPosition | undefined {
    const offsets = [...this.#topics].flatMap(([topic, partitions]) =>
      Array.from(partitions, ([partition, next]) => ({ topic, partition, offset: BigInt(next) })),
    );
    this.#topics.clear();
    this.#rows = 0;
    this.#since = undefined;
    return offsets.length === 0 ? undefined : { offsets };
  }
}
