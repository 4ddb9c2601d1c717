/**
 * The partitions of this process, and what is read of them: finds where to begin, fetches, makes rows, and notices what changes of
 * the topics. Answers go into the pipeline one after the other, partition by partition, as fast as it takes them.
 */
import type { FetchedOutput } from '../../../stream/fetched.ts';
import type { Metadata } from '../client/first-look.ts';
import type { KafkaConsumer } from '../client/library.ts';
import type { Tenure } from '../group/tenure.ts';
import type { KafkaSettings } from '../options.ts';
import type { KafkaPartitionStatus } from '../status.ts';
import { Assignment, Assignments, partitionName, type Reached, type TopicPartition } from './assignment.ts';
import { piecesOf } from './batches.ts';
import { Beginnings } from './beginnings.ts';
import { FetchLoops } from './fetch-loops.ts';
import type { FetchedPart } from './fetch-once.ts';
import { FetchedRows } from './fetched-rows.ts';

/** What reading needs. */
export interface PartitionsOptions {
  readonly settings: KafkaSettings;
  readonly client: KafkaConsumer;
  readonly output: FetchedOutput;
  readonly tenure: Tenure;
  readonly signal: AbortSignal;
  readonly metadata: Metadata;
  /** Where each partition is read to, by {@link partitionName}; undefined for ever. */
  readonly ends: ReadonlyMap<string, bigint> | undefined;
  /** All of the partition before `next` was read, `rows` of it just now. Called behind these rows. */
  readonly onRead: (assignment: Assignment, next: bigint, rows: number) => void;
  /** The group had committed nothing of these. */
  readonly onBegun: (reached: Reached) => void;
  /** A topic has more partitions than before. */
  readonly onGrown: () => void;
  /** All that is wanted was read. */
  readonly onDone: () => void;
  readonly onTrouble: (what: string, error: unknown) => void;
  readonly onWell: (what: string) => void;
  readonly onError: (error: unknown) => void;
}

/** Reads them. */
export class Partitions {
  readonly #options: PartitionsOptions;
  readonly #assignments: Assignments;
  readonly #loops: FetchLoops;
  readonly #rows: FetchedRows;
  readonly #beginnings: Beginnings;
  #metadata: Metadata;
  #pushing: Promise<void> = Promise.resolve();
  #isMember = false;
  /** Bytes of messages. */
  bytes = 0;

  constructor(options: PartitionsOptions) {
    const { settings, tenure } = options;
    this.#options = options;
    this.#metadata = options.metadata;
    this.#rows = new FetchedRows(settings, options.output.push);
    this.#assignments = new Assignments((name) => new Assignment(name, this.#topicId(name.topic), tenure, settings));
    this.#beginnings = new Beginnings({
      ...options,
      assignments: this.#assignments,
      onFound: () => {
        this.#loops.wake();
        this.#checkDone();
      },
    });
    this.#loops = new FetchLoops({
      ...options,
      ...settings,
      assignments: this.#assignments,
      wants: (assignment) => !this.#isRead(assignment),
      take: this.#take,
      onOutOfRange: (assignment) => {
        assignment.miss();
        void this.#beginnings.find();
      },
      onMetadata: this.#look,
    });
  }

  get status(): KafkaPartitionStatus[] {
    return Array.from(this.#assignments, ({ topic, partition, position, committed, end }) => ({
      topic,
      partition,
      position: position ?? committed ?? 0n,
      committed,
      end,
    }));
  }

  /** Offsets that are committed already: of one partition, if there is any. */
  get committed(): Reached {
    for (const assignment of this.#assignments)
      if (assignment.committed !== undefined) return new Map([[assignment, assignment.committed]]);
    return new Map();
  }

  /** Of each partition with some: how many messages were read and are not committed, at most. */
  get uncommitted(): bigint[] {
    return Array.from(this.#assignments, ({ uncommitted }) => uncommitted).filter((each) => each > 0n);
  }

  /** Reads no more. What was fetched and is not in the pipeline is forgotten. */
  pause(): void {
    this.#loops.pause();
  }

  /** These are ours from now on; those that were before keep their places. */
  assign(names: readonly TopicPartition[]): void {
    this.#isMember = true;
    this.#assignments.assign(names);
    this.#loops.resume();
    void this.#beginnings.find();
  }

  /** The same, but nothing more is read. */
  keep(names: readonly TopicPartition[]): void {
    this.#assignments.keep(names);
  }

  /** None is ours any more. */
  loseAll(): void {
    this.#isMember = false;
    this.#loops.pause();
    this.#assignments.loseAll();
  }

  readonly #take = (parts: readonly FetchedPart[], epoch: number): Promise<void> => {
    const pushed = this.#pushing.then(() => this.#push(parts, epoch));
    this.#pushing = pushed;
    // Who waits for it may do so later.
    pushed.catch(() => {});
    return pushed;
  };

  async #push(parts: readonly FetchedPart[], epoch: number): Promise<void> {
    const { output, onRead, settings } = this.#options;
    for (const { assignment, messages } of parts)
      for (const piece of piecesOf(messages, settings.checkpointEveryRecords)) {
        if (epoch !== this.#loops.epoch) return;
        this.bytes += piece.bytes;
        if (piece.next === assignment.position) continue;
        const count = this.#rows.push(assignment, piece);
        assignment.position = piece.next;
        onRead(assignment, piece.next, count);
        await output.busy();
      }
    this.#checkDone();
  }

  /** Topics change: they get more partitions, or are deleted and made again. */
  readonly #look = (metadata: Metadata): void => {
    const { topics, lastUpdate } = this.#metadata;
    if (metadata.lastUpdate === lastUpdate) return;
    this.#metadata = metadata;
    for (const [topic, { id, partitionsCount }] of metadata.topics) {
      const before = topics.get(topic);
      if (before?.id !== id && this.#assignments.renew(topic, id)) {
        this.#options.output.warn(`topic ${topic} was deleted and recreated: it is read as a new topic`);
        void this.#beginnings.find();
      }
      if (before?.partitionsCount !== partitionsCount) this.#options.onGrown();
    }
  };

  #topicId(topic: string): string {
    return this.#metadata.topics.get(topic)?.id ?? '';
  }

  /** True if nothing more is wanted of it. Partitions that came later hold nothing that was there at the start. */
  #isRead(assignment: Assignment, offset: bigint | undefined = assignment.next): boolean {
    const { ends } = this.#options;
    return ends !== undefined && offset !== undefined && offset >= (ends.get(partitionName(assignment)) ?? 0n);
  }

  #checkDone(): void {
    if (this.#options.ends === undefined || !this.#isMember) return;
    if ([...this.#assignments].every((each) => this.#isRead(each, each.position))) this.#options.onDone();
  }
}
