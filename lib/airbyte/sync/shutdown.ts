/**
 * After a sync is stopped, what was read still has to be delivered or stored: API and reject store get the same few seconds.
 * Then both are cut off, and one error says what came of it.
 */
import type { Writable } from 'node:stream';
import type { Clock } from '../../clock.ts';
import { CioError } from '../../errors.ts';

/** A platform kills after 30 seconds. */
const GRACE_MS = 10_000;

/** The time that is left, once a sync is stopped. */
export class Shutdown {
  readonly #stop: AbortSignal;
  readonly #clock: Clock;
  readonly #late = new AbortController();
  #cancel = (): void => {};
  #storeError: unknown;

  constructor(stop: AbortSignal, clock: Clock) {
    this.#stop = stop;
    this.#clock = clock;
    if (stop.aborted) this.#onStop();
    stop.addEventListener('abort', this.#onStop, { once: true });
  }

  /** Aborted when the time is over. */
  get late(): AbortSignal {
    return this.#late.signal;
  }

  /** Remembers why the store failed: if the writer is cut off as well, only the store knows where the rest is kept. */
  watch(store: Writable | undefined): void {
    store?.once('error', (error) => {
      this.#storeError = error;
    });
  }

  /** The error to report for a pipeline that ended with `error`. */
  errorOf(error: unknown): unknown {
    const store = this.#storeError;
    const isLate = this.late.aborted && (error === this.late.reason || error === store);
    return isLate && store instanceof CioError ? new CioError(store.code, `stopped on request; ${store.message}`, store) : error;
  }

  close(): void {
    this.#stop.removeEventListener('abort', this.#onStop);
    this.#cancel();
  }

  readonly #onStop = (): void => {
    const error = new CioError('CIO_UNDELIVERED', 'stopped on request, before everything that was read was delivered');
    this.#cancel = this.#clock.timer(GRACE_MS, () => this.#late.abort(error));
  };
}
