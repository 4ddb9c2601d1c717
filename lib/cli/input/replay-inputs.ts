/**
 * Rejected records, object after object, into the head of the pipeline. A checkpoint follows the last record of each: when the
 * writer releases it every record of that object is delivered or durably rejected again, and only then is it cleared.
 * An object that can't be read is named and stays; the others are read, and the error is thrown at the end.
 */
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CioError } from '../../errors.ts';
import { Checkpoint } from '../../record/checkpoint.ts';
import type { Element } from '../../record/record.ts';
import type { Rejects } from '../../replay/open-rejects.ts';
import type { Listed } from '../../storage/object-store.ts';
import type { RecordReader, Replayed } from './record-reader.ts';
import type { RejectLine } from './reject-filter.ts';

/** What a {@link ReplayReader} has to know. */
export interface ReplayOptions {
  readonly rejects: Rejects;
  readonly isMeant: (line: RejectLine) => boolean;
  /** What becomes of an object that got through; without it all stay. */
  readonly done?: Replayed['done'];
  /** Where it is moved to. */
  readonly doneTo?: string | undefined;
  readonly note: (text: string) => void;
}

/** Reads objects, and clears those that are done. */
export class ReplayReader implements RecordReader {
  readonly #options: ReplayOptions;
  #listed = { objects: 0, bytes: 0 };
  #read = { objects: 0, bytes: 0 };
  #cleared = 0;
  #unmatched = 0;
  readonly #unreadable: CioError[] = [];

  constructor(options: ReplayOptions) {
    this.#options = options;
  }

  get bytesRead(): number {
    return this.#read.bytes;
  }

  /** Bytes are counted object by object: of a single object they would say nothing. */
  get bytesTotal(): number | undefined {
    return this.#listed.objects > 1 ? this.#listed.bytes : undefined;
  }

  get replayed(): Replayed {
    const { rejects, done } = this.#options;
    const counts = { objects: this.#read.objects, cleared: this.#cleared, unmatched: this.#unmatched, unreadable: this.#unreadable.length };
    return { from: rejects.location, ...counts, done };
  }

  /** Counts the objects. Throws `CIO_REJECT_STORE` if the place does not exist or can't be read. */
  async look(): Promise<void> {
    for await (const { bytes } of this.#options.rejects.objects()) {
      this.#listed.objects++;
      this.#listed.bytes += bytes;
    }
    if (this.#listed.objects === 0) this.#options.note(`there are no rejected records in ${this.#options.rejects.location}`);
  }

  async read(head: Writable, stop: AbortSignal): Promise<void> {
    await pipeline(this.#elements(stop), head, { end: false });
    const [first] = this.#unreadable;
    const more = this.#unreadable.length - 1;
    if (first) throw new CioError(first.code, `${first.message}${more > 0 ? `, and ${more} more can't be read` : ''}`, first.cause);
  }

  /** Called with the position of a checkpoint that is released. */
  readonly onCheckpoint = async (position: unknown): Promise<void> => {
    const { rejects, doneTo } = this.#options;
    const object = position as Listed;
    await (doneTo === undefined ? rejects.remove(object) : rejects.move(object, doneTo));
    this.#cleared++;
  };

  async *#elements(stop: AbortSignal): AsyncGenerator<Element> {
    for await (const object of this.#options.rejects.objects()) {
      try {
        stop.throwIfAborted();
        yield* this.#one(object, stop);
      } catch (error) {
        if (stop.aborted) return;
        if (!(error instanceof CioError && error.code === 'CIO_SOURCE')) throw error;
        this.#unreadable.push(error);
        this.#options.note(`skipped, and left where it is: ${error.message}`);
      }
    }
  }

  async *#one(object: Listed, stop: AbortSignal): AsyncGenerator<Element> {
    const { rejects, isMeant, done } = this.#options;
    let unmatched = 0;
    try {
      for await (const line of rejects.lines(object, stop)) {
        stop.throwIfAborted();
        if (isMeant(line)) yield line;
        else unmatched++;
      }
    } finally {
      this.#unmatched += unmatched;
    }
    this.#read.objects++;
    this.#read.bytes += object.bytes;
    if (done !== undefined && unmatched === 0) yield new Checkpoint(object);
  }
}
