/**
 * The bytes of a stored object, in pieces, through faults of the store: a reading that breaks goes on at the byte where
 * it broke, as long as it gets anywhere within the budget.
 */
import type { Readable } from 'node:stream';
import { sleep } from '../clock.ts';
import { Backoff } from '../retry.ts';
import { type ObjectStore, storageError } from './object-store.ts';
import { explained, type RetryPolicy, STALLED, watch, watched } from './retrying.ts';

/** The bytes as they are stored. Throws `CIO_REJECT_STORE`. */
export async function* storedBytes(store: ObjectStore, name: string, patience: RetryPolicy): AsyncGenerator<Buffer> {
  const { clock, giveUpMs, signal = new AbortController().signal } = patience;
  const opening: RetryPolicy = { ...patience, cutOff: signal };
  let at = 0;
  let backoff = new Backoff(clock, giveUpMs);
  for (;;) {
    try {
      const body = await watched(opening, (attempt) => store.read(name, at, attempt.signal));
      for await (const piece of pieces(body, patience)) {
        at += piece.length;
        if (backoff.failures > 0) backoff = new Backoff(clock, giveUpMs);
        yield piece;
      }
      return;
    } catch (error) {
      const fault = explained(store, error, 'read');
      // It broke after the very last byte.
      if (at > 0 && Reflect.get(Object(fault.cause), 'status') === 416) return;
      const waitMs = fault.transient && !signal.aborted ? backoff.next(undefined) : undefined;
      if (waitMs === undefined) throw storageError(`${store.location} (${name})`, 'read', fault);
      // An abort only ends the wait: the next failure is then the last.
      await sleep(clock, waitMs, signal).catch(() => {});
    }
  }
}

/** Only while a piece is awaited does the clock run: the reader may take its time. */
async function* pieces(body: Readable, patience: RetryPolicy): AsyncGenerator<Buffer> {
  const { signal } = patience;
  const iterator = body[Symbol.asyncIterator]();
  const onAbort = (): void => void body.destroy(STALLED);
  signal?.addEventListener('abort', onAbort);
  try {
    for (;;) {
      const cancel = watch(patience, () => body.destroy(STALLED));
      const { done, value } = await iterator.next().finally(cancel);
      if (done) return;
      yield value;
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
    body.destroy();
  }
}
