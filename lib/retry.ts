/** Trying again: how long to wait before the next attempt (full-jitter exponential backoff, within a budget), and the loop. */
import { type Clock, sleep } from './clock.ts';

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

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
  readonly onRetry?: ((failed: R & { readonly why: string }, delayMs: number, attempt: number) => void) | undefined;
}

/**
 * Calls `attempt` with 1, 2, 3 ... until one does not fail, or the budget is over: then with the last failure. The last wait
 * ends with the budget; one that the other side asks for and that would end later is not begun.
 */
export async function retry<R extends AttemptResult>(
  attempt: (attempt: number) => Promise<R>,
  { clock, budgetMs, signal, onRetry }: RetryOptions<R>,
): Promise<R> {
  let failedAt: number | undefined;
  for (let attempts = 1; ; attempts++) {
    const result = await attempt(attempts);
    const { why, askedMs = 0 } = result;
    if (why === undefined) return result;
    const now = clock.now();
    failedAt ??= now;
    const leftMs = failedAt + budgetMs - now;
    if (leftMs <= 0 || askedMs > leftMs) return result;
    const jitterMs = clock.random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempts - 1));
    const delayMs = Math.min(leftMs, askedMs + jitterMs);
    onRetry?.({ ...result, why }, delayMs, attempts);
    await sleep(clock, delayMs, signal);
  }
}

/** The wait that was asked for, as the end of a message; nothing if none was. */
export function retryAfterWords(askedMs: number | undefined): string {
  return askedMs === undefined ? '' : `, Retry-After ${Math.round(askedMs / 1000)} s`;
}
