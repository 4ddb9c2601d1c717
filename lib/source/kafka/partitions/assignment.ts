/** The partitions of this process, each with how far it was read. A partition that is lost and comes back is a new one here. */
import { partitionPlace, type SourceInfo } from '../../../record/place.ts';
import { PartitionOwnership, type Tenure } from '../group/tenure.ts';

/** A partition by name. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** Up to where partitions were read. */
export type Reached = ReadonlyMap<Assignment, bigint>;

/** One partition, from when it was assigned until it is lost. */
export class Assignment implements TopicPartition {
  readonly topic: string;
  readonly partition: number;
  /** Kafka's id of the topic: one that is deleted and made again has another. */
  readonly topicId: string;
  readonly #ownership: PartitionOwnership;
  /** The offset that reading began at. */
  #begunAt = 0n;
  readonly place: SourceInfo;
  /** The offset that is fetched next. Undefined until it is known where to begin. */
  next: bigint | undefined;
  /** The offset behind what went into the pipeline. */
  position: bigint | undefined;
  /** What the group has committed. */
  committed: bigint | undefined;
  /** Where it ends, as the last answer says. */
  end: bigint | undefined;
  /** The offset that was asked for and is not there. */
  missed: bigint | undefined;
  /** It is no longer ours, or no longer there. */
  isOver = false;

  constructor(
    { topic, partition }: TopicPartition,
    topicId: string,
    tenure: Tenure,
    { stream, namespace }: Pick<SourceInfo, 'stream' | 'namespace'>,
  ) {
    this.topic = topic;
    this.partition = partition;
    this.topicId = topicId;
    this.#ownership = new PartitionOwnership(tenure);
    this.place = partitionPlace(topic, partition, { stream, namespace, version: topicId, ownership: this.#ownership });
  }

  /** Messages that were read and are not committed, at most: offsets have gaps. */
  get uncommitted(): bigint {
    const { position = 0n, committed = 0n } = this;
    let from = this.#begunAt;
    if (committed > from) from = committed;
    return position > from ? position - from : 0n;
  }

  /** The offset that was asked for is not there: it is not known where to read. */
  miss(): void {
    this.missed = this.next;
    this.next = undefined;
  }

  /** It is another's: what waits of it is not sent, and nothing of it is committed. */
  lose(): void {
    this.isOver = true;
    this.#ownership.lose();
  }

  /** Its topic was deleted: what was read of it is delivered, but there is nothing to commit. */
  retire(): void {
    this.isOver = true;
  }

  /** Reading begins, or begins again, at this offset. */
  begin(offset: bigint): void {
    this.missed = undefined;
    this.#begunAt = offset;
    this.next = offset;
    this.position = offset;
  }
}

/** A name for a Map. */
export function partitionName({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}

/** Those of one process. */
export class Assignments {
  readonly #byKey = new Map<string, Assignment>();
  readonly #make: (name: TopicPartition) => Assignment;

  constructor(make: (name: TopicPartition) => Assignment) {
    this.#make = make;
  }

  [Symbol.iterator](): IterableIterator<Assignment> {
    return this.#byKey.values();
  }

  /**
   * The group has decided: what stays keeps its place, the others are lost, new ones come. What was fetched and not used is asked for
   * again.
   */
  assign(names: readonly TopicPartition[]): void {
    this.keep(names);
    for (const name of names) {
      const kept = this.#byKey.get(partitionName(name));
      if (kept === undefined) this.#byKey.set(partitionName(name), this.#make(name));
      else kept.next = kept.position;
    }
  }

  /** Those that are not named are lost. */
  keep(names: readonly TopicPartition[]): void {
    const kept = new Set(names.map(partitionName));
    for (const assignment of this) if (!kept.has(partitionName(assignment))) this.#lose(assignment);
  }

  loseAll(): void {
    for (const assignment of this) this.#lose(assignment);
  }

  /** A topic of this name was made again: its partitions are new ones. True if any of them was here. */
  renew(topic: string, topicId: string): boolean {
    const old = [...this].filter((each) => each.topic === topic && each.topicId !== topicId);
    for (const assignment of old) {
      assignment.retire();
      this.#byKey.set(partitionName(assignment), this.#make(assignment));
    }
    return old.length > 0;
  }

  #lose(assignment: Assignment): void {
    this.#byKey.delete(partitionName(assignment));
    assignment.lose();
  }
}
