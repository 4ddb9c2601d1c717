/**
 * Hands over checkpoints that are ready, in order: the rejects before them are made durable, the stages commit, then the
 * position is told. An error there ends it: nothing later is released. Many small ones share one flush and one commit.
 */
import type { Checkpoint } from '../record/checkpoint.ts';

/** What a release needs. */
export interface ReleaseOptions {
  /** Makes all rejections that were written durable. */
  readonly flush: () => Promise<void>;
  readonly tell: ((position: unknown) => void | Promise<void>) | undefined;
  /** A dry run has delivered nothing that a stage could commit. */
  readonly commits: boolean;
}

/** Checkpoints on their way out. */
export class Release {
  readonly #options: ReleaseOptions;
  #waiting: Checkpoint[] = [];
  #running: Promise<void> | undefined;
  /** How many are ready and not yet told. */
  waiting = 0;

  constructor(options: ReleaseOptions) {
    this.#options = options;
  }

  /** Resolves when all that were handed in are released. */
  add(ready: readonly Checkpoint[]): Promise<void> {
    this.#waiting.push(...ready);
    this.waiting += ready.length;
    this.#running ??= this.#run();
    return this.#running;
  }

  /** Resolves when nothing waits. */
  async done(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    const { flush, tell, commits } = this.#options;
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      // Fingerprints speak of what was delivered; only a position promises that rejections are kept.
      if (group.some(({ position }) => position !== undefined)) await flush();
      await Promise.all(commits ? group.flatMap((checkpoint) => checkpoint.commits.map(async (commit) => commit())) : []);
      for (const { position } of group) {
        if (position !== undefined) await tell?.(position);
        this.waiting--;
      }
    }
    this.#running = undefined;
  }
}
