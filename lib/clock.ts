/**
 * Time and chance, the only place that asks the machine for either, so that tests can inject both. `now()` is
 * monotonic milliseconds for intervals, `wall()` is Unix milliseconds for stamps.
 */
import { randomBytes } from 'node:crypto';

/** Cancels a timer; calling it again does nothing. */
export type Cancel = () => void;

/**
 * Time and chance, for tests: pass your own as `clock` where an option takes one.
 *
 * @category Sandbox
 */
export interface Clock {
  /** Milliseconds on a clock that never goes back. */
  now(): number;
  /** Unix time in milliseconds. */
  wall(): number;
  /** Calls back once after `ms` milliseconds. The function that it returns cancels the timer. */
  timer(ms: number, fn: () => void): () => void;
  /** A number from 0, inclusive, to 1, exclusive. */
  random(): number;
  /** Fresh random bytes. */
  bytes(length: number): Buffer;
  /** How fast it runs compared to the clock of the machine: 1, except in tests. For libraries that ask the machine themselves. */
  readonly speed: number;
}

/** A timer of Node that is longer ends at once. */
export const LONGEST_TIMER_MS: number = 2 ** 31 - 1;

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  timer: (ms, fn) => {
    const handle = setTimeout(fn, Math.min(ms, LONGEST_TIMER_MS));
    return () => clearTimeout(handle);
  },
  random: () => Math.random(),
  bytes: (length) => randomBytes(length),
  speed: 1,
};

/** Resolves after `ms` milliseconds; rejects with the signal's reason when that aborts first. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = (): void => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.timer(ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
