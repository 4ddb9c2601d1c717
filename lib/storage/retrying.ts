/**
 * One deed at a store, again and again while the store is only away for a while: full-jitter backoff within a budget.
 * An attempt in which nothing moves for a while is cut off, so that a connection that says nothing can't hold a run.
 */
import { type Cancel, type Clock, sleep } from '../clock.ts';
import { CioError } from '../errors.ts';
import { Backoff } from '../retry.ts';
import { type Action, type ObjectStore, type StorageError, storageError } from './object-store.ts';

/** How long to try. */
export interface RetryPolicy {
  readonly clock: Clock;
  /** No attempt starts later than this after the first failure. */
  readonly giveUpMs: number;
  /** From now on nothing is tried again. */
  readonly signal?: AbortSignal;
  /** From now on nothing is waited for either: an attempt under way is cut off. */
  readonly cutOff?: AbortSignal | undefined;
  /** So long nothing may move, in milliseconds. Default 120,000. */
  readonly stalledMs?: number;
}

/** An attempt calls `alive` whenever something moves, and stops when `signal` aborts. */
export interface Attempt {
  readonly signal: AbortSignal;
  alive(): void;
}

const STALLED_MS = 120_000;
/** What an attempt fails with in which nothing moved. */
export const STALLED: Error = Object.assign(new Error('nothing moved for too long'), { code: 'ETIMEDOUT' });

const CUT_OFF = new Error('cut off');
const TOO_LATE: StorageError = { why: 'it did not answer in time', transient: false, cause: CUT_OFF };

/** Understands an error of a watched attempt. */
export function explained(store: ObjectStore, error: unknown, deed: Action): StorageError {
  return error === CUT_OFF ? TOO_LATE : store.explain(error, deed);
}

/** Calls `stall` once nothing has moved for too long since now. */
export function watch({ clock, stalledMs = STALLED_MS }: RetryPolicy, stall: () => void): Cancel {
  return clock.timer(stalledMs, stall);
}

/** Runs `attempt` until it works. Throws `CIO_REJECT_STORE` when it never will, or not in time. */
export async function retrying<T>(
  store: ObjectStore,
  deed: Action,
  patience: RetryPolicy,
  attempt: (attempt: Attempt) => Promise<T>,
): Promise<T> {
  const { clock, giveUpMs, cutOff } = patience;
  const signal = AbortSignal.any([patience.signal, cutOff].filter((given) => given !== undefined));
  const backoff = new Backoff(clock, giveUpMs);
  for (;;) {
    try {
      return await watched(patience, attempt);
    } catch (error) {
      if (error instanceof CioError) throw error;
      const fault = explained(store, error, deed);
      const waitMs = fault.transient && !signal.aborted ? backoff.next(undefined) : undefined;
      // An abort only ends the wait: the next failure is then the last.
      if (waitMs !== undefined) await sleep(clock, waitMs, signal).catch(() => {});
      if (waitMs === undefined || cutOff?.aborted) {
        throw storageError(store.location, deed, { ...fault, why: fault.why + triedFor(fault.transient, backoff) });
      }
    }
  }
}

function triedFor(transient: boolean, { failures }: Backoff): string {
  return transient && failures > 1 ? `, also after ${failures} attempts` : '';
}

/** One attempt: it ends when nothing moves, or when `cutOff` aborts, whether it heeds its signal or not. */
export async function watched<T>(patience: RetryPolicy, attempt: (attempt: Attempt) => Promise<T>): Promise<T> {
  const { cutOff } = patience;
  if (cutOff?.aborted) throw CUT_OFF;
  const abort = new AbortController();
  const onCutOff = (): void => abort.abort(CUT_OFF);
  let cancel: Cancel = () => {};
  let over = false;
  const stalled = new Promise<never>((_resolve, reject) => abort.signal.addEventListener('abort', () => reject(abort.signal.reason)));
  const alive = (): void => {
    cancel();
    // What an attempt has left behind may still move.
    if (!over) cancel = watch(patience, () => abort.abort(STALLED));
  };
  alive();
  cutOff?.addEventListener('abort', onCutOff);
  try {
    return await Promise.race([attempt({ signal: abort.signal, alive }), stalled]);
  } finally {
    over = true;
    cancel();
    cutOff?.removeEventListener('abort', onCutOff);
  }
}
