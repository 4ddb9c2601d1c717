/**
 * Which people and objects an operation touches, as keys: operations that share a key must reach the API in order.
 * A person who is known by two identifiers has two keys: only Customer.io knows that it is the same person.
 */
import { ExactNumber } from '../json/exact.ts';
import { trimIdentifier } from './identifier.ts';

type Body = Record<string, unknown>;

const FNV_OFFSET = 0x811c9dc5;
/** What {@link hashOfKey} multiplies with for each unit: who hashes a key piece by piece does the same. */
export const FNV_PRIME = 0x01000193;
const OTHERS = ['id', 'cio_id', 'phone', 'anonymous_id', 'cio_object_id'];

/** The keys, that of the operation's own subject first. Never empty. */
export function orderingKeys(operation: Body): string[] {
  if (operation.action === 'merge') return [keyOf(operation.primary), keyOf(operation.secondary)];
  const own = keyOf(operation.identifiers);
  const related = operation.cio_relationships;
  return Array.isArray(related) ? [own, ...related.map((relation) => keyOf(Object(relation).identifiers))] : [own];
}

function keyOf(identifiers: unknown): string {
  // Only the fields that the operation needs were validated: the others may hold anything.
  const ids = Object(identifiers) as Body;
  // Emails are case-insensitive, ids are not; an id may come as a number or as text.
  if (ids.email !== undefined) return `email ${trimIdentifier(textOf(ids.email)).toLowerCase()}`;
  if (ids.object_id !== undefined) return `object ${textOf(ids.object_type_id)} ${textOf(ids.object_id)}`;
  const name = OTHERS.find((other) => ids[other] !== undefined);
  return name === undefined ? '' : `${name} ${textOf(ids[name])}`;
}

/** An object may fail to become text, so it counts as empty. */
function textOf(value: unknown): string {
  return typeof value === 'object' && !(value instanceof ExactNumber) ? '' : String(value);
}

/** FNV-1a over UTF-16 units, by which a key picks its lane: a few nanoseconds, and it only has to spread. */
export function hashOfKey(key: string): number {
  let hash = FNV_OFFSET;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), FNV_PRIME);
  return hash >>> 0;
}
