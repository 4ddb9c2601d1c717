/**
 * Fetches from the brokers that lead our partitions: one request at a time from each, and while its answer goes into the
 * pipeline, the next. What comes is only used in the epoch in which it was asked for: at each rebalance a new one begins.
 */
import { type Clock, sleep } from '../../../clock.ts';
import type { Metadata } from '../client/first-look.ts';
import type { Assignment, Assignments } from './assignment.ts';
import { type FetchedPart, type FetchOnceOptions, fetchOnce } from './fetch-once.ts';

/** What the loops need. */
export interface FetchLoopsOptions extends FetchOnceOptions {
  readonly topics: readonly string[];
  readonly clock: Clock;
  readonly assignments: Assignments;
  /** False for a partition of which nothing more is wanted. */
  readonly wants: (assignment: Assignment) => boolean;
  /** Takes what was fetched; the next answer of the same broker waits for it. */
  readonly take: (fetched: readonly FetchedPart[], epoch: number) => Promise<void>;
  /** Hears of each look at where the partitions are. */
  readonly onMetadata: (metadata: Metadata) => void;
  /** What was reported as trouble succeeds. */
  readonly onWell: (what: string) => void;
  readonly onError: (error: unknown) => void;
}

const RETRY_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/** The loops, one for each leader. */
export class FetchLoops {
  readonly #options: FetchLoopsOptions;
  /** By leader. */
  readonly #loops = new Set<number>();
  /** Leaders whose last fetch has failed. */
  readonly #failing = new Set<number>();
  #epoch = 0;
  #isOpen = false;
  #isStarting = false;
  #isWoken = false;
  #turn = 0;

  constructor(options: FetchLoopsOptions) {
    this.#options = options;
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** Nothing more is fetched, and what was is not used. */
  pause(): void {
    this.#epoch++;
    this.#isOpen = false;
  }

  /** A new epoch: the partitions have changed. */
  resume(): void {
    this.#epoch++;
    this.#isOpen = true;
    this.#failing.clear();
    this.wake();
  }

  /** There may be something to fetch that was not there before. */
  wake(): void {
    this.#isWoken = true;
    if (!this.#isStarting) void this.#start();
  }

  /** Starts the loops that are missing. Never fails. */
  async #start(): Promise<void> {
    this.#isStarting = true;
    for (let failures = 0; this.#isWoken && this.#isRunning; ) {
      this.#isWoken = false;
      const leaders = await this.#leaders();
      for (const node of leaders) if (node !== undefined && this.#isRunning && !this.#loops.has(node)) void this.#run(node);
      if (!leaders.has(undefined)) continue;
      await this.#pause(failures++);
      this.#isWoken = true;
    }
    this.#isStarting = false;
  }

  /** Of the partitions that are to be fetched; undefined for one that nobody leads now. */
  async #leaders(): Promise<Set<number | undefined>> {
    try {
      const metadata = await this.#metadata();
      this.#options.onWell('looking up the topics');
      return new Set(this.#wanted().map((assignment) => leaderOf(assignment, metadata)));
    } catch (error) {
      this.#options.onTrouble('looking up the topics', error);
      return new Set([undefined]);
    }
  }

  /** Never fails. */
  async #run(node: number): Promise<void> {
    this.#loops.add(node);
    try {
      await this.#fetchFrom(node);
    } catch (error) {
      this.#options.onError(error);
    } finally {
      this.#loops.delete(node);
    }
    // Its partitions may have come back, or have gone to another leader, while the last answer was on its way.
    if (this.#isRunning && this.#wanted().length > 0) this.wake();
  }

  async #fetchFrom(node: number): Promise<void> {
    let taking: Promise<void> = Promise.resolve();
    for (let failures = 0; this.#isRunning; ) {
      const epoch = this.#epoch;
      const asked = await this.#partitionsOf(node);
      if (epoch !== this.#epoch) continue;
      if (asked.length === 0) break;
      const read = await fetchOnce(node, asked, this.#options);
      this.#fetched(node, read !== undefined);
      await taking;
      if (read === undefined) await this.#pause(failures++);
      else if (epoch === this.#epoch) {
        taking = this.#options.take(read(), epoch);
        failures = 0;
      }
    }
    this.#failing.delete(node);
    await taking;
  }

  /** Fetching works again when it does at each leader. */
  #fetched(node: number, isDone: boolean): void {
    if (!isDone) this.#failing.add(node);
    else {
      this.#failing.delete(node);
      if (this.#failing.size === 0) this.#options.onWell('fetching');
    }
  }

  #wanted(): Assignment[] {
    return [...this.#options.assignments].filter((each) => each.next !== undefined && this.#options.wants(each));
  }

  /** Those that this broker leads, each time beginning with another, since the first of them fill the answer. */
  async #partitionsOf(node: number): Promise<Assignment[]> {
    const metadata = await this.#metadata().catch(() => undefined);
    const led = metadata === undefined ? [] : this.#wanted().filter((each) => leaderOf(each, metadata) === node);
    const turn = this.#turn++ % Math.max(1, led.length);
    return [...led.slice(turn), ...led.slice(0, turn)];
  }

  async #metadata(): Promise<Metadata> {
    const { client, topics, onMetadata } = this.#options;
    // The library sorts the list that it is given.
    const metadata = await client.metadata({ topics: [...topics] });
    onMetadata(metadata);
    return metadata;
  }

  get #isRunning(): boolean {
    return this.#isOpen && !this.#options.signal.aborted;
  }

  async #pause(failures: number): Promise<void> {
    const { clock, signal } = this.#options;
    await sleep(clock, Math.min(LONGEST_PAUSE_MS, RETRY_MS * 2 ** failures), signal).catch(() => {});
  }
}

function leaderOf({ topic, partition }: Assignment, { topics }: Metadata): number | undefined {
  const leader = topics.get(topic)?.partitions[partition]?.leader;
  return leader === -1 ? undefined : leader;
}
