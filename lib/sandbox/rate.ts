/** How many calls a rolling second may hold, and how long the next one has to wait. */
import type { Clock } from '../clock.ts';

const WINDOW_MS = 1_000;

/** The calls of the last second. */
export class Rate {
  readonly #clock: Clock;
  readonly #perSecond: number;
  #times: number[] = [];

  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond;
    this.#clock = clock;
  }

  /** Lets one call in: undefined; or says how many milliseconds too early it came. */
  enter(): number | undefined {
    if (this.#perSecond === Number.POSITIVE_INFINITY) return undefined;
    const now = this.#clock.now();
    this.#times = this.#times.filter((time) => time > now - WINDOW_MS);
    if (this.#times.length >= Math.max(1, this.#perSecond)) return (this.#times[0] ?? now) + WINDOW_MS - now;
    this.#times.push(now);
    return undefined;
  }
}
