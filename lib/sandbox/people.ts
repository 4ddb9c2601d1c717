/**
 * The people of a workspace, found by any of their identifiers. Attributes are merged: the last value wins, an update
 * with an older timestamp does not touch a newer value, and null or "" takes the attribute away.
 */
import type { Bag } from './checks.ts';

/** One profile. */
export interface Person {
  readonly cioId: string;
  readonly ids: Map<string, unknown>;
  readonly attributes: Map<string, unknown>;
  /** Unix seconds of the last update of each attribute. */
  readonly times: Map<string, number>;
  readonly devices: Map<string, Bag>;
}

const NAMES = ['id', 'email', 'phone', 'cio_id', 'anonymous_id'] as const;

/** All profiles. */
export class People {
  readonly #byKey = new Map<string, Person>();
  readonly #all = new Set<Person>();
  readonly #suppressed = new Set<string>();
  #count = 0;

  get all(): Iterable<Person> {
    return this.#all;
  }

  get size(): number {
    return this.#all.size;
  }

  find(ids: unknown): Person | undefined {
    return this.#byKey.get(keyOf(ids));
  }

  /** Made when nobody is known by that; an unknown cio_id makes nobody. */
  findOrCreate(ids: unknown): Person | undefined {
    const known = this.find(ids);
    const { cio_id: given } = ids as Bag;
    if (known !== undefined || given !== undefined) return known;
    const cioId = (++this.#count).toString(16).padStart(8, 'a3000000');
    const person: Person = { cioId, ids: new Map(), attributes: new Map(), times: new Map(), devices: new Map() };
    this.#all.add(person);
    this.#byKey.set(`cio_id ${cioId}`, person);
    for (const name of NAMES) this.#link(person, name, (ids as Bag)[name]);
    return person;
  }

  identify(ids: unknown, attributes: Bag, time: number): Person | undefined {
    const { _update: updateOnly, ...values } = attributes;
    const person = updateOnly === true ? this.find(ids) : this.findOrCreate(ids);
    if (person === undefined) return undefined;
    for (const [name, value] of Object.entries(values)) {
      if (time < (person.times.get(name) ?? 0)) continue;
      person.times.set(name, time);
      if ((name === 'email' || name === 'id' || name === 'phone') && isValue(value)) this.#link(person, name, value);
      else if (isValue(value)) person.attributes.set(name, value);
      else person.attributes.delete(name);
    }
    return person;
  }

  delete(ids: unknown): boolean {
    const person = this.find(ids);
    if (person === undefined) return false;
    for (const [key, other] of this.#byKey) if (other === person) this.#byKey.delete(key);
    return this.#all.delete(person);
  }

  /** The secondary's attributes fill the gaps of the primary; then it is gone. */
  merge(primary: unknown, secondary: unknown): boolean {
    const [into, from] = [this.find(primary), this.find(secondary)];
    if (into === undefined || from === undefined || into === from) return false;
    for (const [name, value] of from.attributes) if (!into.attributes.has(name)) into.attributes.set(name, value);
    for (const [token, device] of from.devices) into.devices.set(token, device);
    this.delete(secondary);
    return true;
  }

  suppress(ids: unknown): void {
    this.#suppressed.add(keyOf(ids));
    this.delete(ids);
  }

  unsuppress(ids: unknown): void {
    this.#suppressed.delete(keyOf(ids));
  }

  isSuppressed(ids: unknown): boolean {
    return this.#suppressed.has(keyOf(ids));
  }

  /** An identifier that belongs to another profile stays there: the change is dropped, as the API does. */
  #link(person: Person, name: string, value: unknown): void {
    if (value === undefined) return;
    const key = keyOf({ [name]: value });
    if (this.#byKey.has(key)) return;
    const old = person.ids.get(name);
    if (old !== undefined) this.#byKey.delete(keyOf({ [name]: old }));
    person.ids.set(name, value);
    this.#byKey.set(key, person);
  }
}

/** null and "" take an attribute away. */
export function isValue(value: unknown): boolean {
  return value !== null && value !== '';
}

/** Emails are case-insensitive; an id may come as text or as a number. */
function keyOf(ids: unknown): string {
  const name = NAMES.find((each) => (ids as Bag)[each] !== undefined) ?? 'id';
  const value = String((ids as Bag)[name]).trim();
  return `${name} ${name === 'email' ? value.toLowerCase() : value}`;
}
