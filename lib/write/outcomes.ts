/**
 * What becomes of each record that reached the writer, exactly once: delivered, rejected or skipped. It is counted, reported
 * to the stage that observes the entry, and a rejection goes to the reject store.
 */
import type { Entry } from '../record/entry.ts';
import { readRecord } from '../record/read.ts';
import { type Element, notAnEntry } from '../record/record.ts';
import { type Cause, Rejection } from '../record/rejection.ts';
import { Skipped, type SkipReason } from '../record/skipped.ts';
import { exceeds } from '../track/measure.ts';
import { type Batch, EMPTY_BODY_BYTES } from './batch.ts';
import type { TrackWriterSettings } from './options.ts';
import { RejectOutput } from './reject-output.ts';
import { Summary } from './summary.ts';

/** Takes outcomes. */
export class Outcomes {
  readonly summary: Summary = new Summary();
  readonly rejects: RejectOutput;
  /** Bytes that the entries of one request may have. */
  readonly #maxEntryBytes: number;

  /** `onError`: the reject store failed. */
  constructor(settings: TrackWriterSettings, onError: (error: Error) => void) {
    this.rejects = new RejectOutput(settings, this.summary, onError);
    this.#maxEntryBytes = settings.maxBatchBytes - EMPTY_BODY_BYTES;
  }

  /** The API took the entry. */
  delivered({ entries }: Batch, index: number): void {
    const { warnings, observer } = entries.shared(index);
    this.summary.deliver(warnings);
    observer?.delivered(entries.delivery(index));
  }

  /** The API took these entries. */
  allDelivered(batch: Batch, indexes: readonly number[]): void {
    if (batch.entries.isPlain) this.summary.delivered += indexes.length;
    else for (const index of indexes) this.delivered(batch, index);
  }

  skipped(reason: SkipReason): void {
    this.summary.skip(reason);
  }

  /** An entry is not sent, because its place is another process's now. */
  reassigned({ entries }: Batch, index: number): void {
    entries.shared(index).observer?.rejected(entries.delivery(index));
    this.skipped('reassigned');
  }

  /** An entry goes back to where its record came from; a promise if the reject store asks to wait. */
  rejected({ entries }: Batch, index: number, cause: Cause): void | Promise<void> {
    entries.shared(index).observer?.rejected(entries.delivery(index));
    const origin = entries.origin(index);
    // The record as it came: read again where only its text was kept.
    const record = origin?.raw === undefined ? entries.record(index) : readRecord(origin.raw, origin, 'trackWriter');
    return this.rejects.write(new Rejection(cause, record, origin));
  }

  /** True for an entry that no request can take. */
  isTooLarge(entry: Entry): boolean {
    return exceeds(entry.json, this.#maxEntryBytes);
  }

  rejectTooLarge({ bytes, observer, delivery, record, origin }: Entry): void | Promise<void> {
    observer?.rejected(delivery);
    const message = `the entry has ${bytes} bytes, a request can take ${this.#maxEntryBytes}`;
    return this.rejects.write(new Rejection({ reason: 'too_large', message, stage: 'trackWriter' }, record, origin));
  }

  /** What is not an entry has its outcome already. Throws for a record that no stage has made an entry of. */
  accept(element: Element): void | Promise<void> {
    if (element instanceof Rejection) return this.rejects.write(element);
    if (element instanceof Skipped) return this.skipped(element.reason);
    throw notAnEntry('trackWriter', element);
  }
}
