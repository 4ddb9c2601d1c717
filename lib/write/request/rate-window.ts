/**
 * The exact limit: never more than `requestsPerSecond` requests leave in any rolling second, by the monotonic clock. The
 * window knows when the last requests left, and a request counts from when it really leaves: what was permitted may
 * have to wait for its connection.
 */
import type { Clock } from '../../clock.ts';

// A little more than a second, so that jitter on the way cannot push one request too many into the API's own second.
const WINDOW_MS = 1_010;

/** Who may still leave in this second. */
export class RateWindow {
  /** Under one request a second the window grows instead: half a request a second is one in two. */
  readonly lengthMs: number;
  readonly #clock: Clock;
  /** When the last requests left: a ring with a place for each that is allowed. */
  readonly #sentAt: Float64Array;
  #sent: number;
  /** Permits that are neither used nor given back. */
  #permitted = 0;

  /** `sentAt`: when requests left before the window was there, the oldest first. */
  constructor(requestsPerSecond: number, clock: Clock, sentAt: readonly number[] = []) {
    const allowed = Math.max(1, Math.floor(requestsPerSecond));
    this.#clock = clock;
    this.lengthMs = WINDOW_MS * Math.max(1, 1 / requestsPerSecond);
    // Places that were never used take no memory, however many are allowed.
    this.#sentAt = new Float64Array(allowed);
    this.#sentAt.set(sentAt.slice(-allowed));
    this.#sent = Math.min(allowed, sentAt.length);
  }

  /** When a permit can be given behind `others` to come; Infinity until one of those that were given is used or comes back. */
  opensAt(others = 0): number {
    const places = this.#sentAt.length;
    if (this.#permitted + others >= places) return Number.POSITIVE_INFINITY;
    const next = this.#sent + this.#permitted + others;
    return next < places ? Number.NEGATIVE_INFINITY : (this.#sentAt[next % places] as number) + this.lengthMs;
  }

  /** A permit; the window must be open. `onUsed` is called when it was used or given back. */
  permit(onUsed: () => void): Permit {
    this.#permitted++;
    return new Permit((isSent) => {
      const now = this.#clock.now();
      this.#permitted--;
      if (isSent) this.#sentAt[this.#sent++ % this.#sentAt.length] = now;
      onUsed();
      return now;
    });
  }
}

/** The time of a permit was over when its request could have left: that has to ask for another. */
export class TooLate extends Error {}

/** Gives permits to send. */
export interface Pace {
  /** Resolves when the caller may send one request, at once. Rejects with the signal's reason. */
  acquire(signal: AbortSignal): Promise<Permit>;
  /** The API asked for quiet: nobody leaves for `ms`, and then at half the pace, recovering by a tenth a second. */
  pause(ms: number): void;
  /** Gives no more permits, and leaves no timer behind. */
  stop(): void | Promise<void>;
}

/** The right to send one request. */
export class Permit {
  readonly #use: (isSent: boolean) => number;
  #isUsed = false;

  constructor(use: (isSent: boolean) => number) {
    this.#use = use;
  }

  /** The request leaves now; gives the time. To be called once. Throws {@link TooLate} if it must not leave. */
  sent(): number {
    this.#isUsed = true;
    return this.#use(true);
  }

  /** If the request was not sent, it will not be: its place is free again. */
  release(): void {
    if (!this.#isUsed) this.#use(false);
    this.#isUsed = true;
  }
}
