/**
 * The ownership of one partition, from when it was assigned until it is lost. While it is moving, no request with its rows leaves;
 * those that have left are waited for, so that the next process does not begin before they have their replies.
 */
import type { Ownership } from '../../record/ownership.ts';

/** A partition that is ours until it is lost. */
export class PartitionOwnership implements Ownership {
  #state: Ownership['state'] = 'held';
  #decided: Promise<void> | undefined;
  #decide: () => void = () => {};
  /** On the wire. */
  #requests = 0;
  #quiet: Promise<void> | undefined;
  #onQuiet: () => void = () => {};

  get state(): Ownership['state'] {
    return this.#state;
  }

  /** It is being decided whether it stays here. Nothing happens to one that is lost. */
  move(): void {
    if (this.#state === 'held') this.#state = 'moving';
  }

  /** It stays here. */
  hold(): void {
    if (this.#state === 'moving') this.#end('held');
  }

  /** It is another's. */
  lose(): void {
    this.#end('lost');
  }

  async decided(): Promise<void> {
    if (this.#state !== 'moving') return;
    this.#decided ??= new Promise((resolve) => {
      this.#decide = resolve;
    });
    await this.#decided;
  }

  requestLeaves(): void {
    this.#requests++;
  }

  requestEnds(): void {
    this.#requests--;
    if (this.#requests > 0) return;
    this.#quiet = undefined;
    this.#onQuiet();
  }

  /** Resolves when no request with its rows is on the wire. */
  async quiet(): Promise<void> {
    if (this.#requests === 0) return;
    this.#quiet ??= new Promise((resolve) => {
      this.#onQuiet = resolve;
    });
    await this.#quiet;
  }

  #end(state: 'held' | 'lost'): void {
    this.#state = state;
    this.#decided = undefined;
    this.#decide();
  }
}
