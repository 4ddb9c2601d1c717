/**
 * What an operation is about, for dedupe: the event or the people that it changes, each a 64-bit key with the value that
 * is known once it is delivered. Key and value hash the same name, so two subjects are mixed up only if 128 bits agree.
 *
 * Some identifies have no value and are always sent, because the same attributes need not mean the same state: the API may
 * have dropped one with `_update`, and a relationship can end without an operation on the person.
 */
import { hash64 } from '../hash.ts';
import type { OperationBody } from '../record/entry.ts';
import type { SkipReason } from '../record/skipped.ts';
import { isEvent } from '../track/operation.ts';
import { orderingKeys } from '../track/ordering-keys.ts';
import { canonicalJson } from './canonical-json.ts';

/** A 64-bit hash of a text. */
export type Hash = (text: string) => bigint;

/** One event or person. */
export interface Subject {
  readonly key: bigint;
  /** What is known once it is delivered; undefined if nothing is known then. */
  readonly value: bigint | undefined;
  /** Why the entry is skipped if the value is known already. */
  readonly reason: SkipReason;
}

const CHANGES_PEOPLE = new Set(['identify', 'delete', 'merge', 'suppress', 'unsuppress']);

/** What the operation is about; empty for operations that dedupe always passes on. Needs `loadHash()`. */
export function subjectsOf(operation: OperationBody, hash: Hash = hash64): Subject[] {
  if (isEvent(operation)) return typeof operation.id === 'string' ? [eventOf(operation.id, hash)] : [];
  if (operation.type !== 'person' || !CHANGES_PEOPLE.has(String(operation.action))) return [];
  if (operation.action === 'identify') return [personOf(operation, hash)];
  return peopleOf(operation).map((name) => ({ key: hash(name), value: undefined, reason: 'unchanged' }));
}

/** The people that an operation touches, by name. */
function peopleOf(operation: OperationBody): string[] {
  return orderingKeys(operation).map((key) => `person ${key}`);
}

function eventOf(id: string, hash: Hash): Subject {
  return { key: hash(`event ${id}`), value: hash(`${id} event`), reason: 'duplicate' };
}

function personOf(operation: OperationBody, hash: Hash): Subject {
  const [name = ''] = peopleOf(operation);
  return { key: hash(name), value: valueAfter(name, operation, hash), reason: 'unchanged' };
}

function valueAfter(name: string, { attributes, cio_relationships, timestamp }: OperationBody, hash: Hash): bigint | undefined {
  const bag = (attributes ?? {}) as Record<string, unknown>;
  if (cio_relationships !== undefined || bag._update !== undefined || bag.cio_relationships !== undefined) return undefined;
  // The API orders updates by their time: the same attributes at another time may be what it dropped the last time.
  const text = `${name}\n${timestamp === undefined ? '' : `${String(timestamp)}\n`}${canonicalJson(bag)}`;
  // All lone surrogates hash alike; as JSON each is written as an escape of its own.
  return hash((text as unknown as { isWellFormed(): boolean }).isWellFormed() ? text : JSON.stringify(text));
}
