/** What holds the run up right now, heard on the writer's diagnostics channels: a wait for the rate, or a retry. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Clock } from '../../clock.ts';
import type { RetryMessage, WaitMessage } from '../../write/diagnostics.ts';

const WAIT = 'customerio-streams:wait';
const RETRY = 'customerio-streams:retry';

/** Listens until it is closed. */
export class ApiState {
  readonly #clock: Clock;
  #waitUntil = 0;
  #retryAt = 0;
  #why = '';

  constructor(clock: Clock) {
    this.#clock = clock;
    subscribe(WAIT, this.#onWait);
    subscribe(RETRY, this.#onRetry);
  }

  /** In words; undefined when nothing holds it up. A retry says more than a wait. */
  get words(): string | undefined {
    const now = this.#clock.now();
    if (now < this.#retryAt) return `retrying: ${this.#why} in ${((this.#retryAt - now) / 1000).toFixed(1)} s`;
    return now < this.#waitUntil ? 'waiting for rate limit' : undefined;
  }

  close(): void {
    unsubscribe(WAIT, this.#onWait);
    unsubscribe(RETRY, this.#onRetry);
  }

  readonly #onWait = (message: unknown): void => {
    this.#waitUntil = Math.max(this.#waitUntil, this.#clock.now() + (message as WaitMessage).ms);
  };

  readonly #onRetry = (message: unknown): void => {
    const { why, delayMs } = message as RetryMessage;
    this.#why = why;
    this.#retryAt = this.#clock.now() + delayMs;
  };
}
