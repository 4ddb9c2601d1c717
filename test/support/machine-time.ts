/** The machine's own time, which stands still until a test runs it: for libraries that ask the machine themselves. */
import type { TestContext } from 'node:test';
import { type Clock, systemClock } from '../../lib/clock.ts';
import { turn } from './fake-clock.ts';

export interface Machine {
  readonly clock: Clock;
  /** Lets time pass, `stepMs` at once: what is due in between comes late, as in an event loop that is busy. */
  run(ms: number, stepMs?: number): Promise<void>;
  readonly timers: { readonly pending: number };
}

/** The machine's time stands still until it is run. */
export function machine(t: TestContext): Machine {
  t.mock.timers.enable({ apis: ['Date', 'setTimeout'] });
  const pending = new Set<unknown>();
  const [set, clear] = [globalThis.setTimeout, globalThis.clearTimeout];
  // Counts what bottleneck leaves behind, as well as what the clock does.
  globalThis.setTimeout = ((fn: () => void, ms?: number) => {
    const handle = set(() => {
      pending.delete(handle);
      fn();
    }, ms);
    pending.add(handle);
    return handle;
  }) as typeof setTimeout;
  globalThis.clearTimeout = ((handle: NodeJS.Timeout) => {
    pending.delete(handle);
    clear(handle);
  }) as typeof clearTimeout;
  t.after(() => {
    globalThis.setTimeout = set;
    globalThis.clearTimeout = clear;
    t.mock.timers.reset();
  });
  const timers = {
    get pending() {
      return pending.size;
    },
  };
  const run = async (ms: number, stepMs = 1): Promise<void> => {
    for (let at = 0; at < ms; at += stepMs) {
      t.mock.timers.tick(Math.min(stepMs, ms - at));
      await turn();
    }
  };
  return { clock: { ...systemClock, now: () => Date.now() }, run, timers };
}
