/** What kafka() says of itself while it runs, for metrics and progress. */

/**
 * The status of one partition.
 *
 * @category Sources
 */
export interface KafkaPartitionStatus {
  /** Name of the topic. */
  readonly topic: string;
  /** Number of the partition. */
  readonly partition: number;
  /** The offset after the last message that went into the pipeline. */
  readonly position: bigint;
  /** The offset that the group has committed, as far as it is known. */
  readonly committed: bigint | undefined;
  /** Where the partition ends, by the latest answer of its broker. */
  readonly end: bigint | undefined;
}

/**
 * The status of a {@link KafkaSource} in its group.
 *
 * @category Sources
 */
export interface KafkaStatus {
  /** What the member does now. */
  readonly state: 'joining' | 'running' | 'rebalancing' | 'stopping' | 'left';
  /** False if no broker has answered for longer than the session: nothing is read, and what is delivered is not committed. */
  readonly reachable: boolean;
  /** The partitions that this process reads now. */
  readonly partitions: readonly KafkaPartitionStatus[];
  /** Rebalances since its first join. */
  readonly rebalances: number;
  /** Commits that the group has taken. */
  readonly commits: number;
  /** Commits that failed. */
  readonly failedCommits: number;
  /** Bytes of messages, as they were fetched. */
  readonly bytes: number;
}

/** Offsets that are there and not committed; before anything is committed, those that are not read. Undefined before the end is known. */
export function lagOf({ position, committed, end }: KafkaPartitionStatus): bigint | undefined {
  if (end === undefined) return undefined;
  const behind = end - (committed ?? position);
  return behind > 0n ? behind : 0n;
}
