/**
 * How many rejections a run accepts before it stops: a number of rows, or a share of the rows read. Without a limit only
 * an input that is certainly not what it was taken for stops the run: its first 1,000 rows are all malformed.
 */
import type { Cause } from '../record/rejection.ts';
import { number, option, say, type Text } from '../wording.ts';

/**
 * A number of rows, or a share of the rows read so far, such as `5%`.
 *
 * @category Writer
 */
export type MaxRejected = number | `${number}%`;

/** Rows after which a share says something, and after which an unreadable input is certain. */
const ENOUGH_ROWS = 1_000;
/** A share of the rows, from 0% to 100%. */
const SHARE = /^(?:100(?:\.0+)?|\d{1,2}(?:\.\d+)?)%$/;
/** Rows that were rejected before and are read again: that they still can't be read was to be expected. */
const READ_AGAIN = 'reopen';

/** True for what `maxRejected` may be. */
export function isMaxRejected(value: unknown): value is MaxRejected {
  if (typeof value === 'string') return SHARE.test(value);
  return value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && (value as number) >= 0);
}

/** Counts against the limit. */
export class RejectBudget {
  readonly #max: MaxRejected | undefined;
  /** As a number; NaN if the limit is a share. */
  readonly #rows: number;
  /** From 0 to 1; NaN if the limit is a number of rows. */
  readonly #share: number;
  #rejected = 0;
  #malformed = 0;
  #message: Text | undefined;

  constructor(max: MaxRejected | undefined) {
    this.#max = max;
    this.#rows = typeof max === 'number' ? max : Number.NaN;
    this.#share = typeof max === 'string' ? Number(max.slice(0, -1)) / 100 : Number.NaN;
  }

  /** Why the run should stop, once it should. */
  get exceeded(): Text | undefined {
    return this.#message;
  }

  /** Counts one rejection; `read` are the rows read so far, this one included. */
  add({ reason, stage, message }: Cause, read: number): void {
    this.#rejected++;
    if (reason === 'malformed' && stage !== READ_AGAIN) this.#malformed++;
    if (this.#max !== undefined) return this.#compare(read, ENOUGH_ROWS);
    if (this.#malformed < ENOUGH_ROWS || this.#malformed < read) return;
    this.#message ??= `none of the first ${number(read)} rows could be read; the last one: ${message}`;
  }

  /** After the last row: a share counts however few rows there were. */
  end(read: number): void {
    this.#compare(read, 0);
  }

  #compare(read: number, enough: number): void {
    const isOver = this.#rejected > this.#rows || (read >= enough && this.#rejected > this.#share * read);
    if (isOver)
      this.#message ??= say`${number(this.#rejected)} of ${number(read)} rows were rejected, more than ${option('trackWriter', 'maxRejected')} (${String(this.#max)}) allows`;
  }
}
