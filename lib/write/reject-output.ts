/**
 * The writer's way to the reject store: counts, publishes, writes with backpressure, and makes all that was written
 * durable before a checkpoint passes. Without a store the first rejection is an error: nothing is dropped in silence.
 */
import { finished } from 'node:stream/promises';
import { CioError, codeOf } from '../errors.ts';
import type { Origin } from '../record/origin.ts';
import type { Rejection, RejectSink } from '../record/rejection.ts';
import { drained } from '../stream/drain.ts';
import { KeptWrites } from '../stream/kept-writes.ts';
import { rejections, storeWaits } from './diagnostics.ts';
import type { TrackWriterSettings } from './options.ts';
import { RejectBudget } from './reject-budget.ts';
import type { Summary } from './summary.ts';

/** Rejections on their way out. */
export class RejectOutput {
  readonly #sink: RejectSink | undefined;
  readonly #writes: KeptWrites | undefined;
  readonly #summary: Summary;
  readonly #budget: RejectBudget;
  readonly #wasUsed: boolean;
  #error: unknown;
  #dirty = false;
  #ended: Promise<void> | undefined;
  #draining: Promise<void> | undefined;

  constructor(
    { rejects: sink, maxRejected }: Pick<TrackWriterSettings, 'rejects' | 'maxRejected'>,
    summary: Summary,
    onError: (error: Error) => void,
  ) {
    this.#sink = sink;
    this.#summary = summary;
    this.#budget = new RejectBudget(maxRejected);
    this.#wasUsed = sink !== undefined && !sink.writable;
    // Also fails if it closes too early, or was gone before: then nothing here may wait for it.
    this.#writes = sink && new KeptWrites(sink);
    this.#writes?.done.catch((error) => {
      this.#error = this.#goneWith(error);
      onError(this.#error as Error);
    });
  }

  /** Writes one rejection; a promise if the store asks to wait. */
  write(rejection: Rejection): void | Promise<void> {
    const { reason, stage, field, status, message } = rejection.cause;
    if (this.#error) throw this.#error;
    if (this.#sink === undefined || this.#writes === undefined) {
      const where = placeIn(rejection.origin);
      // That it has no identifier is said of the row.
      const what = field && !message.startsWith('has no') ? `${field} ${message}` : message;
      throw new CioError('CIO_REJECTED', `a row was rejected as ${reason}${where}, and there is no place for rejected rows: ${what}`);
    }
    // A write would come to nothing, and its 'drain' never.
    if (!this.#sink.writable) throw this.#goneWith(this.#sink.errored);
    this.#summary.reject(rejection.cause);
    this.#budget.add(rejection.cause, this.#summary.read);
    rejections.publish(() => ({ reason, stage, field, status, rejection }));
    this.#dirty = true;
    if (!this.#writes.write(rejection)) return this.#drain();
  }

  /** True once there are more rejections than the run accepts. */
  get tooMany(): boolean {
    return this.#budget.exceeded !== undefined;
  }

  /** Throws `CIO_TOO_MANY_REJECTED` if there were more rejections than the run accepts. Call it when every row has its outcome. */
  checkBudget(): void {
    this.#budget.end(this.#summary.read);
    const { exceeded } = this.#budget;
    if (exceeded !== undefined) throw new CioError('CIO_TOO_MANY_REJECTED', exceeded);
  }

  /** Resolves when all that was written is stored. */
  async flush(): Promise<void> {
    if (!this.#dirty) return;
    this.#dirty = false;
    await this.#writes?.flush().catch((error) => Promise.reject(this.#goneWith(error)));
  }

  /** Ends the store and waits until it has kept everything. */
  async end(): Promise<void> {
    if (this.#sink === undefined || this.#error) return;
    this.#ended ??= finished(this.#sink.end(), { readable: false });
    await this.#ended;
  }

  /** One wait for all lanes. Throws if the store is gone meanwhile. */
  #drain(): Promise<void> {
    if (this.#draining) return this.#draining;
    storeWaits.publish(() => ({ waiting: true }));
    this.#draining = drained(this.#sink as RejectSink).then(
      () => {
        this.#draining = undefined;
        storeWaits.publish(() => ({ waiting: false }));
      },
      (error) => Promise.reject(this.#goneWith(error)),
    );
    return this.#draining;
  }

  /** Its own error, if it has one. */
  #goneWith(error: unknown): unknown {
    if (error && codeOf(error) !== 'ERR_STREAM_PREMATURE_CLOSE') return error;
    const why = this.#wasUsed ? 'had ended already: make a new one for each writer' : 'was closed before the writer ended';
    return new CioError('CIO_REJECT_STORE', `the Writable for rejected rows ${why}`, error ?? undefined);
  }
}

function placeIn({ line, topic, partition }: Partial<Origin> = {}): string {
  if (line === undefined) return '';
  return topic === undefined ? ` at line ${line}` : ` at offset ${line} of ${topic}/${partition}`;
}
