/**
 * entries -> entries that the API takes: every published limit is checked before anything is sent, so that one long
 * value costs a rejection with its name and not a failed request. `truncate` and `drop` repair what can be repaired.
 */
import type { Transform } from 'node:stream';
import { stringify } from '../json/exact.ts';
import { readOptions } from '../options.ts';
import { Entry, type Warning } from '../record/entry.ts';
import { isRecord, notAnEntry } from '../record/record.ts';
import { Rejection } from '../record/rejection.ts';
import { each } from '../stream/each.ts';
import type { Limits } from '../track/limits.ts';
import { truncate } from '../track/measure.ts';
import { attributeLimitProblem, isWithinLimits, type LimitProblem, limitKindOf, limitProblem } from './limit-check.ts';
import { ENFORCE_LIMITS_OPTIONS, type EnforceLimitsOptions } from './options.ts';

/**
 * Lets only entries through that are within the API's limits ({@link LIMITS}), so that one long value costs one rejected row and
 * not a refused request. With `truncate` or `drop` it repairs what can be repaired. Put it after {@link validate}.
 *
 * @returns A Transform from entries to entries. It fails with `CIO_LINE` if it is given records.
 * @throws {@link CioError} `CIO_OPTIONS`
 * @example
 * ```ts
 * import { Readable } from 'node:stream';
 * import { pipeline } from 'node:stream/promises';
 * import { enforceLimits, Rejection, validate } from 'customerio-streams';
 *
 * await pipeline(
 *   Readable.from([{ person_id: 1, bio: 'x'.repeat(2_000) }]),
 *   validate({ object: 'person_identify' }),
 *   enforceLimits(),
 *   async (elements) => {
 *     for await (const element of elements) {
 *       if (element instanceof Rejection) console.log(element.cause.field, element.cause.reason); // attributes.bio too_large
 *     }
 *   },
 * );
 * ```
 *
 * @category Stages
 */
export function enforceLimits(options?: EnforceLimitsOptions): Transform {
  const enforce = limitEnforcer(options);
  const { limits } = readOptions('enforceLimits', ENFORCE_LIMITS_OPTIONS, options);
  return each(
    (element, push) => {
      if (element instanceof Entry) return push(enforce(element));
      if (isRecord(element)) throw notAnEntry('enforceLimits', element);
      push(element);
    },
    { entry: (entry, next) => isWithinLimits(entry, entry.isEvent ? limits.event : limits.person) && next.entry(entry) },
  );
}

/** The core of {@link enforceLimits}: the entry itself, a repaired one, or a rejection. */
export function limitEnforcer(options?: EnforceLimitsOptions): (entry: Entry) => Entry | Rejection {
  const { limits, onViolation } = readOptions('enforceLimits', ENFORCE_LIMITS_OPTIONS, options);
  return (entry) => {
    const allowed = limits[limitKindOf(entry.operation)];
    const problem = limitProblem(entry, allowed);
    if (problem === undefined) return entry;
    if (onViolation === 'reject') return tooLarge(entry, problem);
    const repaired = repair(entry, allowed, onViolation);
    const left = limitProblem(repaired, allowed);
    return left === undefined ? repaired : tooLarge(entry, left);
  };
}

function repair(entry: Entry, limits: Limits, how: 'truncate' | 'drop'): Entry {
  const warnings = new Set<Warning>(entry.warnings);
  const operation = { ...entry.operation };
  if (how === 'truncate' && typeof operation.name === 'string') {
    const name = truncate(operation.name, limits.eventNameBytes);
    if (name !== operation.name) warnings.add('truncated');
    operation.name = name;
  }
  if (operation.attributes !== undefined) operation.attributes = repairBag(operation.attributes as object, limits, how, warnings);
  return new Entry(operation, stringify(operation), entry.record, entry.origin, [...warnings]);
}

/** Keeps the first attributes, in their order. */
function repairBag(bag: object, limits: Limits, how: 'truncate' | 'drop', warnings: Set<Warning>): object {
  const kept: [string, unknown][] = [];
  for (const [name, value] of Object.entries(bag)) {
    if (value === undefined) continue;
    const problem = attributeLimitProblem('attributes', name, value, limits);
    if (kept.length >= limits.attributes || (problem && !(how === 'truncate' && problem.limit === 'attributeValueBytes'))) {
      warnings.add('dropped_attribute');
    } else {
      if (problem) warnings.add('truncated');
      kept.push([name, problem ? truncate(String(value), limits.attributeValueBytes) : value]);
    }
  }
  return Object.fromEntries(kept);
}

function tooLarge(entry: Entry, { field, message }: LimitProblem): Rejection {
  return new Rejection({ reason: 'too_large', field: field || undefined, message, stage: 'enforceLimits' }, entry.record, entry.origin);
}
