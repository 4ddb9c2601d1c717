/**
 * The core of trackWriter: connects lanes, delivery, outcomes and checkpoints, and decides when the caller has to wait.
 * When `end()` resolves, every element that came in is delivered, stored as a rejection, or skipped.
 */
import { setMaxListeners } from 'node:events';
import { CioError } from '../errors.ts';
import { Checkpoint } from '../record/checkpoint.ts';
import { Entry } from '../record/entry.ts';
import type { Element } from '../record/record.ts';
import type { RowEntry } from '../record/row-entry.ts';
import { Checkpoints } from './checkpoints.ts';
import { deliver } from './deliver.ts';
import { Lanes, type LanesOptions } from './lanes.ts';
import type { TrackWriterSettings } from './options.ts';
import { Outcomes } from './outcomes.ts';
import { openTrackApi, type TrackApi } from './request/track-api.ts';
import type { Summary } from './summary.ts';

// Checkpoints that wait for the caller's `onCheckpoint`, and epochs that wait for the API. With more of them the pipeline
// waits too; that only happens if checkpoints are many and small.
const MAX_UNREPORTED = 1_000;
const MAX_OPEN = 100_000;

/** Takes elements one by one; everything else happens behind. */
export class Writer {
  readonly summary: Summary;
  readonly #settings: TrackWriterSettings;
  readonly #fail: (error: Error) => void;
  readonly #abort = new AbortController();
  readonly #lanes: Lanes;
  readonly #outcomes: Outcomes;
  readonly #checkpoints: Checkpoints;
  #api: TrackApi | undefined;
  #startedAt: number | undefined;
  #laneFree: Promise<void> | undefined;
  #onLaneFree: () => void = () => {};

  constructor(settings: TrackWriterSettings, fail: (error: Error) => void) {
    this.#settings = settings;
    this.#fail = fail;
    // Every request in flight listens; that is not a leak.
    setMaxListeners(0, this.#abort.signal);
    this.#outcomes = new Outcomes(settings, fail);
    this.summary = this.#outcomes.summary;
    this.#checkpoints = new Checkpoints({
      flush: () => this.#outcomes.rejects.flush(),
      report: settings.onCheckpoint,
      commits: !settings.dryRun,
      onError: fail,
    });
    const onFree = (): void => {
      this.#laneFree = undefined;
      this.#onLaneFree();
    };
    this.#lanes = new Lanes({ ...settings, onFree, deliver: this.#deliver });
  }

  async open(): Promise<void> {
    const { signal } = this.#settings;
    if (signal?.aborted) throw signal.reason;
    signal?.addEventListener('abort', this.#onSignal, { once: true });
    this.#api = await openTrackApi(this.#settings, this.#abort.signal, this.summary);
  }

  write(element: Element): void | Promise<void> {
    this.#startedAt ??= this.#settings.clock.now();
    if (this.#outcomes.rejects.tooMany) return this.end();
    if (element instanceof Checkpoint) return this.#checkpoint(element);
    this.summary.read++;
    if (!(element instanceof Entry)) return this.#outcomes.accept(element);
    if (this.#outcomes.isTooLarge(element)) return this.#outcomes.rejectTooLarge(element);
    return this.#admit(element);
  }

  /** Takes a row, or says false, and nothing has happened: then it has to come as an element. */
  entry(row: RowEntry): boolean {
    if (this.#outcomes.rejects.tooMany || !this.#lanes.offerRow(row, this.#checkpoints.current)) return false;
    this.#startedAt ??= this.#settings.clock.now();
    this.summary.read++;
    return true;
  }

  async end(): Promise<void> {
    this.#lanes.flush();
    while (!this.#lanes.idle) await this.#whenLaneIsFree();
    this.#lanes.end();
    await this.#checkpoints.done();
    await this.#outcomes.rejects.end();
    this.#tick();
    this.#outcomes.rejects.checkBudget();
  }

  /** Gives up the requests in flight. */
  abort(error: Error | undefined): void {
    this.#tick();
    this.#abort.abort(error ?? new CioError('CIO_INTERNAL', 'the writer is closed'));
  }

  async close(): Promise<void> {
    this.#settings.signal?.removeEventListener('abort', this.#onSignal);
    this.#lanes.close();
    await this.#api?.close();
    // Whatever stopped the pipeline, positions that were ready are reported, and rejections that were handed over are kept.
    await this.#checkpoints.done().catch(() => {});
    await this.#outcomes.rejects.end().catch(() => {});
  }

  readonly #onSignal = (): void => this.#fail(this.#settings.signal?.reason);

  #admit(entry: Entry): void | Promise<void> {
    if (!this.#lanes.offer(entry, this.#checkpoints.current)) return this.#whenLaneIsFree().then(() => this.#admit(entry));
  }

  #whenLaneIsFree(): Promise<void> {
    this.#laneFree ??= new Promise((resolve) => {
      this.#onLaneFree = resolve;
    });
    return this.#laneFree;
  }

  /** Never fails: an error ends the stream, and then no lane becomes free any more. */
  readonly #deliver: LanesOptions['deliver'] = async (batch) => {
    const { clock, giveUpMs, onGiveUp } = this.#settings;
    const { signal } = this.#abort;
    try {
      await deliver(batch, { api: this.#api as TrackApi, outcomes: this.#outcomes, clock, signal, giveUpMs, onGiveUp });
      this.#tick();
      this.#checkpoints.batchDone(batch.epochs);
      if (!signal.aborted) return;
    } catch (error) {
      this.#fail(error as Error);
    }
    await new Promise(() => {});
  };

  #checkpoint(checkpoint: Checkpoint): void | Promise<void> {
    this.#checkpoints.add(checkpoint);
    if (this.#checkpoints.waiting > MAX_UNREPORTED) return this.#checkpoints.done();
    if (this.#checkpoints.open > MAX_OPEN) return this.#whenLaneIsFree();
  }

  #tick(): void {
    if (this.#startedAt !== undefined) this.summary.seconds = (this.#settings.clock.now() - this.#startedAt) / 1000;
  }
}
