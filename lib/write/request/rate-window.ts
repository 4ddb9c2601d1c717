/**
 * When a request may leave: never more than `requestsPerSecond` in any rolling second, evenly spaced, first come first
 * served. A 429 or Retry-After holds everyone and lowers the rate, which then recovers. A request that was let go may
 * have to wait for its connection: its second begins when it really leaves.
 *
 * Bottleneck was the plan; measured, its minTime and its reservoir both let more than the allowed number into a rolling
 * second, so an exact window is needed anyway, and with that nothing is left for it to do.
 */
import type { Cancel, Clock } from '../../clock.ts';

// A little more than a second, so that jitter on the way cannot push one request too many into the API's own second.
const WINDOW_MS = 1_010;
// A timer that fires late is made good, but only this far.
const CATCH_UP_MS = 20;
const SLOWEST = 0.1;
const RECOVERY_PER_MS = 0.1 / 1_000;

/** Says that the request leaves now, or never will. Gives the time. To be called once. */
export type Depart = () => number;

interface Waiter {
  readonly leave: (depart: Depart) => void;
  readonly fail: (reason: unknown) => void;
}

/** A queue before the door of the API. */
export class RateWindow {
  readonly #clock: Clock;
  readonly #windowMs: number;
  /** When the last requests left: a ring with a place for each that is allowed. */
  readonly #left: number[];
  #allowed = 0;
  #departed = 0;
  readonly #queue: Waiter[] = [];
  #cancel: Cancel | undefined;
  #dueAt = 0;
  #heldUntil = 0;
  #factor = 1;
  #factorAt = 0;

  /** `leftAt`: when requests left before this limiter was there, the oldest first. */
  constructor(requestsPerSecond: number, clock: Clock, leftAt: readonly number[] = []) {
    this.#clock = clock;
    // Under one a second the window grows instead: half a request a second is one in two.
    const allowed = Math.max(1, Math.floor(requestsPerSecond));
    this.#windowMs = WINDOW_MS * Math.max(1, 1 / requestsPerSecond);
    this.#left = [...new Array(allowed).fill(Number.NEGATIVE_INFINITY), ...leftAt].slice(-allowed);
  }

  /** Resolves when the caller may send one request, at once. `waits` hears how long that will be, if at all. */
  leave(signal: AbortSignal, waits: (ms: number) => void): Promise<Depart> {
    const depart = this.#queue.length === 0 ? this.#tryLeave() : undefined;
    if (depart !== undefined) return Promise.resolve(depart);
    const opensAt = this.#opensAt();
    // Until one of those departs that were let go, nobody can say.
    waits(opensAt === Number.POSITIVE_INFINITY ? this.#windowMs : Math.max(0, opensAt - this.#clock.now()));
    return new Promise((resolve, reject) => {
      const onAbort = (): void => waiter.fail(signal.reason);
      const waiter: Waiter = {
        leave: (depart) => {
          signal.removeEventListener('abort', onAbort);
          resolve(depart);
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
    const places = this.#left.length;
    if (this.#allowed - this.#departed === places) return Number.POSITIVE_INFINITY;
    const oldest = this.#left[this.#allowed % places] as number;
    return Math.max(this.#dueAt, oldest + this.#windowMs, this.#heldUntil);
  }

  #tryLeave(): Depart | undefined {
    const now = this.#clock.now();
    if (now < this.#opensAt()) return undefined;
    const gap = this.#windowMs / (this.#left.length * this.#recovered(now));
    this.#dueAt = Math.max(this.#dueAt, now - CATCH_UP_MS) + gap;
    this.#allowed++;
    return () => {
      const at = this.#clock.now();
      this.#left[this.#departed++ % this.#left.length] = at;
      this.#arm();
      return at;
    };
  }

  #recovered(now: number): number {
    return Math.min(1, this.#factor + Math.max(0, now - this.#factorAt) * RECOVERY_PER_MS);
  }

  /** One timer for the whole queue. */
  #arm(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const opensAt = this.#opensAt();
    if (this.#queue.length === 0 || opensAt === Number.POSITIVE_INFINITY) return;
    this.#cancel = this.#clock.timer(Math.max(0, Math.ceil(opensAt - this.#clock.now())), () => {
      const next = (): Depart | undefined => (this.#queue.length > 0 ? this.#tryLeave() : undefined);
      for (let depart = next(); depart !== undefined; depart = next()) this.#queue.shift()?.leave(depart);
      this.#arm();
    });
  }
}
