/**
 * The position of a source, and when it pushes one as a checkpoint: always between two records. Rows that are not parsed here
 * are collected in blocks. A source that starts at a
 * position gives the records behind it the same origins, and so the same event ids, as a run that was never interrupted.
 */
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { count, type Given } from '../options.ts';
import { Block, type RowReader } from '../record/block.ts';
import { Checkpoint } from '../record/checkpoint.ts';
import type { Element } from '../record/record.ts';
import type { Push } from '../stream/decode.ts';

/**
 * A place between two records of an input: the next record begins here. Give it to the source of the next run as `startAt`. It is
 * plain data, so you can keep it as JSON.
 *
 * @category Sources
 */
export interface SourcePosition {
  /** Name of the source, if it has one. */
  readonly source?: string;
  /** Byte in the (decompressed) input, from 0. Always 0 for `json()`, which can only be read from its beginning. */
  readonly offset: number;
  /** Number of the line (NDJSON, CSV), item (JSON) or row (Parquet), from 1. */
  readonly line: number;
  /** CSV: the column names, once they are known. */
  readonly columns?: readonly string[];
  /** CSV: what was found out about the text, and where the place lies relative to a broken row. */
  readonly csv?: CsvPosition;
  /** The input was read to its end. If it has grown since, a later run reads what was added. */
  readonly ended?: true;
}

/** What a reader that starts in the middle of a CSV must know, beside the columns. */
const CSV_POSITION_SHAPE = {
  /** What the line `sep=` named. */
  delimiter: z.string().min(1).optional(),
  /** Lines end in CR alone. */
  ends: z.literal('cr').optional(),
  /** The place is `behind` a row with a broken quote, or `inside` one; or `maybe-inside` one that is itself behind another. */
  broken: z.enum(['behind', 'inside', 'maybe-inside']).optional(),
};

/** The closed schema. */
export const CSV_POSITION = z.strictObject(CSV_POSITION_SHAPE);

/**
 * What `csv()` has to know to start in the middle of an input, besides the columns.
 *
 * @category Sources
 */
export interface CsvPosition extends Readonly<Given<typeof CSV_POSITION_SHAPE>> {}

/** A position as an option. */
export const POSITION: z.ZodType<SourcePosition> = z.looseObject({
  offset: count(0),
  line: count(1),
  columns: z.array(z.string()).min(1).optional(),
  csv: CSV_POSITION.optional(),
}) as unknown as z.ZodType<SourcePosition>;

/** Where the next record begins. */
export type Cursor = Pick<SourcePosition, 'offset' | 'line' | 'columns' | 'csv'>;

/** What {@link Checkpointer} needs to know. */
export interface CheckpointerOptions {
  readonly source?: string | undefined;
  readonly checkpointEveryRecords?: number | undefined;
  readonly checkpointEveryMs?: number | undefined;
  readonly clock: Clock;
}

/**
 * If only a time is given: records before the first checkpoint. Each stretch is twice the one before, up to the last: a run that is
 * killed early, or ends early, has saved about half of what it did, and a long one pays a handful of checkpoints for that.
 */
export const STRETCH = { first: 1_000, last: 100_000 };

/** Pushes the records of a source, and checkpoints between them if they were asked for. */
export class Checkpointer {
  readonly #options: CheckpointerOptions;
  readonly #push: Push;
  readonly #next: () => Cursor;
  readonly #reader: RowReader | undefined;
  /** Rows that are not pushed yet. */
  #block: Block | undefined;
  /** How long a row is, about. */
  #rowBytes = 256;
  #wanted: boolean;
  #records = 0;
  /** A checkpoint is due after so many records. */
  #stretch: number;
  #since: number;

  /** `next` gives the place behind the record that was pushed last; `reader` reads the rows that come as bytes. */
  constructor(options: CheckpointerOptions, push: Push, next: () => Cursor, reader?: RowReader) {
    this.#options = options;
    this.#push = push;
    this.#next = next;
    this.#reader = reader;
    this.#wanted = options.checkpointEveryRecords !== undefined || options.checkpointEveryMs !== undefined;
    this.#stretch = options.checkpointEveryRecords ?? STRETCH.first;
    this.#since = options.clock.now();
  }

  /** Pushes a record, or what takes its place, and a checkpoint behind it if one is due. */
  record(element: Element): void {
    this.flush();
    this.#push(element);
    if (this.#wanted) this.#count(true);
  }

  /** The same for a row that is not parsed: its JSON text is in `bytes`. It is pushed with others, by `flush()` at the latest. */
  row(bytes: Buffer, from: number, to: number, line: number, offset: number, length: number): void {
    let block = this.#block;
    const isNew = block?.bytes !== bytes;
    if (block === undefined || isNew) {
      this.flush();
      block = new Block(bytes, this.#reader as RowReader, Math.ceil((bytes.length - from) / this.#rowBytes));
      this.#block = block;
    }
    block.add(from, to, line, offset, length);
    if (this.#wanted) this.#count(isNew);
  }

  /** Pushes the rows that were collected. Called when a source is done with a chunk. */
  flush(): void {
    const block = this.#block;
    if (block === undefined) return;
    this.#block = undefined;
    this.#rowBytes = Math.max(1, (block.to(block.size - 1) - block.from(0)) / block.size);
    this.#push(block);
  }

  /** The source is stopped here: pushes a checkpoint if there were records since the last one. */
  stop(): void {
    if (this.#wanted && this.#records > 0) this.#checkpoint(this.#next());
  }

  /**
   * The input has ended. `rest` pushes the records that are left and gives the place from which a later run reads on if
   * the input has grown by then. A last line without a newline may be the first part of a longer line, so that place is
   * before it, and no checkpoint but the last one follows it. `isWhole` is false if the input could not be read to its end.
   */
  end(rest: () => Cursor, isWhole: () => boolean = () => true): void {
    const wanted = this.#wanted;
    this.#wanted = false;
    const place = rest();
    this.flush();
    if (wanted) this.#checkpoint({ ...place, ...(isWhole() && { ended: true }) });
  }

  /** Rows of one chunk come at the same time: the clock is read for the first of them. */
  #count(isLater: boolean): void {
    this.#records++;
    const { checkpointEveryMs: ms, clock } = this.#options;
    const isDue = this.#records >= this.#stretch || (isLater && ms !== undefined && clock.now() - this.#since >= ms);
    if (isDue) this.#checkpoint(this.#next());
  }

  #checkpoint(place: Omit<SourcePosition, 'source'>): void {
    this.flush();
    const { source, clock, checkpointEveryRecords } = this.#options;
    // A checkpoint for the time leaves the stretch as it is.
    if (checkpointEveryRecords === undefined && this.#records >= this.#stretch) this.#stretch = Math.min(2 * this.#stretch, STRETCH.last);
    this.#records = 0;
    this.#since = clock.now();
    this.#push(new Checkpoint<SourcePosition>({ ...(source === undefined ? {} : { source }), ...place }));
  }
}
