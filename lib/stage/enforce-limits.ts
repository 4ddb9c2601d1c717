/**
 * entries -> entries that the API takes: every published limit is checked before anything is sent, so that one long
 * value costs a rejection with its name and not a failed request. `truncate` and `drop` repair what can be repaired.
 */
import type { Transform } from 'node:stream';
import { z } from 'zod';
import { stringify } from '../json/exact.ts';
import { readOptions } from '../options.ts';
import { Entry, type Warning } from '../record/entry.ts';
import { isRecord, notAnEntry } from '../record/record.ts';
import { Rejection } from '../record/rejection.ts';
import { each } from '../stream/each.ts';
import { LIMIT_LISTS, LIMITS, type LimitKind, type LimitListName, type Limits } from '../track/limits.ts';
import { truncate } from '../track/measure.ts';
import { attributeLimitProblem, type LimitProblem, limitKindOf, limitProblem } from './limit-check.ts';

/** What happens to an entry over a limit. */
export type OnViolation = 'reject' | 'truncate' | 'drop';

/** Limits that differ from those of a list, which is `published` if none is named. */
export type OwnLimits = { list?: LimitListName | undefined } & { [K in LimitKind]?: Partial<Limits> | undefined };

/** Options of {@link enforceLimits}. */
export interface EnforceLimitsOptions {
  /**
   * `published` (default): what Customer.io publishes for each call. `connector`: the stricter list of Airbyte's connector,
   * which limits the attributes of events, too. Or limits of your own, per kind of entry, beside one of the lists:
   * `{ list: 'connector', person: { attributes: 500 } }`.
   */
  limits?: LimitListName | OwnLimits | undefined;
  /**
   * `reject` (default) hands the record back. `truncate` shortens long values and event names, and leaves out what
   * can't be shortened: attributes with a long name, and those past the allowed number. `drop` leaves out every
   * attribute at fault. Identifiers are never changed, and an entry that is still too large is rejected.
   */
  onViolation?: OnViolation | undefined;
}

const limit = z.custom<number>((value) => typeof value === 'number' && value >= 1, 'must be a number from 1 to Infinity');
const limitsOf = (kind: LimitKind): z.ZodPrefault<z.ZodObject> =>
  z.strictObject(Object.fromEntries(Object.keys(LIMITS[kind]).map((name) => [name, limit.optional()]))).prefault({});
const LIMIT_LIST = z
  .enum(Object.keys(LIMIT_LISTS) as [LimitListName, ...LimitListName[]], "must be 'published' or 'connector'")
  .default('published');
const OWN_LIMITS = z.strictObject({ list: LIMIT_LIST, person: limitsOf('person'), object: limitsOf('object'), event: limitsOf('event') });

export const ENFORCE_LIMITS_OPTIONS: z.ZodObject = z.strictObject({
  limits: z.preprocess((given) => (typeof given === 'string' ? { list: given } : given), OWN_LIMITS.prefault({}).transform(settled)),
  onViolation: z.enum(['reject', 'truncate', 'drop'], "must be 'reject', 'truncate' or 'drop'").default('reject'),
});

/** The limits of a list, and those of the user in their place. */
function settled({ list, ...own }: z.output<typeof OWN_LIMITS>): Record<LimitKind, Limits> {
  const all = LIMIT_LISTS[list as LimitListName];
  const kinds = Object.keys(all) as LimitKind[];
  return Object.fromEntries(
    kinds.map((kind) => {
      const given = Object.entries(own[kind] as Partial<Limits>).filter(([, value]) => value !== undefined);
      return [kind, { ...all[kind], ...Object.fromEntries(given) }];
    }),
  ) as Record<LimitKind, Limits>;
}

type Settings = { readonly limits: Record<LimitKind, Limits>; readonly onViolation: OnViolation };

/** A stage that lets only entries within the limits through. Throws `CIO_OPTIONS`. */
export function enforceLimits(options?: EnforceLimitsOptions): Transform {
  const enforce = limitEnforcer(options);
  return each((element, push) => {
    if (element instanceof Entry) return push(enforce(element));
    if (isRecord(element)) throw notAnEntry('enforceLimits', element);
    push(element);
  });
}

/** The core of {@link enforceLimits}: the entry itself, a repaired one, or a rejection. */
export function limitEnforcer(options?: EnforceLimitsOptions): (entry: Entry) => Entry | Rejection {
  const { limits, onViolation } = readOptions('enforceLimits', ENFORCE_LIMITS_OPTIONS, options) as Settings;
  return (entry) => {
    const allowed = limits[limitKindOf(entry.operation)];
    const violation = limitProblem(entry, allowed);
    if (violation === undefined) return entry;
    if (onViolation === 'reject') return tooLarge(entry, violation);
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
    const violation = attributeLimitProblem('attributes', name, value, limits);
    if (kept.length >= limits.attributes || (violation && !(how === 'truncate' && violation.limit === 'attributeValueBytes'))) {
      warnings.add('dropped_attribute');
    } else {
      if (violation) warnings.add('truncated');
      kept.push([name, violation ? truncate(String(value), limits.attributeValueBytes) : value]);
    }
  }
  return Object.fromEntries(kept);
}

function tooLarge(entry: Entry, { field, message }: LimitProblem): Rejection {
  return new Rejection({ reason: 'too_large', field: field || undefined, message, stage: 'enforceLimits' }, entry.record, entry.origin);
}
