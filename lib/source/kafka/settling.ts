/**
 * How long what was read is waited for, before a rebalance and at the end. Before a rebalance all that is in the pipeline may settle
 * for a share of the session; then nothing more leaves, and what is on the wire is waited for, since another process that began
 * before it has arrived could be overtaken by it.
 */
import { type Clock, sleep } from '../../clock.ts';
import type { Committer } from './group/committer.ts';
import type { Tenure } from './group/tenure.ts';
import type { Reached } from './partitions/assignment.ts';
import type { Releases } from './releases.ts';

/** What settles. */
export interface SettlingOptions {
  readonly releases: Releases;
  readonly tenure: Tenure;
  readonly committer: Committer;
  readonly sessionTimeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Offsets that are committed already. */
  readonly committed: () => Reached;
}

/** Of the session: how long all may take to settle before a rebalance. */
const SETTLE_SHARE = 0.15;
/** How long requests are then waited for that are on the wire: longer than the default time-out of one. */
const QUIET_MS = 35_000;
/** Of the session: how often the broker must hear of us meanwhile, as there are no heartbeats. */
const ALIVE_SHARE = 0.3;
/** How long an end waits for a rebalance that has begun. */
const REBALANCE_MS = 5_000;
/** How long a commit may take before a rebalance, and at the end. */
const COMMIT_MS = 2_000;

/** Waits, and never fails. */
export class Settling {
  readonly #options: SettlingOptions;

  constructor(options: SettlingOptions) {
    this.#options = options;
  }

  /** Afterwards nothing leaves any more, until it is decided whose the partitions are. */
  async beforeJoin(): Promise<void> {
    const { releases, tenure, sessionTimeoutMs } = this.#options;
    if (tenure.isSure) await releases.settled({ totalMs: SETTLE_SHARE * sessionTimeoutMs });
    tenure.suspend();
    await this.#quiet();
    await this.#committed();
  }

  /** As long as something settles every `settleMs`. */
  async atEnd(settleMs: number): Promise<void> {
    const { releases, tenure, committed } = this.#options;
    await releases.settled({ idleMs: settleMs });
    // A request to join that waits for the others keeps the broker from hearing anything else.
    if (committed().size > 0) await this.#within(REBALANCE_MS, tenure.decided());
    await this.#committed();
  }

  /** Until nothing of the partitions is on the wire. */
  async #quiet(): Promise<void> {
    const { clock, sessionTimeoutMs, tenure, committer, committed, signal } = this.#options;
    for (const end = clock.now() + QUIET_MS; clock.now() < end && !signal.aborted; ) {
      if (await this.#within(ALIVE_SHARE * sessionTimeoutMs, tenure.quiet())) return;
      committer.repeat(committed());
    }
  }

  async #committed(): Promise<void> {
    await this.#within(COMMIT_MS, this.#options.committer.flush());
  }

  /** False if it takes longer. */
  async #within(ms: number, done: Promise<void>): Promise<boolean> {
    const timeout = new AbortController();
    const late = sleep(this.#options.clock, ms, AbortSignal.any([timeout.signal, this.#options.signal])).then(
      () => false,
      () => false,
    );
    const isDone = await Promise.race([done.then(() => true), late]);
    timeout.abort();
    return isDone;
  }
}
