/**
 * Time and chance, the only place that asks the machine for either, so that tests can inject both. `now()` is
 * monotonic milliseconds for intervals, `wall()` is Unix milliseconds for stamps.
 */
import { randomBytes } from 'node:crypto';

/** Cancels a timer; calling it again does nothing. */
export type Cancel = () => void;

/** What the package needs of time and chance. */
export interface Clock {
  /** Monotonic milliseconds. */
  now(): number;
  /** Unix milliseconds. */
  wall(): number;
  /** Calls back once after `ms` milliseconds. */
  timer(ms: number, fn: () => void): Cancel;
  /** A number in [0, 1). */
  random(): number;
  /** Fresh random bytes. */
  bytes(length: number): Buffer;
  /** How fast it runs beside the machine's own: 1, but for clocks of tests. For a library that asks the machine itself. */
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
