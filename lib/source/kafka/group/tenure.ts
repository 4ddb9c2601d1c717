/**
 * How long this process may believe that partitions are its own. The broker says so, and would wait only so long for the next
 * heartbeat: a process that was stopped, or whose event loop was blocked, finds its tenure over before it sends anything, whatever
 * has become of its partitions meanwhile.
 */
import type { Clock } from '../../../clock.ts';
import type { Ownership } from '../../../record/place.ts';

/** Shared by all partitions of one source. */
export class Tenure {
  readonly #clock: Clock;
  #until = Number.NEGATIVE_INFINITY;
  #isDecided = false;
  #requests = 0;
  #waiting: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** True if the partitions are certainly ours. */
  get isSure(): boolean {
    return this.#isDecided && this.#clock.now() < this.#until;
  }

  /** The broker has answered: sure until then, unless a rebalance is being decided. */
  extend(until: number): void {
    this.#until = until;
    this.notify();
  }

  /** A rebalance is being decided, or the group is lost. */
  suspend(): void {
    this.#isDecided = false;
  }

  /** It is decided. */
  resume(): void {
    this.#isDecided = true;
    this.notify();
  }

  /** Resolves when no rebalance is being decided. */
  async decided(): Promise<void> {
    while (!this.#isDecided) await this.changed();
  }

  /** Resolves when something of this may have changed. */
  changed(): Promise<void> {
    return new Promise((resolve) => void this.#waiting.push(resolve));
  }

  /** Whoever waits looks again. */
  notify(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  requestLeaves(): void {
    this.#requests++;
  }

  requestEnds(): void {
    this.#requests--;
    if (this.#requests === 0) this.notify();
  }

  /** Resolves when no request with rows of the partitions is on the wire. */
  async quiet(): Promise<void> {
    while (this.#requests > 0) await this.changed();
  }
}

/** Of one partition, from when it was assigned until it is lost. */
export class PartitionOwnership implements Ownership {
  readonly #tenure: Tenure;
  #isLost = false;

  constructor(tenure: Tenure) {
    this.#tenure = tenure;
  }

  get state(): Ownership['state'] {
    if (this.#isLost) return 'lost';
    return this.#tenure.isSure ? 'held' : 'moving';
  }

  async decided(): Promise<void> {
    while (this.state === 'moving') await this.#tenure.changed();
  }

  requestLeaves(): void {
    this.#tenure.requestLeaves();
  }

  requestEnds(): void {
    this.#tenure.requestEnds();
  }

  lose(): void {
    this.#isLost = true;
    this.#tenure.notify();
  }
}
