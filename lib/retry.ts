/** Trying again: how long to wait before the next attempt (full-jitter exponential backoff, within a budget), and the loop. */
import { type Clock, sleep } from './clock.ts';

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

/** What an attempt came to. With `why` it failed, and the next one may succeed. */
export interface AttemptResult {
  readonly why?: string | undefined;
  /** How long the other side asks to wait. */
  readonly askedMs?: number | undefined;
}

/** When to try again, and for how long. */
export interface RetryOptions<R> {
  readonly clock: Clock;
  /** From the first failure on. */
  readonly budgetMs: number;
  readonly signal: AbortSignal;
  /** Hears of each failure that is followed by another attempt. */
  readonly onRetry?: ((failed: R, delayMs: number, attempt: number) => void) | undefined;
}

/** Calls `attempt` with 1, 2, 3 ... until one does not fail, or the budget is over: then with the last failure. */
export async function retry<R extends AttemptResult>(
  attempt: (attempt: number) => Promise<R>,
  { clock, budgetMs, signal, onRetry }: RetryOptions<R>,
): Promise<R> {
  const backoff = new Backoff(clock, budgetMs);
  for (let attempts = 1; ; attempts++) {
    const result = await attempt(attempts);
    if (result.why === undefined) return result;
    const delayMs = backoff.next(result.askedMs);
    if (delayMs === undefined) return result;
    onRetry?.(result, delayMs, attempts);
    await sleep(clock, delayMs, signal);
  }
}
