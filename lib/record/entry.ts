/**
 * One Track API operation made from a record. It is serialised once, here: limits, batches and the summary all use
 * that text and its byte length.
 */
import type { Origin } from './origin.ts';

/** One v2 operation as it goes over the wire; `track/operation` says which shapes there are. */
export type OperationBody = Record<string, unknown>;

/** What the summary counts beside the outcome: the record goes on, but the user should know. */
export type Warning = 'empty_identify' | 'truncated' | 'dropped_attribute';

/** A record made ready to send. */
export class Entry {
  /** The operation. Treat it as read-only: `json` is what goes out. */
  readonly operation: OperationBody;
  /** The operation as JSON text. */
  readonly json: string;
  /** UTF-8 length of `json`. */
  readonly bytes: number;
  /** The record as it came. */
  readonly record: unknown;
  readonly origin: Origin | undefined;
  readonly warnings: readonly Warning[] | undefined;

  constructor(operation: OperationBody, json: string, record: unknown, origin: Origin | undefined, warnings?: readonly Warning[]) {
    this.operation = operation;
    this.json = json;
    this.bytes = Buffer.byteLength(json);
    this.record = record;
    this.origin = origin;
    this.warnings = warnings;
  }
}
