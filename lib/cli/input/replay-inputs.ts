/**
 * Rejected records, object after object, into the head of the pipeline. A checkpoint follows the last record of each: when the
 * writer releases it every record of that object is delivered or durably rejected again, and only then is it cleared.
 * An object that can't be read is named and stays; the others are read, and the error is thrown at the end.
 */
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CioError } from '../../errors.ts';
import { Checkpoint } from '../../record/checkpoint.ts';
import type { Element, SourceRecord } from '../../record/record.ts';
import { Rejection } from '../../record/rejection.ts';
import type { Rejects } from '../../replay/open-rejects.ts';
import type { StoredObject } from '../../storage/object-store.ts';
import { countOf } from '../../wording.ts';
import type { CurrentInput, RecordReader, Replayed } from './record-reader.ts';
import type { RejectLine } from './reject-filter.ts';

/** What a {@link ReplayReader} has to know. */
export interface ReplayOptions {
  readonly places: readonly Rejects[];
  /** Gives a line its mapping; undefined if that is not known. Absent if the flags map all. */
  readonly mapped?: (line: SourceRecord, rejects: Rejects) => Promise<SourceRecord | undefined>;
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
  /** Places that are files. */
  #files = 0;
  #current: CurrentInput | undefined;
  #cleared = 0;
  #unmatched = 0;
  #unmapped = 0;
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

  get current(): CurrentInput | undefined {
    return this.#current;
  }

  get replayed(): Replayed {
    const { done, places } = this.#options;
    const named = this.#files === places.length && this.#read.objects === places.length && { named: true };
    const unmapped = this.#unmapped > 0 && { unmapped: this.#unmapped };
    const left = { unmatched: this.#unmatched, ...unmapped, unreadable: this.#unreadable.length };
    return { from: this.#from, ...named, objects: this.#read.objects, cleared: this.#cleared, ...left, done };
  }

  get #from(): string {
    return this.#options.places.map(({ location }) => location).join(', ');
  }

  /**
   * Counts the objects. Throws `CIO_REJECT_STORE` if a place does not exist or can't be read, `CIO_SOURCE` if it keeps a mapping
   * that can't.
   */
  async look(): Promise<void> {
    for (const rejects of this.#options.places) {
      if (this.#options.mapped) await rejects.readMappings();
      for await (const object of rejects.objects()) {
        this.#listed.objects++;
        this.#listed.bytes += object.bytes;
        if (rejects.pathOf(object) === rejects.location) this.#files++;
      }
    }
    if (this.#listed.objects === 0) this.#options.note(`there are no rejected rows in ${this.#from}`);
  }

  async read(head: Writable, stop: AbortSignal): Promise<void> {
    await pipeline(this.#elements(stop), head, { end: false });
    const [first] = this.#unreadable;
    const more = this.#unreadable.length - 1;
    if (first)
      throw new CioError(first.code, `${first.message}${more > 0 ? `, and ${more} more can't be read` : ''}`, first.cause, first.todo);
    if (this.#unmapped > 0) throw unmappedError(this.#unmapped, this.#from);
  }

  /** Called with the position of a checkpoint that is released. */
  readonly onCheckpoint = async (position: unknown): Promise<void> => {
    const { doneTo } = this.#options;
    const { rejects, object } = position as Done;
    await (doneTo === undefined ? rejects.remove(object) : rejects.move(object, doneTo));
    this.#cleared++;
  };

  async *#elements(stop: AbortSignal): AsyncGenerator<Element> {
    for (const rejects of this.#options.places) yield* this.#elementsOf(rejects, stop);
  }

  async *#elementsOf(rejects: Rejects, stop: AbortSignal): AsyncGenerator<Element> {
    for await (const object of rejects.objects()) {
      const index = (this.#current?.index ?? 0) + 1;
      // Between the two listings some may have been added.
      this.#current = { name: object.name, index, count: Math.max(index, this.#listed.objects) };
      try {
        stop.throwIfAborted();
        yield* this.#one(rejects, object, stop);
      } catch (error) {
        if (stop.aborted) return;
        if (!(error instanceof CioError && error.code === 'CIO_SOURCE')) throw error;
        this.#unreadable.push(error);
        this.#options.note(`skipped and left in place: ${error.message}`);
      }
    }
  }

  async *#one(rejects: Rejects, object: StoredObject, stop: AbortSignal): AsyncGenerator<Element> {
    const { isMeant, mapped, done } = this.#options;
    const leftBefore = this.#unmatched + this.#unmapped;
    for await (const line of rejects.lines(object, stop)) {
      stop.throwIfAborted();
      if (!isMeant(line)) this.#unmatched++;
      else if (mapped === undefined || line instanceof Rejection) yield line;
      else {
        const row = await mapped(line, rejects);
        if (row === undefined) this.#unmapped++;
        else yield row;
      }
    }
    this.#read.objects++;
    this.#read.bytes += object.bytes;
    if (done !== undefined && this.#unmatched + this.#unmapped === leftBefore) yield new Checkpoint({ rejects, object } satisfies Done);
  }
}

/** The position behind an object. */
interface Done {
  readonly rejects: Rejects;
  readonly object: StoredObject;
}

function unmappedError(records: number, from: string): CioError {
  const message = `${countOf(records, 'rejected row')} of ${from} ${records === 1 ? 'has' : 'have'} no mapping`;
  const why = 'no .cio-stream.json is kept for them, as for rejects of Airbyte or of another program';
  return new CioError(
    'CIO_SOURCE',
    `${message}: ${why}; they are left in place`,
    undefined,
    'Give --as (people, events or operations) and the flags that map the columns.',
  );
}
