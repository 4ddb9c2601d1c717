/**
 * The core of trackWriter: wires lanes, limiter, delivery, rejects and checkpoints, and says who is told what. When
 * `end()` resolves, every element that went in is delivered, stored as a rejection, or skipped.
 */
import { setMaxListeners } from 'node:events';
import { CioError } from '../errors.ts';
import { Checkpoint } from '../record/checkpoint.ts';
import { Entry } from '../record/entry.ts';
import { readRecord } from '../record/read.ts';
import { type Element, notAnEntry } from '../record/record.ts';
import { Rejection } from '../record/rejection.ts';
import { Skipped } from '../record/skipped.ts';
import { BATCH_PATH, REGION_URLS } from '../track/region.ts';
import { type Batch, EMPTY_BODY_BYTES } from './batch.ts';
import { Release } from './checkpoints.ts';
import { type DeliverOptions, deliver } from './deliver.ts';
import { Lanes } from './lanes.ts';
import { locate } from './locate.ts';
import type { TrackWriterSettings } from './options.ts';
import { RejectOutput } from './reject-output.ts';
import { Client, type Leave, type Reply } from './request/client.ts';
import { RateWindow } from './request/rate-window.ts';
import { Summary } from './summary.ts';
import { Watermark } from './watermark.ts';

// More than this waits for the caller, or for the API: then the line waits too. Both only count where checkpoints are many and small.
const MAX_UNTOLD = 1_000;
const MAX_OPEN = 100_000;

/** Takes elements one by one; everything else happens behind. */
export class Writer {
  readonly summary: Summary = new Summary();
  readonly #settings: TrackWriterSettings;
  readonly #fail: (error: Error) => void;
  readonly #abort = new AbortController();
  readonly #limiter: RateWindow;
  readonly #lanes: Lanes;
  readonly #watermark = new Watermark();
  readonly #rejects: RejectOutput;
  readonly #release: Release;
  readonly #delivery: DeliverOptions;
  #client: Client | undefined;
  #startedAt: number | undefined;
  #room: Promise<void> | undefined;
  #onRoom: () => void = () => {};

  constructor(settings: TrackWriterSettings, fail: (error: Error) => void) {
    const { clock, giveUpMs, onGiveUp, concurrency, maxBatchBytes, lingerMs, requestsPerSecond, leftAt } = settings;
    const { summary } = this;
    this.#settings = settings;
    this.#fail = fail;
    // Every request under way listens; that is no leak.
    setMaxListeners(0, this.#abort.signal);
    this.#limiter = new RateWindow(requestsPerSecond, clock, leftAt);
    this.#rejects = new RejectOutput(settings, summary, fail);
    this.#release = new Release({ flush: () => this.#rejects.flush(), tell: settings.onCheckpoint, commits: !settings.dryRun });
    this.#delivery = {
      call: (body, leave) => this.#call(body, leave),
      limiter: this.#limiter,
      clock,
      signal: this.#abort.signal,
      giveUpMs,
      onGiveUp,
      summary,
      onSkipped: (reason) => summary.skip(reason),
      onDelivered: (special) => {
        summary.deliver(special?.warnings);
        special?.observer?.delivered();
      },
      onRejected: async ({ held }, index, cause) => {
        held.special(index)?.observer?.rejected();
        const origin = held.origin(index);
        // The record as it came: read again where only its text was kept.
        const record = origin?.raw === undefined ? held.special(index)?.record : readRecord(origin.raw, origin, 'trackWriter');
        await this.#rejects.write(new Rejection(cause, record, origin));
      },
    };
    const onFree = (): void => {
      this.#room = undefined;
      this.#onRoom();
    };
    this.#lanes = new Lanes({ concurrency, maxBatchBytes, lingerMs, clock, onFree, deliver: (batch) => this.#deliver(batch) });
  }

  async open(): Promise<void> {
    const { signal, dryRun } = this.#settings;
    if (signal?.aborted) throw signal.reason;
    signal?.addEventListener('abort', this.#onSignal, { once: true });
    if (!dryRun) this.#client = await this.#connect();
  }

  write(element: Element): void | Promise<void> {
    this.#startedAt ??= this.#settings.clock.now();
    if (this.#rejects.tooMany) return this.end();
    if (element instanceof Checkpoint) return this.#checkpoint(element);
    this.summary.read++;
    if (element instanceof Entry) return this.#admit(element);
    if (element instanceof Rejection) return this.#rejects.write(element);
    if (element instanceof Skipped) return this.summary.skip(element.reason);
    throw notAnEntry('trackWriter', element);
  }

  async end(): Promise<void> {
    this.#lanes.flush();
    while (!this.#lanes.idle) await this.#waitForRoom();
    this.#releaseReady();
    await this.#release.done();
    await this.#rejects.end();
    this.#tick();
    this.#rejects.checkBudget();
  }

  /** Gives up what is under way. */
  leave(error: Error | undefined): void {
    this.#tick();
    this.#abort.abort(error ?? new CioError('CIO_INTERNAL', 'the writer is closed'));
  }

  async close(): Promise<void> {
    this.#settings.signal?.removeEventListener('abort', this.#onSignal);
    this.#lanes.close();
    await this.#client?.close();
    // Whatever stopped the line, positions that were ready are reported, and rejections that were handed over are kept.
    await this.#release.done().catch(() => {});
    await this.#rejects.end().catch(() => {});
  }

  readonly #onSignal = (): void => this.#fail(this.#settings.signal?.reason);

  #admit(entry: Entry): void | Promise<void> {
    const room = this.#settings.maxBatchBytes - EMPTY_BODY_BYTES;
    // Only a long text has to be measured.
    if (entry.json.length * 3 > room && entry.bytes > room) {
      entry.observer?.rejected();
      const message = `the entry has ${entry.bytes} bytes, a request can take ${room}`;
      return this.#rejects.write(new Rejection({ reason: 'too_large', message, stage: 'trackWriter' }, entry.record, entry.origin));
    }
    if (!this.#lanes.offer(entry, this.#watermark.current)) return this.#waitForRoom().then(() => this.#admit(entry));
  }

  #waitForRoom(): Promise<void> {
    this.#room ??= new Promise((resolve) => {
      this.#onRoom = resolve;
    });
    return this.#room;
  }

  /** Never fails: an error ends the line, and what waited for room waits no more. */
  async #deliver(batch: Batch): Promise<void> {
    try {
      await deliver(batch, this.#delivery);
      for (const epoch of batch.epochs) epoch.pending--;
      this.#tick();
      this.#releaseReady();
      if (!this.#abort.signal.aborted) return;
    } catch (error) {
      this.#fail(error as Error);
    }
    // A line that is over takes nothing on.
    await new Promise(() => {});
  }

  #checkpoint(checkpoint: Checkpoint): void | Promise<void> {
    this.#watermark.close(checkpoint);
    this.#releaseReady();
    if (this.#release.waiting > MAX_UNTOLD) return this.#release.done();
    if (this.#watermark.open > MAX_OPEN) return this.#waitForRoom();
  }

  #releaseReady(): void {
    const ready = this.#watermark.takeReady();
    if (ready.length > 0) this.#release.add(ready).catch(this.#fail);
  }

  async #connect(): Promise<Client> {
    const { baseUrl, region, siteId, apiKey, concurrency, timeoutMs, giveUpMs, clock } = this.#settings;
    const { signal } = this.#abort;
    const leave: Leave = () => this.#limiter.leave(signal, () => {});
    const account = { siteId, apiKey, region, ...(baseUrl === undefined ? {} : { baseUrl }) };
    const url =
      baseUrl ?? (region === 'auto' ? (await locate(account, { clock, signal, timeoutMs, giveUpMs, leave })).baseUrl : REGION_URLS[region]);
    const client = new Client({ siteId, apiKey, baseUrl: new URL(url), concurrency, timeoutMs, clock, signal });
    await client.open();
    return client;
  }

  async #call(body: Buffer, leave: Leave): Promise<Reply> {
    if (this.#client) return this.#client.call('POST', BATCH_PATH, body, leave);
    // A dry run is counted as if it were sent.
    this.summary.requests++;
    this.summary.bytes += body.length;
    return { status: 200, text: '', retryAfter: undefined };
  }

  #tick(): void {
    if (this.#startedAt !== undefined) this.summary.seconds = (this.#settings.clock.now() - this.#startedAt) / 1000;
  }
}
