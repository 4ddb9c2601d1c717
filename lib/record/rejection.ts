/** A record that will not be delivered: what it was, why, and where it came from. It flows on in order, like every element. */
import type { Writable } from 'node:stream';
import type { Origin } from './origin.ts';

/** Every reason there is, and what it means. */
export const REASONS = {
  malformed: 'could not be read as a row: not JSON, not an object, broken quotes, not UTF-8',
  invalid: 'a value that the operation needs is missing or wrong',
  too_large: "over one of the API's limits, or over maxRecordBytes",
  refused: 'the API refused it',
  undeliverable: "the API could not be reached within giveUpMs (only with onGiveUp: 'reject')",
} as const;

/** Why a record was rejected. */
export type Reason = keyof typeof REASONS;

/** Why a record was rejected, and by whom. */
export interface Cause {
  readonly reason: Reason;
  /** The field that is wrong, as a path in the record or the operation. */
  readonly field?: string | undefined;
  /** One sentence for the engineer who has to repair it. Never holds the record's contents. */
  readonly message: string;
  /** The stage that rejected it: `ndjson`, `csv`, `json`, `validate`, `enforceLimits`, `trackWriter` ... */
  readonly stage: string;
  /** HTTP status of the last reply, if there was one. */
  readonly status?: number | undefined;
  /** How often it was sent, if it was. */
  readonly attempts?: number | undefined;
  /** The event id that it was sent with: under the same id it can't count twice when it is sent again. */
  readonly eventId?: string | undefined;
}

/** What is wrong with a record, whoever has found it. */
export type Why = Pick<Cause, 'reason' | 'field' | 'message'>;

/** A record that will not be delivered. */
export class Rejection {
  readonly cause: Cause;
  /** The record as it came: an object, or undefined if it could not be read (then see `origin.raw` or `bytes`). */
  readonly record: unknown;
  readonly origin: Origin | undefined;
  /** The bytes as they came, if they are not valid UTF-8. */
  readonly bytes: Buffer | undefined;

  constructor(cause: Cause, record: unknown, origin?: Origin, bytes?: Buffer) {
    this.cause = cause;
    this.record = record;
    this.origin = origin;
    this.bytes = bytes;
  }
}

/**
 * Where rejections go: a Writable in object mode. `flush()` resolves when all written is stored; without it, that is so when
 * every write has called back.
 */
export type RejectSink = Writable & { flush?(): Promise<void> };

/** What keeps a value from being one, as the rule that it breaks; undefined if it is one. */
export function rejectSinkFlaw(value: unknown): string | undefined {
  const has = (name: string): boolean => typeof Reflect.get(Object(value), name) === 'function';
  if (!['write', 'end', 'on'].every(has)) return 'must be a rejectWriter(), collectRejects(), or another Writable in object mode';
  if (Reflect.get(Object(value), 'writableObjectMode') === true) return undefined;
  return 'must be a Writable in object mode, since rejections are objects: for lines of JSON give this stream to rejectWriter({ to })';
}
