/**
 * Who is who: people by any of their identifiers. An identifier leads to one person at most; one that belongs to
 * somebody else is never taken away. Emails are compared without case, ids as text. Who is named by an id and an email
 * together is one person, if nobody has another of either.
 */
import { Attributes } from './attributes.ts';
import type { Person } from './model.ts';
import type { JsonObject } from './validate-operation.ts';

/** Names of identifiers that a person may be given by attributes. */
export const IDENTIFIERS = ['id', 'email', 'phone'] as const;

/** What a cio_id begins with. */
const PREFIX = 'a3';

/** All people of the workspace. */
export class People {
  readonly all: Set<Person> = new Set();
  readonly #byKey = new Map<string, Person>();
  /** Suppressed keys, each with all that were suppressed together. */
  readonly #suppressed = new Map<string, Set<string>>();
  #created = 0;

  find(ids: JsonObject): Person | undefined {
    return this.#byKey.get(keyOf(ids));
  }

  /** Undefined for a cio_id that nobody has: only Customer.io gives those. */
  findOrCreate(ids: JsonObject): Person | undefined {
    const found = this.find(ids);
    if (found || typeof ids.cio_id === 'string') return found;
    const cioId = `${PREFIX}${(++this.#created).toString(16).padStart(6, '0')}`;
    const person: Person = {
      cioId,
      identifiers: new Map(),
      attributes: new Attributes(),
      devices: new Map(),
      relations: new Map(),
      events: 0,
    };
    this.all.add(person);
    this.#byKey.set(keyOf({ cio_id: cioId }), person);
    for (const name of IDENTIFIERS) if (ids[name] !== undefined) this.link(person, name, ids[name]);
    return person;
  }

  /**
   * An identify by one of id and email that gives the other: a person who lacks the one called by is that one, and two who
   * lack what the other has become one, the older [Customer.io's release notes of October 2021, and live probes].
   */
  join(ids: JsonObject, attributes: JsonObject): void {
    const [name, other] = ids.id === undefined ? (['email', 'id'] as const) : (['id', 'email'] as const);
    const [value, owner] = [ids[name], this.find({ [other]: attributes[other] })];
    if (value === undefined || !owner || owner.identifiers.has(name)) return;
    const called = this.find({ [name]: value });
    if (!called) this.link(owner, name, value);
    else if (called !== owner && !called.identifiers.has(other)) this.#mergeOlder(called, owner);
  }

  #mergeOlder(one: Person, another: Person): void {
    const [older, younger] = numberOf(one) < numberOf(another) ? [one, another] : [another, one];
    this.merge(older, younger);
  }

  /** True for an identifier that is somebody else's, or suppressed. */
  isTaken(person: Person, name: string, value: unknown): boolean {
    const key = keyOf({ [name]: value });
    return (this.#byKey.get(key) ?? person) !== person || this.#suppressed.has(key);
  }

  /** Gives a person an identifier that is not taken; null and "" take theirs away. */
  link(person: Person, name: string, value: unknown): void {
    if (person.identifiers.has(name)) this.#byKey.delete(keyOf({ [name]: person.identifiers.get(name) }));
    person.identifiers.delete(name);
    if (value === null || value === '') return;
    person.identifiers.set(name, value);
    this.#byKey.set(keyOf({ [name]: value }), person);
  }

  remove(person: Person): void {
    for (const key of keysOf(person)) this.#byKey.delete(key);
    for (const object of person.relations.keys()) object.people.delete(person);
    this.all.delete(person);
  }

  /** `primary` takes over what `secondary` has and it lacks. */
  merge(primary: Person, secondary: Person): void {
    this.remove(secondary);
    primary.attributes.fillFrom(secondary.attributes);
    for (const [name, value] of secondary.identifiers) if (!primary.identifiers.has(name)) this.link(primary, name, value);
    for (const [token, device] of secondary.devices) if (!primary.devices.has(token)) primary.devices.set(token, device);
    for (const [object, attributes] of secondary.relations) {
      if (!primary.relations.has(object)) primary.relations.set(object, attributes);
      object.people.add(primary);
    }
    primary.events += secondary.events;
    secondary.mergedInto = primary;
  }

  isSuppressed(ids: JsonObject): boolean {
    return this.#suppressed.has(keyOf(ids));
  }

  /** Removes the person, and refuses all identifiers from now on. */
  suppress(ids: JsonObject): void {
    const person = this.find(ids);
    const keys = new Set([keyOf(ids), ...(person ? keysOf(person) : [])]);
    for (const key of keys) this.#suppressed.set(key, keys);
    if (person) this.remove(person);
  }

  unsuppress(ids: JsonObject): void {
    for (const key of this.#suppressed.get(keyOf(ids)) ?? []) this.#suppressed.delete(key);
  }

  /** The suppressed identifiers, such as `email ada@example.com`. */
  get suppressed(): string[] {
    return [...this.#suppressed.keys()];
  }
}

/** People are counted in their cio_id. */
function numberOf({ cioId }: Person): number {
  return Number.parseInt(cioId.slice(PREFIX.length), 16);
}

/** Who this person is after all merges. */
export function survivor(person: Person): Person {
  let last = person;
  while (last.mergedInto) last = last.mergedInto;
  return last;
}

function keysOf({ cioId, identifiers }: Person): string[] {
  return [keyOf({ cio_id: cioId }), ...[...identifiers].map(([name, value]) => keyOf({ [name]: value }))];
}

function keyOf(ids: JsonObject): string {
  const [name = '', value] = Object.entries(ids).find(([key, one]) => KEYS.has(key) && one !== null && one !== undefined) ?? [];
  return name === 'email' ? `email ${String(value).trim().toLowerCase()}` : `${name} ${String(value)}`;
}

const KEYS = new Set<string>([...IDENTIFIERS, 'cio_id']);
