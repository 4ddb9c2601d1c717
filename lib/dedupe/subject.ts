/**
 * What an operation is about, for dedupe: the event or the people that it changes, each a 64-bit key with the value that
 * is known once it is delivered. Key and value hash the same name, so two subjects are mixed up only if 128 bits agree.
 *
 * Some identifies have no value and are always sent, because the same attributes need not mean the same state: the API may
 * have dropped one with `_update`, and a relationship can end without an operation on the person.
 */
import { hash64 } from '../hash.ts';
import type { Entry, OperationBody } from '../record/entry.ts';
import type { RowEntry } from '../record/row-entry.ts';
import type { SkipReason } from '../record/skipped.ts';
import { isEvent } from '../track/operation.ts';
import { orderingKeys } from '../track/ordering-keys.ts';
import { EntryText } from './text/entry-text.ts';
import { WrittenRow } from './text/written-row.ts';

/** A 64-bit hash of a text, or of its UTF-8. */
export type Hash = (text: string | Uint8Array) => bigint;

/** One event or person. */
export interface Subject {
  readonly key: bigint;
  /** What is known once it is delivered; undefined if nothing is known then. */
  readonly value: bigint | undefined;
  /** Why the entry is skipped if the value is known already. */
  readonly reason: SkipReason;
}

const CHANGES_PEOPLE = new Set(['identify', 'delete', 'merge', 'suppress', 'unsuppress']);
const MAX_CHARACTER_BYTES = 3;

/** Finds them. Needs `loadHash()`. */
export class Subjects {
  readonly #hash: Hash;
  readonly #text = new EntryText();
  #bytes = Buffer.alloc(4096);
  /** The row that was asked about last; it is passed on in place of the entry, which would be written once more. */
  readonly row = new WrittenRow();

  constructor(hash: Hash = hash64) {
    this.#hash = hash;
  }

  /** What the entry is about; empty for operations that dedupe always passes on. */
  of({ operation, json }: Pick<Entry, 'operation' | 'json'>): Subject[] {
    if (isEvent(operation)) return typeof operation.id === 'string' ? [this.#event(`event ${operation.id}`, `${operation.id} event`)] : [];
    if (operation.type !== 'person' || !CHANGES_PEOPLE.has(String(operation.action))) return [];
    if (operation.action === 'identify') return [this.#person(operation, json)];
    return peopleOf(operation).map((name) => ({ key: this.#hash(name), value: undefined, reason: 'unchanged' }));
  }

  /** What the row is about; undefined if that is not certain: then it has to come as an element. */
  ofRow(entry: RowEntry): Subject | undefined {
    const { row } = this;
    row.take(entry);
    if (!this.#text.read(row.bytes, row.end)) return undefined;
    if (entry.isEvent) return row.readEvent(this.#text) ? this.#event(row.key, row.value) : undefined;
    const state = row.readPerson(this.#text) ? this.#text.state(row.key) : undefined;
    return state && { key: this.#hash(row.key), value: this.#hash(state), reason: 'unchanged' };
  }

  #event(key: string | Uint8Array, value: string | Uint8Array): Subject {
    return { key: this.#hash(key), value: this.#hash(value), reason: 'duplicate' };
  }

  #person(operation: OperationBody, json: string): Subject {
    const [name = ''] = peopleOf(operation);
    const most = MAX_CHARACTER_BYTES * json.length;
    if (most > this.#bytes.length) this.#bytes = Buffer.alloc(2 * most);
    const isRead = this.#text.read(this.#bytes, this.#bytes.write(json));
    const state = isRead ? this.#text.state(Buffer.from(name)) : undefined;
    return { key: this.#hash(name), value: state && this.#hash(state), reason: 'unchanged' };
  }
}

/** The people that an operation touches, by name. */
function peopleOf(operation: OperationBody): string[] {
  return orderingKeys(operation).map((key) => `person ${key}`);
}
