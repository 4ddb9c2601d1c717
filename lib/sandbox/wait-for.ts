/** Waits until enough has arrived: for tests, instead of sleeping. */
import { z } from 'zod';
import { LONGEST_TIMER_MS } from '../clock.ts';
import { CioError } from '../errors.ts';
import { type Given, readOptions, signalOption } from '../options.ts';
import type { SandboxCore } from './core.ts';
import type { SandboxState } from './state.ts';

const SHAPE = {
  /** How many milliseconds to wait. Default 10,000. */
  timeoutMs: z.number().min(0).max(LONGEST_TIMER_MS).default(10_000),
  /** Stops waiting: `waitFor()` rejects with the reason of the signal. */
  signal: signalOption,
};
const OPTIONS = z.strictObject(SHAPE);

/**
 * Options of `waitFor()` of a {@link Sandbox}.
 *
 * @category Sandbox
 */
export interface WaitForOptions extends Given<typeof SHAPE> {}

/**
 * What to wait for: so many items applied since the start or the last `reset()`, or a function of the state that returns true.
 *
 * @category Sandbox
 */
export type WaitForGoal = number | ((state: SandboxState) => boolean);

/** Resolves with the state as soon as `goal` is reached. */
export async function waitFor(core: SandboxCore, goal: WaitForGoal, options?: WaitForOptions): Promise<SandboxState> {
  const { timeoutMs, signal } = readOptions('waitFor', OPTIONS, options);
  const isReached = testOf(goal);
  const closing = core.closing.signal;
  signal?.throwIfAborted();
  if (isReached(core.lazyState())) return core.state();
  if (closing.aborted) throw closed();
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      cancel();
      unlisten();
      signal?.removeEventListener('abort', onAbort);
      closing.removeEventListener('abort', onClose);
      settle();
    };
    const onAbort = (): void => end(() => reject(signal?.reason));
    const onClose = (): void => end(() => reject(closed()));
    const look = (): void => {
      try {
        if (isReached(core.lazyState())) end(() => resolve(core.state()));
      } catch (error) {
        end(() => reject(error));
      }
    };
    const unlisten = core.listen(look);
    const cancel = core.settings.clock.timer(timeoutMs, () => end(() => reject(late(core, goal, timeoutMs))));
    signal?.addEventListener('abort', onAbort, { once: true });
    closing.addEventListener('abort', onClose, { once: true });
  });
}

function testOf(goal: WaitForGoal): (state: SandboxState) => boolean {
  if (typeof goal === 'function') return goal;
  if (Number.isSafeInteger(goal) && goal >= 0) return ({ counts }) => counts.applied >= goal;
  throw new CioError('CIO_OPTIONS', 'waitFor: needs a whole number of 0 or more, or a function of the state');
}

/** What `AbortSignal.timeout()` gives, with what has arrived. */
function late(core: SandboxCore, goal: WaitForGoal, timeoutMs: number): DOMException {
  const { counts } = core.lazyState();
  const awaited = typeof goal === 'number' ? `${goal} applied items` : 'the condition';
  const arrived = Object.entries(counts).map(([name, value]) => `${name} ${value}`);
  return new DOMException(`the sandbox waited ${timeoutMs} ms for ${awaited}; so far: ${arrived.join(', ')}`, 'TimeoutError');
}

function closed(): DOMException {
  return new DOMException('the sandbox was closed during waitFor()', 'AbortError');
}
