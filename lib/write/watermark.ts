/**
 * Which checkpoints may be released. An epoch is the stretch between two checkpoints; it counts the batches that hold
 * entries of it. A checkpoint is ready when its epoch and all before are empty: never early, always in order.
 */
import type { Checkpoint } from '../record/checkpoint.ts';

/** The stretch of the line that ends with `checkpoint`. */
export interface Epoch {
  pending: number;
  checkpoint: Checkpoint | undefined;
}

/** The open epochs, oldest first. */
export class Watermark {
  #epochs: Epoch[] = [{ pending: 0, checkpoint: undefined }];

  /** How many epochs are open. */
  get open(): number {
    return this.#epochs.length;
  }

  /** The epoch that elements arriving now belong to. */
  get current(): Epoch {
    return this.#epochs.at(-1) as Epoch;
  }

  /** Ends the current epoch. */
  close(checkpoint: Checkpoint): void {
    this.current.checkpoint = checkpoint;
    this.#epochs.push({ pending: 0, checkpoint: undefined });
  }

  /** Takes out the checkpoints that are ready. */
  takeReady(): Checkpoint[] {
    const ready: Checkpoint[] = [];
    for (const { pending, checkpoint } of this.#epochs) {
      if (pending > 0 || checkpoint === undefined) break;
      ready.push(checkpoint);
    }
    this.#epochs.splice(0, ready.length);
    return ready;
  }
}
