/**
 * How late the requests of this process may leave. Every millisecond of it costs all processes, so it is small, unless Redis is far
 * away, or the machine so busy that nothing would leave in time.
 */
import { LATEST_MS } from './slot-script.ts';

const USUAL_MS = 20;
/** A way that is no longer than this is part of the usual. */
const NEAR_MS = 8;
/** The shortest of the last ways counts: the others had to wait for a busy machine. */
const WAYS = 8;
/** When it was too late so many times more than in time, more time is asked for. */
const STEP = 8;
const STEPS = Math.ceil(Math.log2(LATEST_MS / USUAL_MS));

export class Tardiness {
  /** How long the last questions took. */
  readonly #ways: number[] = [];
  /** A request in time takes one of them back, not all: on a busy machine most would be late again. */
  #tooLate = 0;

  /** A question had its answer after `ms`. */
  way(ms: number): void {
    if (this.#ways.push(ms) > WAYS) this.#ways.shift();
  }

  /** It was too late for slots that were in hand, or for a permit. */
  late(): void {
    this.#tooLate = Math.min(STEP * STEPS, this.#tooLate + 1);
  }

  /** A request left in time. */
  inTime(): void {
    this.#tooLate = Math.max(0, this.#tooLate - 1);
  }

  /** The time to ask for, in milliseconds. */
  get allowedMs(): number {
    const way = this.#ways.length < WAYS ? 0 : Math.min(...this.#ways);
    const needed = way <= NEAR_MS ? USUAL_MS : USUAL_MS + 10 * Math.ceil(way / 5);
    return Math.min(LATEST_MS, needed * 2 ** Math.floor(this.#tooLate / STEP));
  }
}
