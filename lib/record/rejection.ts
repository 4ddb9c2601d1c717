/** A record that will not be delivered: what it was, why, and where it came from. It flows on in order, like every element. */
import type { Writable } from 'node:stream';
import { type Origin, originOf } from './origin.ts';

/**
 * Each {@link Reason} for a rejection, and what it means.
 *
 * @category Rejects
 */
export const REASONS = {
  malformed: 'could not be read as a row: not JSON, not an object, broken quotes, not UTF-8',
  invalid: 'a value that the operation needs is missing or wrong',
  too_large: "over one of the API's limits, or longer than a row may be",
  refused: 'the API refused it',
  undeliverable: 'the API could not be reached in time',
} as const;

/**
 * Why a row was rejected, in one word.
 *
 * @category Rejects
 */
export type Reason = keyof typeof REASONS;

/**
 * Why a row was rejected, and by which stage.
 *
 * @category Rejects
 */
export interface Cause {
  /** The reason, in one word. */
  readonly reason: Reason;
  /** The field that is wrong, as a path in the record or the operation. */
  readonly field?: string | undefined;
  /** One sentence for whoever repairs it. It never holds the contents of the record. */
  readonly message: string;
  /** The stage that rejected it: `ndjson`, `csv`, `json`, `validate`, `enforceLimits`, `trackWriter` and others. */
  readonly stage: string;
  /** HTTP status of the last answer, if there was one. */
  readonly status?: number | undefined;
  /** How many times it was sent, if it was. */
  readonly attempts?: number | undefined;
  /** The event id that it was sent with. Under the same id it can't count twice when it is sent again. */
  readonly eventId?: string | undefined;
}

/** What is wrong with a record, whoever has found it. */
export type Why = Pick<Cause, 'reason' | 'field' | 'message'>;

/**
 * A row that will not be delivered: what it was, why, and where it came from. It flows on in order, like every element, to the
 * `rejects` of {@link trackWriter}. A function given to {@link map}, or a stage of your own, may make one.
 *
 * @example
 * ```ts
 * import { Readable } from 'node:stream';
 * import { pipeline } from 'node:stream/promises';
 * import { map, Rejection } from 'customerio-streams';
 *
 * const cause = { field: 'email', message: 'is a test account', stage: 'map' };
 * await pipeline(
 *   Readable.from([{ email: 'ada@example.com' }, { email: 'a@test.invalid' }]),
 *   map((row) => (String(row.email).endsWith('.invalid') ? new Rejection({ reason: 'invalid', ...cause }, row) : row)),
 *   async (elements) => {
 *     for await (const element of elements) console.log(element instanceof Rejection); // false, then true
 *   },
 * );
 * ```
 *
 * @category Rejects
 */
export class Rejection {
  /** Why it was rejected. */
  readonly cause: Cause;
  /** The record as it came; undefined if it could not be read (then see `origin.raw` or `bytes`). */
  readonly record: unknown;
  /** Where it came from, if that is known. */
  readonly origin: Origin | undefined;
  /** The bytes as they came, if they are not valid UTF-8. */
  readonly bytes: Buffer | undefined;

  /**
   * @param cause Why, and which stage has found it.
   * @param record The record; undefined if it could not be read.
   * @param origin Where it came from. Default: the origin of the record.
   * @param bytes The bytes as they came, if they are not valid UTF-8.
   */
  constructor(cause: Cause, record: unknown, origin: Origin | undefined = originOf(record), bytes?: Buffer) {
    this.cause = cause;
    this.record = record;
    this.origin = origin;
    this.bytes = bytes;
  }
}

/**
 * Where rejections go: a Writable in object mode. `flush()` resolves when everything written so far is stored; without it, that is
 * when every write has called back.
 *
 * @category Rejects
 */
export type RejectSink = Writable & {
  /** Resolves when everything written so far is stored. */
  flush?(): Promise<void>;
};

/** What keeps a value from being one, as the rule that it breaks; undefined if it is one. */
export function rejectSinkFlaw(value: unknown): string | undefined {
  const has = (name: string): boolean => typeof Reflect.get(Object(value), name) === 'function';
  if (!['write', 'end', 'on'].every(has)) return 'must be a rejectWriter(), collectRejects(), or another Writable in object mode';
  if (Reflect.get(Object(value), 'writableObjectMode') === true) return undefined;
  return 'must be a Writable in object mode, since rejections are objects: for lines of JSON give this stream to rejectWriter({ to })';
}
