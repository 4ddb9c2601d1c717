/** How long to wait before trying again: full-jitter exponential backoff, within a budget. */
import type { Clock } from './clock.ts';

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** The waits of one request, from its first failure on. */
export class Backoff {
  readonly #clock: Clock;
  readonly #budgetMs: number;
  #since: number | undefined;
  failures = 0;

  constructor(clock: Clock, budgetMs: number) {
    this.#clock = clock;
    this.#budgetMs = budgetMs;
  }

  /** Milliseconds to wait, the last time until the budget ends; undefined: give up. `askedMs` is what the API asked for. */
  next(askedMs: number | undefined): number | undefined {
    const now = this.#clock.now();
    this.#since ??= now;
    const jitter = this.#clock.random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** this.failures++);
    const leftMs = this.#since + this.#budgetMs - now;
    return leftMs <= 0 || (askedMs ?? 0) > leftMs ? undefined : Math.min(leftMs, (askedMs ?? 0) + jitter);
  }
}
