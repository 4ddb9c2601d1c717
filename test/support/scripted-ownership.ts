/** The ownership of a partition, moved by a test; and what was on the wire meanwhile. */
import type { Ownership } from '../../lib/record/place.ts';

/** A partition that is ours until it is lost. */
export class ScriptedOwnership implements Ownership {
  state: Ownership['state'] = 'held';
  /** Requests that have left and have no reply. */
  requests = 0;
  /** Set if one left while the partition was not held. */
  hasLeaked = false;
  #waiting: (() => void)[] = [];

  /** Changes the state. */
  set(state: Ownership['state']): void {
    this.state = state;
    if (state !== 'moving') for (const resolve of this.#waiting.splice(0)) resolve();
  }

  async decided(): Promise<void> {
    while (this.state === 'moving') await new Promise<void>((resolve) => void this.#waiting.push(resolve));
  }

  /** How many batches wait for the decision. */
  get waiting(): number {
    return this.#waiting.length;
  }

  requestLeaves(): void {
    this.requests++;
    if (this.state !== 'held') this.hasLeaked = true;
  }

  requestEnds(): void {
    this.requests--;
  }
}
