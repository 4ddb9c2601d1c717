/**
 * This process as a member of its consumer group. Before each request to join, which is how every rebalance begins, it has the
 * source settle what it can (`beforeJoin`): until that request is out, the group waits and nobody else has the partitions. A
 * consumer that has lost its group for good is replaced by a new one.
 */
import { type Clock, sleep } from '../../../clock.ts';
import type { CioError } from '../../../errors.ts';
import { closeSoon } from '../client/close-soon.ts';
import type { ConsumerHooks } from '../client/consumers.ts';
import { START_MS, startError } from '../client/first-look.ts';
import type { KafkaConsumer } from '../client/library.ts';
import type { TopicPartition } from '../partitions/assignment.ts';
import type { OffsetToCommit } from './committer.ts';
import { fencedError, isFenced, watchFencing } from './fencing.ts';

/** What the source does at the turns of the group. */
export interface MemberEvents {
  /** Settles what can be settled. `isMember` is false if the partitions are lost already. Must not fail. */
  beforeJoin(isMember: boolean): Promise<void>;
  /** These are ours now. `isContinuous` is false if somebody else may have had them meanwhile. */
  joined(assigned: readonly TopicPartition[], isContinuous: boolean): void;
  /** The broker has heard of us: it was asked at `askedAt`. */
  alive(askedAt: number): void;
  /** Out of the group. A new consumer is on its way. */
  lost(): void;
  /** Another process has this one's instance id, and its partitions. Nothing joins any more. */
  fenced(error: CioError): void;
  /** Something that is tried again has failed. */
  troubled(what: string, error: unknown): void;
  /** What has failed succeeds. */
  well(what: string): void;
}

/** What a member needs. */
export interface MemberOptions {
  readonly topics: readonly string[];
  /** A consumer with these hooks. */
  readonly make: (hooks: ConsumerHooks) => KafkaConsumer;
  readonly events: MemberEvents;
  readonly clock: Clock;
}

const NOTHING = Buffer.alloc(0);
/** What is tried again when it fails. */
const HEARTBEAT = 'the heartbeat';
const COORDINATOR = 'reaching the coordinator of the group';
const STAYING = 'staying in the group';
const JOINING = 'joining the group again';

const RETRY_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** A member, from the first join to the leave. */
export class Membership {
  readonly #options: MemberOptions;
  readonly #leaving = new AbortController();
  #consumer: KafkaConsumer | undefined;
  #hasJoined = false;
  /** The last join that was reported. */
  #member: { readonly id: string; readonly generation: number } | undefined;
  #failStart: (error: unknown) => void = () => {};
  #isLeader = false;

  constructor(options: MemberOptions) {
    this.#options = options;
  }

  /** Joins. Throws a CioError if that fails for some seconds, or can't succeed. */
  async start(): Promise<void> {
    const startedAt = this.#options.clock.now();
    const failed = new Promise<never>((_, reject) => {
      this.#failStart = (error) => {
        if (this.#options.clock.now() - startedAt >= START_MS) reject(error);
      };
    });
    try {
      await Promise.race([failed, this.#join()]);
    } catch (error) {
      if (this.#leaving.signal.aborted) return;
      throw startError("the group can't be joined", error);
    } finally {
      this.#failStart = () => {};
    }
  }

  async commit(offsets: readonly OffsetToCommit[]): Promise<void> {
    if (this.#consumer === undefined) throw new Error('this process is not in the group');
    await this.#consumer.commit({ offsets: offsets.map((offset) => ({ ...offset, leaderEpoch: -1 })) });
  }

  /** A topic has more partitions: its leader has the group share them out again. */
  rebalance(): void {
    if (this.#isLeader) this.#consumer?.joinGroup({}).catch((error) => this.#options.events.troubled(JOINING, error));
  }

  /** Leaves: others have the partitions at their next heartbeat. Never fails, and does not wait long for a broker that is gone. */
  async leave(): Promise<void> {
    this.#leaving.abort();
    const consumer = this.#consumer;
    this.#consumer = undefined;
    if (consumer !== undefined) await closeSoon(consumer, this.#options.clock);
  }

  async #join(): Promise<void> {
    const consumer = this.#open();
    consumer.topics.trackAll(...this.#options.topics);
    await consumer.joinGroup({});
  }

  #open(): KafkaConsumer {
    const { make, events, clock } = this.#options;
    const consumer = make({
      protocolsMetadata: async () => {
        if (!this.#isCurrent(consumer)) throw new Error('the consumer is closed');
        await events.beforeJoin(consumer.memberId !== null && this.#member?.id === consumer.memberId);
        if (!this.#isCurrent(consumer)) throw new Error('the consumer is closed');
        return NOTHING;
      },
      retryDelay: (_client, _operation, attempt, _retries, error) => {
        if (!this.#hasJoined) this.#failStart(error);
        if (isFenced(error)) this.#fenced(consumer);
        if (attempt > 2) events.troubled(COORDINATOR, error);
        return RETRY_MS;
      },
    });
    let askedAt = clock.now();
    const renew = (error: unknown): void => {
      if (this.#isCurrent(consumer)) void this.#renew(error);
    };
    consumer.on('consumer:group:join', ({ memberId, generationId = 0, isLeader = false, assignments = [] }) => {
      if (this.#consumer === consumer) this.#joined(memberId, generationId, isLeader, assignments);
    });
    consumer.on('consumer:heartbeat:start', () => {
      askedAt = clock.now();
    });
    consumer.on('consumer:heartbeat:end', () => {
      if (this.#consumer !== consumer) return;
      events.alive(askedAt);
      events.well(COORDINATOR);
      events.well(HEARTBEAT);
    });
    consumer.on('consumer:heartbeat:error', ({ error }) => events.troubled(HEARTBEAT, error));
    consumer.on('consumer:heartbeat:stalled', ({ lastError }) => renew(lastError ?? new Error('no heartbeat is answered')));
    // Of a rejoin that has failed: from then on there are no heartbeats. Without a listener it would end the process.
    (consumer as NodeJS.EventEmitter).on('error', renew);
    watchFencing(consumer, () => this.#fenced(consumer));
    this.#consumer = consumer;
    return consumer;
  }

  #isCurrent(consumer: KafkaConsumer): boolean {
    return this.#consumer === consumer && !this.#leaving.signal.aborted;
  }

  #fenced(consumer: KafkaConsumer): void {
    if (!this.#isCurrent(consumer)) return;
    this.#leaving.abort();
    this.#options.events.fenced(fencedError(consumer.groupInstanceId));
  }

  #joined(id: string, generation: number, isLeader: boolean, assignments: Assigned): void {
    const before = this.#member;
    this.#member = { id, generation };
    this.#isLeader = isLeader;
    this.#hasJoined = true;
    for (const what of [COORDINATOR, STAYING, JOINING]) this.#options.events.well(what);
    // The same generation comes twice if a commit has joined as well, beside the heartbeat.
    this.#options.events.joined(flat(assignments), before?.id === id && generation - before.generation <= 1);
  }

  async #renew(error: unknown): Promise<void> {
    const { events, clock } = this.#options;
    const old = this.#consumer;
    this.#consumer = undefined;
    this.#member = undefined;
    this.#isLeader = false;
    if (!this.#hasJoined || old === undefined) return;
    events.lost();
    events.troubled(STAYING, error);
    await closeSoon(old, clock);
    for (let pauseMs = RETRY_MS; !this.#leaving.signal.aborted; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      try {
        return await this.#join();
      } catch (again) {
        if (this.#leaving.signal.aborted) return;
        events.troubled(JOINING, again);
        const failed = this.#consumer as KafkaConsumer | undefined;
        this.#consumer = undefined;
        if (failed !== undefined) await closeSoon(failed, clock);
        await sleep(clock, pauseMs, this.#leaving.signal).catch(() => {});
      }
    }
  }
}

type Assigned = readonly { topic: string; partitions: readonly number[] }[];

function flat(assignments: Assigned): TopicPartition[] {
  return assignments.flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition })));
}
