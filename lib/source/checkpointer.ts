/**
 * Where a source may be cut and begun again, and when it says so: checkpoints stand between records, never inside one.
 * A source that starts at a position gives the records from there on the same origins, and so the same event ids, as a
 * run that was never cut.
 */
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { count } from '../options.ts';
import { Checkpoint } from '../record/checkpoint.ts';
import type { Element } from '../record/record.ts';

/** The place between two records: the next one begins here. */
export interface SourcePosition {
  /** The source's name, where it has one. */
  readonly source?: string;
  /** Byte of the (decompressed) input. Always 0 for json(), which can only be read from its beginning. */
  readonly offset: number;
  /** Number of the line (NDJSON, CSV) or item (JSON), from 1. */
  readonly line: number;
  /** CSV: the column names, once they are known. */
  readonly columns?: readonly string[];
  /** CSV: what was found out about it, and where a broken row is being passed. */
  readonly csv?: CsvPosition;
  /** All was read. If the input has grown since, what came goes on here. */
  readonly ended?: true;
}

/** What one must know to read CSV from its middle on, beside the columns. */
export interface CsvPosition {
  /** What the line `sep=` named. */
  readonly delimiter?: string | undefined;
  /** Lines end in CR alone. */
  readonly ends?: 'cr' | undefined;
  /** The place is `behind` a row with a broken quote, or `inside` one, or inside one behind another (`astray`). */
  readonly broken?: 'behind' | 'inside' | 'astray' | undefined;
}

/** The same as an option. */
export const CSV_POSITION: z.ZodType<CsvPosition> = z.strictObject({
  delimiter: z.string().min(1).optional(),
  ends: z.literal('cr').optional(),
  broken: z.enum(['behind', 'inside', 'astray']).optional(),
});

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

/** Puts checkpoints between the records, where they were asked for. */
export class Checkpointer {
  readonly #options: CheckpointerOptions;
  #wanted: boolean;
  #records = 0;
  #since: number;

  constructor(options: CheckpointerOptions) {
    this.#options = options;
    this.#wanted = options.checkpointEveryRecords !== undefined || options.checkpointEveryMs !== undefined;
    this.#since = options.clock.now();
  }

  /** A record went out: pushes a checkpoint if one is due. */
  after(next: () => Cursor, push: (element: Element) => void): void {
    if (!this.#wanted) return;
    this.#records++;
    const { checkpointEveryRecords: records = Number.POSITIVE_INFINITY, checkpointEveryMs: ms, clock } = this.#options;
    const isDue = this.#records >= records || (ms !== undefined && clock.now() - this.#since >= ms);
    if (isDue) this.#push(next(), push);
  }

  /** The source is stopped here: pushes a checkpoint if a record has come since the last one. */
  stop(next: () => Cursor, push: (element: Element) => void): void {
    if (this.#wanted && this.#records > 0) this.#push(next(), push);
  }

  /**
   * The input has ended; `rest` hands on what is left. Should the input grow it goes on `at`: a last line without a
   * newline may be the first part of a longer one, so it is read again, and no checkpoint but the last stands after it.
   * What could not be read to its end has not `ended`.
   */
  end(rest: () => void, at: () => Cursor, push: (element: Element) => void, isWhole: () => boolean = () => true): void {
    const wanted = this.#wanted;
    this.#wanted = false;
    rest();
    if (wanted) this.#push({ ...at(), ...(isWhole() && { ended: true }) }, push);
  }

  #push(place: Omit<SourcePosition, 'source'>, push: (element: Element) => void): void {
    const { source, clock } = this.#options;
    this.#records = 0;
    this.#since = clock.now();
    push(new Checkpoint<SourcePosition>({ ...(source === undefined ? {} : { source }), ...place }));
  }
}
