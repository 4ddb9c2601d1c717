/**
 * Checkpoints on their way through the writer. An epoch is the stretch between two checkpoints; it counts the batches
 * that hold entries of it. A checkpoint is released when its epoch and all before it are empty, in order: the rejections
 * before it are made durable, the stages commit, its position is reported, and then its source learns of that. An error there ends it: nothing
 * later is released. Many small ones share one flush and one commit.
 */
import type { Checkpoint } from '../record/checkpoint.ts';

/** The elements up to `checkpoint`. */
export interface Epoch {
  /** Batches with entries of it that are not done. */
  pending: number;
  checkpoint: Checkpoint | undefined;
}

/** What a release needs. */
export interface CheckpointsOptions {
  /** Makes all rejections that were written durable. */
  readonly flush: () => Promise<void>;
  readonly report: ((position: unknown) => void | Promise<void>) | undefined;
  /** A dry run has delivered nothing that a stage could commit. */
  readonly commits: boolean;
  /** Nothing is released any more. */
  readonly onError: (error: Error) => void;
}

/** The open epochs, and the checkpoints that are being released. */
export class Checkpoints {
  readonly #options: CheckpointsOptions;
  /** Oldest first. */
  #epochs: Epoch[] = [{ pending: 0, checkpoint: undefined }];
  #ready: Checkpoint[] = [];
  #running: Promise<void> | undefined;
  /** How many are ready and not yet reported. */
  waiting = 0;

  constructor(options: CheckpointsOptions) {
    this.#options = options;
  }

  /** How many epochs are open. */
  get open(): number {
    return this.#epochs.length;
  }

  /** The epoch that elements arriving now belong to. */
  get current(): Epoch {
    return this.#epochs.at(-1) as Epoch;
  }

  /** Ends the current epoch. */
  add(checkpoint: Checkpoint): void {
    this.current.checkpoint = checkpoint;
    this.#epochs.push({ pending: 0, checkpoint: undefined });
    this.#release();
  }

  /** A batch with entries of these epochs is done. */
  batchDone(epochs: readonly Epoch[]): void {
    for (const epoch of epochs) epoch.pending--;
    this.#release();
  }

  /** Resolves when all that were ready are released; rejects when that failed. */
  async done(): Promise<void> {
    await this.#running;
  }

  #release(): void {
    let ready = 0;
    for (const { pending, checkpoint } of this.#epochs) {
      if (pending > 0 || checkpoint === undefined) break;
      this.#ready.push(checkpoint);
      ready++;
    }
    if (ready === 0) return;
    this.#epochs.splice(0, ready);
    this.waiting += ready;
    this.#running ??= this.#run();
    this.#running.catch(this.#options.onError);
  }

  async #run(): Promise<void> {
    const { flush, report, commits } = this.#options;
    while (this.#ready.length > 0) {
      const group = this.#ready;
      this.#ready = [];
      // What a stage commits speaks of what was delivered; only a position promises that rejections are kept.
      if (group.some(({ position }) => position !== undefined)) await flush();
      await Promise.all(commits ? group.flatMap((checkpoint) => checkpoint.commits.map(async (commit) => commit())) : []);
      for (const { position, released } of group) {
        if (position !== undefined) await report?.(position);
        this.waiting--;
        for (const release of released) release(!commits);
      }
    }
    this.#running = undefined;
  }
}
