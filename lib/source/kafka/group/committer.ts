/**
 * Commits of offsets: what was released, of partitions that are ours, one commit at a time. The broker does not check whose a
 * partition is, and in a rebalance the library would send a commit again under the next generation: so none begins then. A commit
 * that fails is only a warning: at worst, another process reads again what was delivered.
 */
import type { Cancel, Clock } from '../../../clock.ts';
import type { Assignment, Reached, TopicPartition } from '../partitions/assignment.ts';

/** The next offset of a partition. */
export interface OffsetToCommit extends TopicPartition {
  readonly offset: bigint;
}

/** What commits need. */
export interface CommitterOptions {
  readonly commit: (offsets: readonly OffsetToCommit[]) => Promise<void>;
  readonly onSuccess: () => void;
  readonly onFailure: (error: unknown) => void;
  readonly clock: Clock;
}

const RETRY_MS = 5_000;

/** The offsets on their way to the broker. */
export class Committer {
  readonly #options: CommitterOptions;
  readonly #wanted = new Map<Assignment, bigint>();
  #inFlight: Promise<void> | undefined;
  #isOpen = false;
  #cancelRetry: Cancel = () => {};
  commits = 0;
  failed = 0;

  constructor(options: CommitterOptions) {
    this.#options = options;
  }

  /** Everything before these offsets has its outcome. */
  add(reached: Reached): void {
    for (const [assignment, offset] of reached) {
      const before = this.#wanted.get(assignment) ?? assignment.committed ?? -1n;
      if (offset > before) this.#wanted.set(assignment, offset);
    }
    this.#pump();
  }

  /** Commits offsets once more, if no commit is on its way: the broker hears that this process is alive. */
  repeat(reached: Reached): void {
    if (this.#isOpen && this.#inFlight === undefined) this.#begin(reached);
  }

  /** Commits may be sent: the group is settled. */
  open(): void {
    this.#isOpen = true;
    this.#pump();
  }

  /** From now on no commit begins. */
  close(): void {
    this.#isOpen = false;
    this.#cancelRetry();
  }

  /** Resolves when nothing is left to commit, or a commit has failed, or none may begin. */
  async flush(): Promise<void> {
    this.#pump();
    const { failed } = this;
    while (this.#inFlight !== undefined && this.failed === failed) await this.#inFlight;
  }

  #pump(): void {
    if (!this.#isOpen || this.#inFlight !== undefined) return;
    for (const assignment of this.#wanted.keys()) if (assignment.isOver) this.#wanted.delete(assignment);
    if (this.#wanted.size === 0) return;
    const reached = new Map(this.#wanted);
    this.#wanted.clear();
    this.#begin(reached);
  }

  #begin(reached: Reached): void {
    this.#cancelRetry();
    this.#inFlight = this.#send(reached).then((isDone) => {
      this.#inFlight = undefined;
      if (isDone) this.#pump();
    });
  }

  /** Never fails. */
  async #send(reached: Reached): Promise<boolean> {
    try {
      await this.#options.commit(Array.from(reached, ([{ topic, partition }, offset]) => ({ topic, partition, offset })));
      this.commits++;
      this.#options.onSuccess();
      for (const [assignment, offset] of reached) assignment.committed = offset;
      return true;
    } catch (error) {
      this.failed++;
      for (const [assignment, offset] of reached) if (!this.#wanted.has(assignment)) this.#wanted.set(assignment, offset);
      this.#options.onFailure(error);
      if (this.#isOpen) this.#cancelRetry = this.#options.clock.timer(RETRY_MS, () => this.#pump());
      return false;
    }
  }
}
