/** A record that needs no delivery. It flows on to the writer, which counts it: read = delivered + rejected + skipped. */
import { type Origin, originOf } from './origin.ts';

/**
 * Each {@link SkipReason}, and what it means.
 *
 * @category Elements
 */
export const SKIP_REASONS = {
  filtered: 'left out by map() or --transform',
  duplicate: 'an event whose id was seen before',
  unchanged: 'a person whose attributes are those delivered last',
  repeated_header: 'a header row repeated in the middle of a CSV',
  outdated: 'a newer row of the same key came before it',
  tombstone: 'a message without a value, which asks for a deletion (with tombstones: delete it is one)',
  reassigned: 'its partition moved to another process, which reads it again',
} as const;

/**
 * Why a row was skipped.
 *
 * @category Elements
 */
export type SkipReason = keyof typeof SKIP_REASONS;

/**
 * A row that needs no delivery. It flows on to the writer, which counts it: read = delivered + rejected + skipped.
 * A stage of your own may pass one on in place of a record: `new Skipped('filtered', row)`.
 *
 * @category Elements
 */
export class Skipped {
  /** Why it was skipped. */
  readonly reason: SkipReason;
  /** The record as it came. */
  readonly record: unknown;
  /** Where it came from, if that is known. */
  readonly origin: Origin | undefined;

  /**
   * @param reason Why.
   * @param record The record.
   * @param origin Where it came from. Default: the origin of the record.
   */
  constructor(reason: SkipReason, record: unknown, origin: Origin | undefined = originOf(record)) {
    this.reason = reason;
    this.record = record;
    this.origin = origin;
  }
}
