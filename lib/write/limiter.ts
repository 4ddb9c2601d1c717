/**
 * When a request may leave: never more than `requestsPerSecond` in any rolling second, evenly spaced, first come first
 * served. A 429 or Retry-After holds everyone and lowers the rate, which then recovers.
 *
 * Bottleneck was the plan; measured, its minTime and its reservoir both let more than the allowed number into a rolling
 * second, so an exact window is needed anyway, and with that nothing is left for it to do.
 */
import type { Cancel, Clock } from '../clock.ts';

// A little more than a second, so that jitter on the way cannot push one request too many into the API's own second.
const WINDOW_MS = 1_010;
// A timer that fires late is made good, but only this far.
const CATCH_UP_MS = 20;
const SLOWEST = 0.1;
const RECOVERY_PER_MS = 0.1 / 1_000;

interface Waiter {
  readonly leave: (at: number) => void;
  readonly fail: (reason: unknown) => void;
}

/** A queue before the door of the API. */
export class Limiter {
  readonly #clock: Clock;
  readonly #windowMs: number;
  readonly #left: number[];
  #next = 0;
  readonly #queue: Waiter[] = [];
  #cancel: Cancel | undefined;
  #dueAt = 0;
  #heldUntil = 0;
  #factor = 1;
  #factorAt = 0;

  constructor(requestsPerSecond: number, clock: Clock) {
    this.#clock = clock;
    // Under one a second the window grows instead: half a request a second is one in two.
    const allowed = Math.max(1, Math.floor(requestsPerSecond));
    this.#windowMs = WINDOW_MS * Math.max(1, 1 / requestsPerSecond);
    this.#left = new Array(allowed).fill(Number.NEGATIVE_INFINITY);
  }

  /** Resolves, with the time, when the caller may send one request, at once. `waits` hears how long that will be, if at all. */
  leave(signal: AbortSignal, waits: (ms: number) => void): Promise<number> {
    const at = this.#queue.length === 0 ? this.#tryLeave() : undefined;
    if (at !== undefined) return Promise.resolve(at);
    waits(Math.max(0, this.#opensAt() - this.#clock.now()));
    return new Promise((resolve, reject) => {
      const onAbort = (): void => waiter.fail(signal.reason);
      const waiter: Waiter = {
        leave: (at) => {
          signal.removeEventListener('abort', onAbort);
          resolve(at);
        },
        fail: (reason) => {
          this.#queue.splice(this.#queue.indexOf(waiter), 1);
          // With nobody waiting, no timer may hold the process.
          this.#arm();
          reject(reason);
        },
      };
      if (signal.aborted) return reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      this.#queue.push(waiter);
      this.#arm();
    });
  }

  /** The API asked for quiet: nobody leaves for `ms`, and then at half the rate, recovering by a tenth a second. */
  hold(ms: number): void {
    const now = this.#clock.now();
    // Replies to requests that left before the first complaint are the same complaint.
    if (now >= this.#heldUntil) {
      this.#factor = Math.max(SLOWEST, this.#recovered(now) / 2);
      this.#factorAt = now + ms;
    }
    this.#heldUntil = Math.max(this.#heldUntil, now + ms);
    this.#arm();
  }

  #opensAt(): number {
    const oldest = this.#left[this.#next] ?? 0;
    return Math.max(this.#dueAt, oldest + this.#windowMs, this.#heldUntil);
  }

  #tryLeave(): number | undefined {
    const now = this.#clock.now();
    if (now < this.#opensAt()) return undefined;
    const gap = this.#windowMs / (this.#left.length * this.#recovered(now));
    this.#dueAt = Math.max(this.#dueAt, now - CATCH_UP_MS) + gap;
    this.#left[this.#next] = now;
    this.#next = (this.#next + 1) % this.#left.length;
    return now;
  }

  #recovered(now: number): number {
    return Math.min(1, this.#factor + Math.max(0, now - this.#factorAt) * RECOVERY_PER_MS);
  }

  /** One timer for the whole queue. */
  #arm(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#queue.length === 0) return;
    this.#cancel = this.#clock.timer(Math.max(0, Math.ceil(this.#opensAt() - this.#clock.now())), () => {
      const next = (): number | undefined => (this.#queue.length > 0 ? this.#tryLeave() : undefined);
      for (let at = next(); at !== undefined; at = next()) this.#queue.shift()?.leave(at);
      this.#arm();
    });
  }
}
