/**
 * What an operation is about, for dedupe: the event or the people that it changes, each a 64-bit key with the value that
 * is known once it is delivered. Both hash the name, so two subjects are mixed up only if 128 bits agree.
 *
 * Some identifies have no value and are always sent, because the same attributes need not mean the same state: the API may
 * have dropped one with `_update`, and a relationship can end without an operation on the person.
 */
import type { Entry, OperationBody } from '../record/entry.ts';
import type { RowEntry } from '../record/row-entry.ts';
import type { SkipReason } from '../record/skipped.ts';
import { isEvent } from '../track/operation.ts';
import { orderingKeys } from '../track/ordering-keys.ts';
import type { Halves } from './store.ts';
import { ContentHash } from './text/content-hash.ts';
import { EntryText } from './text/entry-text.ts';
import { NameHash } from './text/name-hash.ts';
import type { PairHash } from './text/pair-hash.ts';
import { RowParts } from './text/row-parts.ts';
import { WrittenRow } from './text/written-row.ts';

/** One event or person. Key and value are numbers of 64 bits, in two halves. */
export class Subject implements Halves {
  keyFirst = 0;
  keySecond = 0;
  /** What is known once it is delivered; nothing is known then if it has no value. */
  hasValue = false;
  valueFirst = 0;
  valueSecond = 0;
  /** Why the entry is skipped if the value is known already. */
  reason: SkipReason = 'unchanged';
}

const CHANGES_PEOPLE = new Set(['identify', 'delete', 'merge', 'suppress', 'unsuppress']);
/** With one of these among the attributes it is not certain what those of the person are afterwards. */
const UNCERTAIN = ['_update', 'cio_relationships'];

/** Finds them. */
export class Subjects {
  readonly #name = new NameHash();
  readonly #content = new ContentHash(UNCERTAIN);
  readonly #parts = new RowParts(this.#name, this.#content);
  readonly #text = new EntryText();
  readonly #written = new WrittenRow();
  readonly #ofRow = new Subject();
  /** The row that was asked about last; if it had to be written, that is passed on in its place: it would be written once more. */
  row: RowEntry = this.#written;

  /** What the entry is about; empty for operations that dedupe always passes on. */
  of({ operation, json }: Pick<Entry, 'operation' | 'json'>): Subject[] {
    if (isEvent(operation)) return typeof operation.id === 'string' ? [this.#event(operation.id)] : [];
    if (operation.type !== 'person' || !CHANGES_PEOPLE.has(String(operation.action))) return [];
    if (operation.action === 'identify') return [this.#person(operation, json)];
    return orderingKeys(operation).map((key) => {
      this.#name.ofPerson(key);
      return put(new Subject(), this.#name.key, undefined, 'unchanged');
    });
  }

  /** What the row is about, until the next is asked about; undefined if that is not certain: then it has to come as an element. */
  ofRow(entry: RowEntry): Subject | undefined {
    this.row = entry;
    this.#content.begin();
    if (!this.#parts.read(entry)) return this.#ofWritten(entry);
    if (!this.#parts.isCertain || this.#content.hasWatched) return undefined;
    this.#content.addHash(this.#name.value);
    return put(this.#ofRow, this.#name.key, this.#content, 'unchanged');
  }

  #ofWritten(entry: RowEntry): Subject | undefined {
    this.#written.take(entry);
    this.row = this.#written;
    const { text } = this.#written;
    if (!this.#text.read(text, this.#content)) return undefined;
    const [name, places] = [this.#name, this.#text];
    if (entry.isEvent) return places.readId(text, name) ? put(this.#ofRow, name.key, name.value, 'duplicate') : undefined;
    const state = places.readIdentifier(text, name) ? this.#state() : undefined;
    return state && put(this.#ofRow, name.key, state, 'unchanged');
  }

  #event(id: string): Subject {
    this.#name.ofEvent(id);
    return put(new Subject(), this.#name.key, this.#name.value, 'duplicate');
  }

  #person(operation: OperationBody, json: string): Subject {
    const [key = ''] = orderingKeys(operation);
    this.#name.ofPerson(key);
    this.#content.begin();
    const state = this.#text.readJson(json, this.#content) ? this.#state() : undefined;
    return put(new Subject(), this.#name.key, state, 'unchanged');
  }

  /** What the entry whose text was read leaves; undefined if that is not certain. */
  #state(): ContentHash | undefined {
    if (this.#content.hasWatched || this.#text.hasRelationships) return undefined;
    this.#content.addHash(this.#name.value);
    return this.#content;
  }
}

function put(subject: Subject, key: PairHash, value: PairHash | ContentHash | undefined, reason: SkipReason): Subject {
  subject.keyFirst = key.first;
  subject.keySecond = key.second;
  subject.hasValue = value !== undefined;
  subject.valueFirst = value?.first ?? 0;
  subject.valueSecond = value?.second ?? 0;
  subject.reason = reason;
  return subject;
}
