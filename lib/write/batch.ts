/** Entries that will go out in one request. Exact: whether one more fits is known before it is added. */
import type { Entry } from '../record/entry.ts';
import { EMPTY_BODY_BYTES } from '../track/body.ts';
import type { Epoch } from './watermark.ts';

/** An open batch. */
export class Batch {
  readonly entries: Entry[] = [];
  /** The stretches between checkpoints that its entries belong to, oldest first. */
  readonly epochs: Epoch[] = [];
  /** Length of the request body. */
  bytes: number = EMPTY_BODY_BYTES;
  /** True when one of the entries touches more than one lane. */
  spans = false;

  fits(entry: Entry, maxBytes: number): boolean {
    return this.bytes + entry.bytes + (this.entries.length > 0 ? 1 : 0) <= maxBytes;
  }

  add(entry: Entry, epoch: Epoch): void {
    this.bytes += entry.bytes + (this.entries.length > 0 ? 1 : 0);
    this.entries.push(entry);
    if (this.epochs.at(-1) === epoch) return;
    this.epochs.push(epoch);
    epoch.pending++;
  }
}
