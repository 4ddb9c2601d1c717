/** What holds the run up right now, heard on the writer's diagnostics channels: a retry, the reject store, or the rate. */
import type { Clock } from '../../../clock.ts';
import { type RetryMessage, retries, type StoreWaitMessage, storeWaits, type WaitMessage, waits } from '../../../write/diagnostics.ts';

/** A store that takes less is not slow. */
const SLOW_MS = 500;

/** Listens until it is closed. */
export class ApiState {
  readonly #clock: Clock;
  readonly #waitUntil = { rate: 0, asked: 0, shared: 0 };
  #retryAt = 0;
  #why = '';
  #storeWaitsSince: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    waits.subscribe(this.#onWait);
    retries.subscribe(this.#onRetry);
    storeWaits.subscribe(this.#onStoreWait);
  }

  /** In words; undefined when nothing holds it up. A retry says more than a wait. */
  get words(): string | undefined {
    const now = this.#clock.now();
    if (now < this.#retryAt) return `retrying in ${((this.#retryAt - now) / 1000).toFixed(1)} s: ${this.#why}`;
    if (this.#storeWaitsSince !== undefined && now - this.#storeWaitsSince >= SLOW_MS) return 'waiting for rejected rows to be stored';
    if (now < this.#waitUntil.asked) return 'slower, as the API asked';
    if (now < this.#waitUntil.shared) return 'waiting for its turn in the shared rate';
    return now < this.#waitUntil.rate ? 'waiting for the rate limit' : undefined;
  }

  close(): void {
    waits.unsubscribe(this.#onWait);
    retries.unsubscribe(this.#onRetry);
    storeWaits.unsubscribe(this.#onStoreWait);
  }

  readonly #onWait = ({ why, ms }: WaitMessage): void => {
    if (why !== 'spacing') this.#waitUntil[why] = Math.max(this.#waitUntil[why], this.#clock.now() + ms);
  };

  readonly #onRetry = ({ why, delayMs }: RetryMessage): void => {
    this.#why = why;
    this.#retryAt = this.#clock.now() + delayMs;
  };

  readonly #onStoreWait = ({ waiting }: StoreWaitMessage): void => {
    this.#storeWaitsSince = waiting ? this.#clock.now() : undefined;
  };
}
