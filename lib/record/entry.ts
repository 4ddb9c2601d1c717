/**
 * One Track API operation made from a record. It is serialised once, here: limits, batches and the summary all use
 * that text and its byte length.
 */
import type { DeliveryObserver } from './delivery-observer.ts';
import type { Origin } from './origin.ts';

/**
 * One operation of the Track API v2, as it is sent.
 *
 * @category Elements
 */
export type OperationBody = Record<string, unknown>;

/**
 * Each {@link Warning} and what it means: the row is sent, but you should know.
 *
 * @category Elements
 */
export const WARNINGS = {
  odd_email: 'identified by an email that is not an address, such as a name',
  odd_phone: 'identified by a phone number that is not + and 7 to 15 digits (E.164)',
  identifier_removed: 'sent with an empty id or email as an attribute: Customer.io removes it from the person',
  odd_created_at: 'sent with a created_at that is not Unix seconds: Customer.io does not read it as a date; convert it to a time',
  no_timestamp: 'sent without a time, although a column is named for it: the time of arrival counts',
  empty_identify: 'identified without attributes: Customer.io sets nothing',
  truncated: 'shortened to fit a limit',
  dropped_attribute: 'sent without the attributes that were over a limit',
} as const;

/**
 * The name of a warning.
 *
 * @category Elements
 */
export type Warning = keyof typeof WARNINGS;

/**
 * A record made ready to send: what {@link validate} gives. It is serialised once; limits, batches and the summary go by that text.
 *
 * @category Elements
 */
export class Entry {
  /** The operation. Treat it as read-only: `json` is what goes out. */
  readonly operation: OperationBody;
  /** The operation as JSON text. */
  readonly json: string;
  /** The record as it came. */
  readonly record: unknown;
  /** Where the record came from, if that is known. */
  readonly origin: Origin | undefined;
  /** What you should know about it, if anything. */
  readonly warnings: readonly Warning[] | undefined;
  /**
   * What decides about this entry at the last moment and learns its outcome, if a stage asked for that.
   *
   * @internal
   */
  observer: DeliveryObserver | undefined;
  /**
   * The number by which the observer knows it.
   *
   * @internal
   */
  delivery: number;
  #bytes = -1;

  /**
   * @param operation The operation.
   * @param json The same as JSON text.
   * @param record The record that it was made of.
   * @param origin Where the record came from.
   * @param warnings What you should know about it.
   */
  constructor(operation: OperationBody, json: string, record: unknown, origin: Origin | undefined, warnings?: readonly Warning[]) {
    this.operation = operation;
    this.json = json;
    this.record = record;
    this.origin = origin;
    this.warnings = warnings;
    this.observer = undefined;
    this.delivery = 0;
  }

  /** Length of `json` in UTF-8 bytes. */
  get bytes(): number {
    if (this.#bytes < 0) this.#bytes = Buffer.byteLength(this.json);
    return this.#bytes;
  }
}

/**
 * A deletion that a source itself asks for: a message without a value. It is an entry before any stage has seen it, and map() has no
 * record of it to change.
 */
export class Deletion extends Entry {}
