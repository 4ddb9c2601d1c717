/**
 * One action at a store, again and again while the failure may pass by itself. An attempt in which nothing moves for too
 * long is cut off, so that a silent connection can't hold a run. A stored object is read piece by piece in this way.
 */
import type { Readable } from 'node:stream';
import type { Cancel, Clock } from '../clock.ts';
import { CioError } from '../errors.ts';
import { type AttemptResult, retry } from '../retry.ts';
import { factsOf } from './errors.ts';
import { type Action, type Part, type ReadableStore, type StorageError, storageError } from './object-store.ts';

/** How long to try. */
export interface RetryPolicy {
  readonly clock: Clock;
  /** No attempt starts later than this after the first failure. */
  readonly giveUpMs: number;
  /** Once it aborts, nothing is waited for: the next failure is the last. */
  readonly signal?: AbortSignal;
  /** Once it aborts, the attempt in flight is cut off too. */
  readonly cutOff?: AbortSignal | undefined;
  /** Hears why, when a second attempt in a row has failed and another one follows. */
  readonly onRetry?: (why: string) => void;
  /** For how long nothing may move in an attempt, in milliseconds. Default 120,000. */
  readonly stalledMs?: number;
}

/** An attempt calls `alive` whenever something moves, and stops when `signal` aborts. */
export interface Attempt {
  readonly signal: AbortSignal;
  alive(): void;
}

const STALLED_MS = 120_000;
const STALLED = Object.assign(new Error('nothing moved for too long'), { code: 'ETIMEDOUT' });
/** A single failure passes unnoticed. */
const NOTED_ATTEMPT = 2;
const RANGE_NOT_SATISFIABLE = 416;
const CUT_OFF = new Error('cut off');
const TOO_LATE: StorageError = { why: 'it did not answer in time', transient: false, cause: CUT_OFF };

interface Tried<T> extends AttemptResult {
  readonly value?: T;
  readonly failure?: StorageError;
}

/** Runs `attempt` until it works. Throws the error of `storageError()`, which names `location`, when it never will, or not in time. */
export async function retrying<T>(
  store: Pick<ReadableStore, 'location' | 'holds' | 'explain'>,
  action: Action,
  policy: RetryPolicy,
  attempt: (attempt: Attempt) => Promise<T>,
  location: string = store.location,
): Promise<T> {
  const { clock, giveUpMs, cutOff, onRetry } = policy;
  const signal = eitherOf(policy.signal, cutOff);
  let attempts = 0;
  let failed: Tried<T> = {};
  const tryOnce = async (): Promise<Tried<T>> => {
    attempts++;
    try {
      return { value: await watched(policy, attempt) };
    } catch (error) {
      if (error instanceof CioError) throw error;
      const failure = error === CUT_OFF ? TOO_LATE : store.explain(error, action);
      failed = failure.transient && !signal.aborted ? { failure, why: failure.why, askedMs: failure.askedMs } : { failure };
      return failed;
    }
  };
  const tried = await retry(tryOnce, {
    ...{ clock, budgetMs: giveUpMs, signal },
    onRetry: ({ why }, _delayMs, attempt) => (attempt === NOTED_ATTEMPT ? onRetry?.(why) : undefined),
  }).catch((error) => {
    if (error !== signal.reason) throw error;
    // The wait was aborted: one last attempt, if it may still be made.
    return cutOff?.aborted ? failed : tryOnce();
  });
  const { failure } = tried;
  if (failure === undefined) return tried.value as T;
  const also = failure.transient && attempts > 1 ? `, after ${attempts} attempts` : '';
  throw storageError(location, action, { ...failure, why: failure.why + also }, store.holds);
}

/** In Node 20 each call of AbortSignal.any() leaves something on its signals for ever, so it is not called for every piece of an input. */
function eitherOf(one: AbortSignal | undefined, other: AbortSignal | undefined): AbortSignal {
  if (one !== undefined && other !== undefined) return AbortSignal.any([one, other]);
  return one ?? other ?? AbortSignal.any([]);
}

/** One attempt. It ends when nothing moves, or when `cutOff` aborts, even if it ignores its signal. */
async function watched<T>({ clock, cutOff, stalledMs = STALLED_MS }: RetryPolicy, attempt: (attempt: Attempt) => Promise<T>): Promise<T> {
  if (cutOff?.aborted) throw CUT_OFF;
  const abort = new AbortController();
  const onCutOff = (): void => abort.abort(CUT_OFF);
  let cancel: Cancel = () => {};
  let isOver = false;
  const aborted = new Promise<never>((_resolve, reject) => abort.signal.addEventListener('abort', () => reject(abort.signal.reason)));
  const alive = (): void => {
    cancel();
    // An attempt that was cut off may still move.
    if (!isOver) cancel = clock.timer(stalledMs, () => abort.abort(STALLED));
  };
  alive();
  cutOff?.addEventListener('abort', onCutOff);
  try {
    return await Promise.race([attempt({ signal: abort.signal, alive }), aborted]);
  } finally {
    isOver = true;
    cancel();
    cutOff?.removeEventListener('abort', onCutOff);
  }
}

/** Which bytes to read, and what errors call the object. */
export interface StoredPart extends Part {
  readonly from?: number;
  readonly location?: string;
}

/**
 * The bytes of a stored object, in pieces. Reading that breaks continues at the byte where it broke; each piece has the
 * budget of the policy. Throws the error of `storageError()`.
 */
export async function* storedBytes(
  store: ReadableStore,
  name: string,
  policy: RetryPolicy,
  { from = 0, location = `${store.location} (${name})`, ...part }: StoredPart = {},
): AsyncGenerator<Buffer> {
  let at = from;
  let open: Reading | undefined;
  const nextPiece = async ({ signal }: Attempt): Promise<Buffer | undefined> => {
    const reading = open ?? (await readingAt(store, name, at, signal, part));
    // It is kept when its piece has come: what breaks, or is cut off, is opened again.
    open = undefined;
    const destroy = (): void => void reading?.body.destroy(STALLED);
    signal.addEventListener('abort', destroy);
    if (signal.aborted) destroy();
    try {
      const piece = await reading?.pieces.next();
      if (!signal.aborted) open = reading;
      return reading && piece?.value && wanted(reading, piece.value, at, part.to);
    } finally {
      signal.removeEventListener('abort', destroy);
    }
  };
  try {
    for (;;) {
      const piece = await retrying(store, 'read', policy, nextPiece, location);
      if (piece === undefined) return;
      at += piece.length;
      if (piece.length > 0) yield piece;
    }
  } finally {
    open?.body.destroy();
  }
}

interface Reading {
  readonly body: Readable;
  readonly pieces: AsyncIterator<Buffer, undefined>;
  /** Where its next piece begins. */
  at: number;
}

/** What of a piece is asked for: all of it, but from a server that has sent what was not asked for. */
function wanted(reading: Reading, piece: Buffer, from: number, to: number = Number.POSITIVE_INFINITY): Buffer {
  const begin = reading.at;
  reading.at += piece.length;
  return piece.subarray(Math.max(0, from - begin), Math.max(0, to - begin));
}

/** The object from a byte on; undefined if it ends there. */
async function readingAt(store: ReadableStore, name: string, at: number, signal: AbortSignal, part: Part): Promise<Reading | undefined> {
  if (at === part.to) return undefined;
  try {
    const body = await store.read(name, at, signal, part);
    return { body, pieces: body[Symbol.asyncIterator](), at: body.startsAt ?? at };
  } catch (error) {
    if (at > 0 && factsOf(error).status === RANGE_NOT_SATISFIABLE) return undefined;
    throw error;
  }
}
