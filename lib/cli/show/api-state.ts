/** What holds the run up right now, heard on the writer's diagnostics channels: a wait for the rate, or a retry. */
import type { Clock } from '../../clock.ts';
import { type RetryMessage, retries, type WaitMessage, waits } from '../../write/diagnostics.ts';

/** Listens until it is closed. */
export class ApiState {
  readonly #clock: Clock;
  #waitUntil = 0;
  #retryAt = 0;
  #why = '';

  constructor(clock: Clock) {
    this.#clock = clock;
    waits.subscribe(this.#onWait);
    retries.subscribe(this.#onRetry);
  }

  /** In words; undefined when nothing holds it up. A retry says more than a wait. */
  get words(): string | undefined {
    const now = this.#clock.now();
    if (now < this.#retryAt) return `retrying: ${this.#why} in ${((this.#retryAt - now) / 1000).toFixed(1)} s`;
    return now < this.#waitUntil ? 'waiting for rate limit' : undefined;
  }

  close(): void {
    waits.unsubscribe(this.#onWait);
    retries.unsubscribe(this.#onRetry);
  }

  readonly #onWait = ({ ms }: WaitMessage): void => {
    this.#waitUntil = Math.max(this.#waitUntil, this.#clock.now() + ms);
  };

  readonly #onRetry = ({ why, delayMs }: RetryMessage): void => {
    this.#why = why;
    this.#retryAt = this.#clock.now() + delayMs;
  };
}
