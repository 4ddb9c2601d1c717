/**
 * The events that arrived, each counted once: an id that was seen before is a repeat, for as long as the sandbox runs.
 * Of a long test only the newest events need to be kept; ids and counts stay.
 */
import { Newest } from '../newest.ts';
import type { Person } from './model.ts';

/** One event, page or screen. */
export interface EventHeld {
  readonly kind: string;
  readonly id: string | undefined;
  readonly name: string;
  /** Unix seconds: its own timestamp, or that of arrival if it had no valid one. */
  readonly timestamp: number;
  readonly attributes: Record<string, unknown>;
  readonly identifiers: Record<string, unknown>;
  readonly person: Person | undefined;
}

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** The log of events. */
export class Events {
  /** The newest ones. */
  readonly kept: Newest<EventHeld>;
  readonly #dedupe: 'ulid' | 'any';
  readonly #seen = new Set<string>();
  #count = 0;

  constructor(keep: number, dedupe: 'ulid' | 'any') {
    this.kept = new Newest(keep);
    this.#dedupe = dedupe;
  }

  /** How many different events arrived. */
  get count(): number {
    return this.#count;
  }

  /** False for an id that was seen; else it is seen from now on. */
  isNew(id: unknown): boolean {
    if (typeof id !== 'string') return true;
    // A ULID means the same in both cases.
    const ulid = id.toUpperCase();
    const key = ULID.test(ulid) ? ulid : this.#dedupe === 'any' ? id : undefined;
    if (key === undefined) return true;
    const before = this.#seen.size;
    return this.#seen.add(key).size > before;
  }

  add(event: EventHeld): void {
    this.#count++;
    if (event.person) event.person.events++;
    this.kept.add(event);
  }
}
