/** Which limit an entry breaks, if any. The number of characters is compared first, so that most texts are never encoded. */
import { ExactNumber, stringify } from '../json/exact.ts';
import type { Entry, OperationBody } from '../record/entry.ts';
import type { RowEntry } from '../record/row-entry.ts';
import type { LimitKind, Limits } from '../track/limits.ts';
import { exceeds } from '../track/measure.ts';
import { isEvent } from '../track/operation.ts';

/** A limit that is broken. */
export interface LimitProblem {
  readonly limit: keyof Limits;
  readonly field: string;
  readonly message: string;
}

type Bag = Record<string, unknown>;

/** Which set of limits an operation falls under. */
export function limitKindOf(operation: OperationBody): LimitKind {
  if (operation.type === 'object') return 'object';
  return isEvent(operation) ? 'event' : 'person';
}

/** True if a row can't break a limit: its sizes are upper bounds. */
export function isWithinLimits(entry: RowEntry, limits: Limits): boolean {
  return (
    entry.attributes <= limits.attributes &&
    entry.longestName <= limits.attributeNameBytes &&
    entry.longestText <= limits.attributeValueBytes &&
    entry.identifierBytes <= limits.identifierBytes &&
    entry.eventNameBytes <= limits.eventNameBytes &&
    entry.maxBytes <= limits.entryBytes &&
    entry.maxBytes <= limits.attributesBytes
  );
}

/** The first limit that the entry breaks. */
export function limitProblem({ operation, json }: Entry, limits: Limits): LimitProblem | undefined {
  return (
    identifierProblem(operation, limits) ??
    nameProblem(operation, limits) ??
    bagProblem('attributes', operation.attributes as Bag | undefined, json, limits) ??
    relationProblem(operation, json, limits) ??
    (exceeds(json, limits.entryBytes)
      ? broken('entryBytes', '', `the entry has ${Buffer.byteLength(json)} bytes; the limit is ${limits.entryBytes}`)
      : undefined)
  );
}

function identifierProblem(operation: OperationBody, limits: Limits): LimitProblem | undefined {
  const { identifiers, primary, secondary } = operation as Record<string, Bag | undefined>;
  return (
    idsProblem('identifiers', identifiers, limits) ?? idsProblem('primary', primary, limits) ?? idsProblem('secondary', secondary, limits)
  );
}

function idsProblem(path: string, ids: Bag | undefined, limits: Limits): LimitProblem | undefined {
  for (const name in ids) {
    const given = ids[name];
    // A number may have many digits, too.
    const value = given instanceof ExactNumber ? given.digits : given;
    if (typeof value === 'string' && exceeds(value, limits.identifierBytes)) return over('identifierBytes', `${path}.${name}`, limits);
  }
  return undefined;
}

function nameProblem(operation: OperationBody, limits: Limits): LimitProblem | undefined {
  const { name } = operation;
  return typeof name === 'string' && exceeds(name, limits.eventNameBytes) ? over('eventNameBytes', 'name', limits) : undefined;
}

function bagProblem(path: string, bag: Bag | undefined, json: string, limits: Limits): LimitProblem | undefined {
  if (bag === undefined) return undefined;
  let attributes = 0;
  for (const name in bag) {
    const value = bag[name];
    // It is not part of the JSON.
    if (value === undefined) continue;
    attributes++;
    const problem = attributeLimitProblem(path, name, value, limits);
    if (problem) return problem;
  }
  if (attributes > limits.attributes)
    return broken('attributes', path, `there are ${attributes} attributes; the limit is ${limits.attributes}`);
  // The bag is a part of the entry: only an entry over the limit needs to be measured again.
  if (exceeds(json, limits.attributesBytes) && exceeds(stringify(bag), limits.attributesBytes))
    return over('attributesBytes', path, limits);
  return undefined;
}

/** The first limit that one attribute breaks. */
export function attributeLimitProblem(path: string, name: string, value: unknown, limits: Limits): LimitProblem | undefined {
  if (exceeds(name, limits.attributeNameBytes)) return over('attributeNameBytes', `${path}.${name}`, limits);
  // Text only, and not inside nested values: no published limit speaks of those.
  if (typeof value === 'string' && exceeds(value, limits.attributeValueBytes))
    return over('attributeValueBytes', `${path}.${name}`, limits);
  return undefined;
}

function relationProblem(operation: OperationBody, json: string, limits: Limits): LimitProblem | undefined {
  const relations = operation.cio_relationships;
  if (!Array.isArray(relations)) return undefined;
  for (const [index, relation] of relations.entries()) {
    const path = `cio_relationships.${index}`;
    const problem =
      idsProblem(`${path}.identifiers`, relation.identifiers, limits) ??
      bagProblem(`${path}.relationship_attributes`, relation.relationship_attributes, json, limits);
    if (problem) return problem;
  }
  return undefined;
}

function over(limit: keyof Limits, field: string, limits: Limits): LimitProblem {
  return broken(limit, field, `is longer than ${limits[limit]} bytes`);
}

function broken(limit: keyof Limits, field: string, message: string): LimitProblem {
  return { limit, field, message };
}
