/**
 * Rejected records, object after object, into the head of the line. A checkpoint follows the last record of each: when the
 * writer releases it every record of that object is delivered or durably rejected again, and only then is it cleared.
 * An object that can't be read is named and stays; the others go their way, and the error is told at the end.
 */
import type { Writable } from 'node:stream';
import { CioError } from '../../errors.ts';
import { Checkpoint } from '../../record/checkpoint.ts';
import type { Rejects } from '../../replay/open-rejects.ts';
import type { Listed } from '../../storage/object-store.ts';
import { drained } from '../../stream/drain.ts';
import type { Feeder } from '../pipeline.ts';
import type { Replayed } from '../show/report.ts';
import type { RejectLine } from './reject-filter.ts';

/** What a {@link ReplayReader} has to know. */
export interface ReplayOptions {
  readonly rejects: Rejects;
  readonly isMeant: (line: RejectLine) => boolean;
  /** What becomes of an object that got through; without it all stay. */
  readonly clear: ((object: Listed) => Promise<void>) | undefined;
  readonly stop: AbortSignal;
  readonly note: (text: string) => void;
}

/** Reads objects, and clears them. */
export class ReplayReader implements Feeder {
  readonly #options: ReplayOptions;
  #listed = { objects: 0, bytes: 0 };
  #read = { objects: 0, bytes: 0 };
  #cleared = 0;
  #left = 0;
  readonly #unreadable: CioError[] = [];

  constructor(options: ReplayOptions) {
    this.#options = options;
  }

  get bytesRead(): number {
    return this.#read.bytes;
  }

  /** Bytes are counted object by object: of a single one they would say nothing. */
  get bytesTotal(): number | undefined {
    return this.#listed.objects > 1 ? this.#listed.bytes : undefined;
  }

  /** How it went. */
  get replayed(): Omit<Replayed, 'from' | 'done'> {
    return { objects: this.#read.objects, cleared: this.#cleared, unmatched: this.#left, unreadable: this.#unreadable.length };
  }

  /** Counts the objects. Throws `CIO_REJECT_STORE` where the place is not there, or not readable. */
  async look(): Promise<void> {
    for await (const { bytes } of this.#options.rejects.objects()) {
      this.#listed.objects++;
      this.#listed.bytes += bytes;
    }
    if (this.#listed.objects === 0) this.#options.note(`there are no rejected records in ${this.#options.rejects.location}`);
  }

  async into(head: Writable): Promise<void> {
    // A line that is gone must not wait for a store that is slow to answer.
    const gone = new AbortController();
    head.once('close', () => gone.abort());
    const stop = AbortSignal.any([this.#options.stop, gone.signal]);
    try {
      for await (const object of this.#options.rejects.objects()) {
        if (stop.aborted || head.destroyed) return;
        await this.#one(object, head, stop);
      }
    } finally {
      head.end();
    }
    const [first] = this.#unreadable;
    const more = this.#unreadable.length - 1;
    if (first) throw new CioError(first.code, `${first.message}${more > 0 ? `, and ${more} more can't be read` : ''}`, first.cause);
  }

  /** Called with the position of a checkpoint that is released. */
  readonly onCheckpoint = async (position: unknown): Promise<void> => {
    await this.#options.clear?.(position as Listed);
    this.#cleared++;
  };

  async #one(object: Listed, head: Writable, stop: AbortSignal): Promise<void> {
    const { rejects, isMeant, clear, note } = this.#options;
    let unmatched = 0;
    try {
      for await (const line of rejects.lines(object, stop)) {
        if (stop.aborted || head.destroyed) return;
        if (!isMeant(line)) unmatched++;
        else if (!head.write(line)) await drained(head).catch(() => {});
      }
    } catch (error) {
      if (stop.aborted) return;
      if (!(error instanceof CioError && error.code === 'CIO_SOURCE')) throw error;
      this.#unreadable.push(error);
      return note(`skipped, and left where it is: ${error.message}`);
    } finally {
      this.#left += unmatched;
    }
    this.#read.objects++;
    this.#read.bytes += object.bytes;
    if (clear && unmatched === 0 && !stop.aborted && !head.destroyed) head.write(new Checkpoint(object));
  }
}
