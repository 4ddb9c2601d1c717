/**
 * The core of kafka(), from the first join to the leave: connects the group, what is read, the checkpoints and the commits. Before
 * each rebalance it has settled what can be settled, so another process only begins with a partition when nothing of it is on the
 * wire here.
 */
import type { FetchedOutput, Fetcher } from '../../stream/fetched.ts';
import { kafkaClients } from './client/consumers.ts';
import { endsOf, partitionsIn, topicsOf } from './client/first-look.ts';
import { Troubles } from './client/troubles.ts';
import { Committer } from './group/committer.ts';
import { type MemberEvents, Membership } from './group/membership.ts';
import { Tenure } from './group/tenure.ts';
import type { KafkaSettings } from './options.ts';
import { Partitions, type PartitionsOptions } from './partitions/partitions.ts';
import { Releases } from './releases.ts';
import { Settling } from './settling.ts';
import type { KafkaStatus } from './status.ts';

/** Of the session: for so long after the broker was asked requests may leave. The rest is for their way: who is thrown out of the group has sent them. */
const TENURE_SHARE = 0.5;

/** Reads topics as a member of a group. */
export class KafkaReader implements Fetcher, MemberEvents {
  readonly #settings: KafkaSettings;
  readonly #output: FetchedOutput;
  readonly #closing = new AbortController();
  readonly #tenure: Tenure;
  readonly #troubles: Troubles;
  readonly #committer: Committer;
  readonly #releases: Releases;
  readonly #settling: Settling;
  #closeClient: () => Promise<void> = async () => {};
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
      onSuccess: () => this.well('committing offsets'),
      onFailure: (error) => this.troubled('committing offsets', error),
      clock,
    });
    this.#releases = new Releases({ ...settings, push: output.push, onReleased: (reached) => this.#committer.add(reached) });
    this.#settling = new Settling({
      ...{ releases: this.#releases, tenure: this.#tenure, committer: this.#committer },
      ...{ sessionTimeoutMs: settings.sessionTimeoutMs, clock, signal: this.#closing.signal },
      committed: () => this.#partitions?.committed ?? new Map(),
    });
    this.#ended = new Promise((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
    this.#ended.catch(() => {});
  }

  get status(): KafkaStatus {
    const { commits, failed: failedCommits } = this.#committer;
    const { status: partitions = [], bytes = 0 } = this.#partitions ?? {};
    const reachable = this.#troubles.isReachable(this.#settings.sessionTimeoutMs);
    return { state: this.#state, reachable, partitions, rebalances: Math.max(0, this.#joins - 1), commits, failedCommits, bytes };
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
    this.#closeClient = () => clients.close(client);
    const metadata = await topicsOf(client, topics, clock, signal);
    const ends = until === undefined ? undefined : await endsOf(client, topics, clock, signal);
    if (this.#isOver) return;
    this.#partitions = new Partitions({
      settings: this.#settings,
      output: this.#output,
      ...{ client, signal, metadata, ends, tenure: this.#tenure },
      onRead: this.#onRead,
      onBegun: (reached) => this.#committer.add(reached),
      onGrown: () => this.#member?.rebalance(),
      onDone: this.#end,
      onTrouble: (what, error) => this.troubled(what, error),
      onWell: (what) => this.well(what),
      onError: this.#fail,
    });
    if (dryRun) {
      // As the only member of a group would, but for nobody to notice.
      this.joined(partitionsIn(metadata), true);
      return this.#tenure.extend(Number.POSITIVE_INFINITY);
    }
    this.#member = new Membership({ topics, make: clients.member, events: this, clock });
    await this.#member.start();
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
    await this.#settling.atEnd(this.#settings.settleMs);
    this.#sayUncommitted();
    await this.close();
  }

  get #isOver(): boolean {
    return this.#state === 'stopping' || this.#closing.signal.aborted;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#committer.close();
    this.#releases.close();
    this.#partitions?.loseAll();
    await Promise.all([this.#member?.leave(), this.#closeClient()]);
    this.#state = 'left';
  }

  async beforeJoin(isMember: boolean): Promise<void> {
    if (this.#state !== 'stopping') this.#state = this.#joins === 0 ? 'joining' : 'rebalancing';
    if (!isMember) return this.lost();
    this.#partitions?.pause();
    this.#releases.push();
    await this.#settling.beforeJoin();
    this.#committer.close();
  }

  joined(assigned: Parameters<MemberEvents['joined']>[0], isContinuous: boolean): void {
    this.#joins++;
    if (this.#state !== 'stopping') this.#state = 'running';
    if (!isContinuous) this.#loseAll();
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
    this.#loseAll();
  }

  fenced(error: Error): void {
    this.lost();
    if (this.#state === 'stopping') this.#output.warn(error.message);
    else this.#fail(error);
  }

  /** Another process may have them: it begins where the group has committed. */
  #loseAll(): void {
    this.#sayUncommitted();
    this.#partitions?.loseAll();
  }

  /** Nobody else can know that these are sent twice. */
  #sayUncommitted(): void {
    if (!this.#settings.dryRun) this.#troubles.sayUncommitted(this.#partitions?.uncommitted ?? []);
  }

  troubled(what: string, error: unknown): void {
    if (!this.#closing.signal.aborted) this.#troubles.say(what, error);
  }

  well(what: string): void {
    this.#troubles.over(what);
  }
}
