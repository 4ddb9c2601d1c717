/** What kafka() says of itself while it runs, for metrics and progress. */

/** Of one partition. */
export interface KafkaPartitionStatus {
  readonly topic: string;
  readonly partition: number;
  /** The offset behind what went into the pipeline. */
  readonly position: bigint;
  /** What the group has committed, as far as it is known. */
  readonly committed: bigint | undefined;
  /** Where the partition ends, as the last answer of its broker says. */
  readonly end: bigint | undefined;
}

/** Where a source stands in its group. */
export interface KafkaStatus {
  readonly state: 'joining' | 'running' | 'rebalancing' | 'stopping' | 'left';
  /** False if no broker has answered for longer than the session: nothing is read, and what is delivered is not committed. */
  readonly reachable: boolean;
  /** Those that are read now. */
  readonly partitions: readonly KafkaPartitionStatus[];
  /** That this process took part in, beside its first join. */
  readonly rebalances: number;
  readonly commits: number;
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
