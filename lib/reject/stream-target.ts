/**
 * Lines -> a Writable of the user's, such as standard output. It is never ended nor destroyed here, and a write is done
 * when the stream has called back, so nothing is written faster than it takes. As durable as that stream, no more.
 */
import type { Writable } from 'node:stream';
import type { KeptMapping } from '../record/kept-mapping.ts';
import { rejectStoreError } from '../storage/object-store.ts';
import { ALL, type Group } from './naming.ts';
import type { RejectStore } from './reject-store.ts';

/** A Writable of the user's as a place for lines. */
export class StreamTarget implements RejectStore {
  readonly location: string;
  readonly #to: Writable;
  #error: unknown;
  #pending = 0;
  #released = false;
  #wake: () => void = () => {};
  #fail: (error: unknown) => void = () => {};

  constructor(to: Writable) {
    this.location = nameOf(to);
    this.#to = to;
    to.on('error', this.#onError).on('close', this.#onClose);
  }

  async open(): Promise<void> {
    const { errored, destroyed, writableEnded } = this.#to;
    if (errored || destroyed || writableEnded) throw rejectStoreError(this.location, errored ?? new Error('the stream has ended'));
  }

  keep(mapping: KeptMapping): unknown {
    return mapping;
  }

  groupOf(): Group {
    return ALL;
  }

  write(_group: Group, lines: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#wake = resolve;
      this.#fail = (error) => reject(rejectStoreError(this.location, error));
      if (this.#error) return this.#fail(this.#error);
      this.#pending++;
      this.#to.write(lines, (error) => {
        this.#pending--;
        if (error) this.#onError(this.#to.errored ?? error);
        else resolve();
      });
      if (this.#released) resolve();
    });
  }

  /** Nothing to do: each write was waited for. */
  async flush(): Promise<void> {}

  release(): void {
    this.#released = true;
    this.#wake();
  }

  async close(): Promise<void> {
    this.#to.off('close', this.#onClose);
    // A write in flight may still fail: an error without a listener would end the process.
    if (!this.#error && this.#pending === 0) this.#to.off('error', this.#onError);
  }

  readonly #onError = (error: unknown): void => {
    this.#error ??= error;
    this.#fail(this.#error);
  };

  /** A stream that is destroyed without an error need not call back for a write in flight. */
  readonly #onClose = (): void => {
    if (this.#pending > 0) this.#onError(Object.assign(new Error('closed'), { code: 'ERR_STREAM_DESTROYED' }));
  };
}

function nameOf(to: Writable): string {
  if (to === process.stdout) return 'standard output';
  if (to === process.stderr) return 'standard error';
  const path: unknown = Reflect.get(to, 'path');
  return typeof path === 'string' ? path : 'the given stream';
}
