/** Clocks for tests: one that moves only when a test moves it, and one that runs faster than the real one. */
import type { Cancel, Clock } from '../../lib/clock.ts';
import { systemClock } from '../../lib/clock.ts';

/** Time that only `run` moves. */
export class FakeClock implements Clock {
  readonly speed = 1;
  #now = 0;
  #timers: { at: number; fn: () => void }[] = [];

  now(): number {
    return this.#now;
  }
  wall(): number {
    return 1_700_000_000_000 + this.#now;
  }
  random(): number {
    return 0.5;
  }
  bytes(length: number): Buffer {
    return Buffer.alloc(length, 7);
  }
  timer(ms: number, fn: () => void): Cancel {
    const timer = { at: this.#now + ms, fn };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Lets `ms` pass: each timer runs at its own time, and what it starts gets its turn before the next. */
  async run(ms: number): Promise<void> {
    const end = this.#now + ms;
    await turn();
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = Math.max(this.#now, next.at);
      next.fn();
      await turn();
    }
    this.#now = end;
  }
}

/** The real clock, `factor` times as fast: backoffs of half a minute in the time of a test. */
function fastClock(factor: number): Clock {
  return {
    ...systemClock,
    now: () => systemClock.now() * factor,
    timer: (ms, fn) => systemClock.timer(ms / factor, fn),
    speed: factor,
  };
}

/**
 * Writer options for a fast clock: waits are short, but the deadline of a request is not. By the clock alone it would be
 * over in milliseconds, and a machine that is busy for that long would look like an API that keeps silent.
 */
export function fast(factor: number): { clock: Clock; timeoutMs: number; giveUpMs: number } {
  return { clock: fastClock(factor), timeoutMs: 60_000 * factor, giveUpMs: 600_000 * factor };
}

/** How long nothing may move in an attempt at a store. */
export const STORE_WATCHES: ReadonlySet<number> = new Set([10_000, 120_000]);

/** The same for stores: the watch over an attempt, in which the SDKs wait by the real clock, is not short. */
export function fastForStores(factor: number): { clock: Clock; giveUpMs: number } {
  const { clock: hurried, giveUpMs } = fast(factor);
  return { giveUpMs, clock: { ...hurried, timer: (ms, fn) => (STORE_WATCHES.has(ms) ? systemClock : hurried).timer(ms, fn) } };
}

/** A clock that knows how many of its timers are still to come. */
export function countingClock(clock: Clock): Clock & { readonly pending: number } {
  const timers = new Set<object>();
  const timer: Clock['timer'] = (ms, fn) => {
    const one = {};
    timers.add(one);
    const cancel = clock.timer(ms, () => {
      timers.delete(one);
      fn();
    });
    return () => {
      timers.delete(one);
      cancel();
    };
  };
  return {
    now: () => clock.now(),
    wall: () => clock.wall(),
    random: () => clock.random(),
    bytes: (length) => clock.bytes(length),
    speed: clock.speed,
    timer,
    get pending() {
      return timers.size;
    },
  };
}

/** Resolves when all promises that can settle without a timer have settled. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
