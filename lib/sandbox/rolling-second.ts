/** How many requests were let in during the last 1,000 ms: the workspace's rate limit. A request that is turned away doesn't count. */

const WINDOW_MS = 1_000;

/** A window over the times of the requests let in. */
export class RollingSecond {
  readonly #limit: number;
  readonly #times: number[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Milliseconds to wait; 0 lets the request in. */
  enter(now: number): number {
    if (this.#limit === Number.POSITIVE_INFINITY) return 0;
    while (this.#times[0] !== undefined && this.#times[0] <= now - WINDOW_MS) this.#times.shift();
    if (this.#times.length >= this.#limit) return (this.#times[0] ?? now) + WINDOW_MS - now;
    this.#times.push(now);
    return 0;
  }
}
