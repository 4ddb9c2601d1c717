/**
 * The core of kafka(), from the first join to the leave: connects the group, what is read, the checkpoints and the commits. Before
 * each rebalance it has settled what can be settled, so another process only begins with a partition when nothing of it is on the
 * wire here.
 */
import { sleep } from '../../clock.ts';
import type { FetchedOutput, Fetcher } from '../../stream/fetched.ts';
import { type Clients, kafkaClients } from './client/consumers.ts';
import { endsOf, type Metadata, topicsOf } from './client/first-look.ts';
import { Troubles } from './client/troubles.ts';
import { Committer } from './group/committer.ts';
import { closeSoon, type MemberEvents, Membership } from './group/membership.ts';
import { Tenure } from './group/tenure.ts';
import type { KafkaSettings } from './options.ts';
import { Partitions, type PartitionsOptions } from './partitions/partitions.ts';
import { Releases } from './releases.ts';
import type { KafkaStatus } from './status.ts';

/** Of the session: how long what was read may take to settle before a rebalance. */
const SETTLE_SHARE = 0.3;
/** How long requests are then waited for that are on the wire: longer than the default time-out of one. */
const QUIET_MS = 35_000;
/** Of the session: how often the broker must hear of us meanwhile, as there are no heartbeats. */
const ALIVE_SHARE = 0.3;
/** How long a commit may take before a rebalance, and at the end. */
const COMMIT_MS = 2_000;
/** Of the session: for so long after the broker was asked the partitions are certainly ours. */
const TENURE_SHARE = 0.9;

/** Reads topics as a member of a group. */
export class KafkaReader implements Fetcher, MemberEvents {
  readonly #settings: KafkaSettings;
  readonly #output: FetchedOutput;
  readonly #closing = new AbortController();
  readonly #tenure: Tenure;
  readonly #troubles: Troubles;
  readonly #committer: Committer;
  readonly #releases: Releases;
  #client: ReturnType<Clients['fetcher']> | undefined;
  #member: Membership | undefined;
  #partitions: Partitions | undefined;
  #state: KafkaStatus['state'] = 'joining';
  #joins = 0;
  #end: () => void = () => {};
  #fail: (error: unknown) => void = () => {};
  /** Settles when reading is to end. */
  readonly #ended: Promise<void>;

  constructor(settings: KafkaSettings, output: FetchedOutput) {
    const { clock } = settings;
    this.#settings = settings;
    this.#output = output;
    this.#tenure = new Tenure(clock);
    this.#troubles = new Troubles(clock, output.warn);
    this.#committer = new Committer({
      commit: async (offsets) => await this.#member?.commit(offsets),
      onFailure: (error) => this.troubled('committing offsets', error),
      clock,
    });
    this.#releases = new Releases({ ...settings, push: output.push, onReleased: (reached) => this.#committer.add(reached) });
    this.#ended = new Promise((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
    this.#ended.catch(() => {});
  }

  get status(): KafkaStatus {
    const { commits, failed: failedCommits } = this.#committer;
    const { status: partitions = [], bytes = 0 } = this.#partitions ?? {};
    return { state: this.#state, partitions, rebalances: Math.max(0, this.#joins - 1), commits, failedCommits, bytes };
  }

  async run(): Promise<void> {
    await Promise.race([this.#start().then(() => this.#ended), this.#ended]);
    await this.#leave();
  }

  stop(): void {
    this.#end();
  }

  async #start(): Promise<void> {
    const { topics, until, dryRun, clock } = this.#settings;
    const { signal } = this.#closing;
    const clients = await kafkaClients(this.#settings);
    if (this.#isOver) return;
    const client = clients.fetcher();
    this.#client = client;
    const metadata = await topicsOf(client, topics, clock, signal);
    const ends = until === undefined ? undefined : await endsOf(client, topics, clock, signal);
    if (this.#isOver) return;
    this.#partitions = new Partitions({
      settings: this.#settings,
      output: this.#output,
      client,
      tenure: this.#tenure,
      signal,
      metadata,
      ends,
      onRead: this.#onRead,
      onBegun: (reached) => this.#committer.add(reached),
      onGrown: () => this.#member?.rebalance(),
      onDone: this.#end,
      onTrouble: (what, error) => this.troubled(what, error),
      onError: this.#fail,
    });
    if (dryRun) return this.#takeAll(metadata);
    this.#member = new Membership({ topics, make: clients.member, events: this, clock });
    await this.#member.start();
  }

  /** As the only member of a group would, but for nobody to notice. */
  #takeAll({ topics }: Metadata): void {
    const all = [...topics].map(([topic, { partitionsCount: length }]) => Array.from({ length }, (_, partition) => ({ topic, partition })));
    this.joined(all.flat(), true);
    this.#tenure.extend(Number.POSITIVE_INFINITY);
  }

  readonly #onRead: PartitionsOptions['onRead'] = (assignment, next, rows) => {
    this.#releases.read(assignment, next, rows);
    this.#releases.pushIfDue();
  };

  /** What was read settles, is committed, and others get the partitions. */
  async #leave(): Promise<void> {
    this.#state = 'stopping';
    this.#partitions?.pause();
    this.#releases.push();
    await this.#releases.settled({ idleMs: this.#settings.settleMs });
    await Promise.race([this.#committer.flush(), this.#wait(COMMIT_MS)]);
    await this.close();
  }

  /** Resolves when nothing of the partitions is on the wire, or that takes too long. */
  async #quiet(): Promise<void> {
    const { clock, sessionTimeoutMs } = this.#settings;
    const quiet = this.#tenure.quiet().then(() => true);
    for (const end = clock.now() + QUIET_MS; clock.now() < end; ) {
      const isQuiet = await Promise.race([quiet, this.#wait(ALIVE_SHARE * sessionTimeoutMs).then(() => false)]);
      if (isQuiet || this.#closing.signal.aborted) return;
      if (this.#partitions !== undefined) this.#committer.repeat(this.#partitions.committed);
    }
  }

  async #wait(ms: number): Promise<void> {
    await sleep(this.#settings.clock, ms, this.#closing.signal).catch(() => {});
  }

  get #isOver(): boolean {
    return this.#state === 'stopping' || this.#closing.signal.aborted;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#committer.close();
    this.#releases.close();
    this.#partitions?.loseAll();
    const client = this.#client;
    this.#client = undefined;
    await Promise.all([this.#member?.leave(), client && closeSoon(client, this.#settings.clock)]);
    this.#state = 'left';
  }

  async beforeJoin(isMember: boolean): Promise<void> {
    if (this.#state !== 'stopping') this.#state = this.#joins === 0 ? 'joining' : 'rebalancing';
    if (!isMember) return this.lost();
    this.#partitions?.pause();
    this.#releases.push();
    if (this.#tenure.isSure) await this.#releases.settled({ totalMs: SETTLE_SHARE * this.#settings.sessionTimeoutMs });
    // From here on nothing leaves any more.
    this.#tenure.suspend();
    await this.#quiet();
    await Promise.race([this.#committer.flush(), this.#wait(COMMIT_MS)]);
    this.#committer.close();
  }

  joined(assigned: Parameters<MemberEvents['joined']>[0], isContinuous: boolean): void {
    this.#joins++;
    if (this.#state !== 'stopping') this.#state = 'running';
    if (!isContinuous) this.#partitions?.loseAll();
    this.alive(this.#settings.clock.now());
    this.#tenure.resume();
    if (!this.#settings.dryRun) this.#committer.open();
    if (this.#state === 'running') this.#partitions?.assign(assigned);
    else this.#partitions?.keep(assigned);
  }

  alive(askedAt: number): void {
    this.#tenure.extend(askedAt + TENURE_SHARE * this.#settings.sessionTimeoutMs);
  }

  lost(): void {
    this.#tenure.suspend();
    this.#committer.close();
    this.#partitions?.loseAll();
  }

  troubled(what: string, error: unknown): void {
    if (!this.#closing.signal.aborted) this.#troubles.say(what, error);
  }
}
