/** What the sandbox holds: people, objects, their relationships, events and deliveries, and how an operation changes it. */
import type { Bag } from './checks.ts';
import { isValue, People, type Person } from './people.ts';
import { write } from './text.ts';

/** What became of an accepted operation: a repeat of an event id counts for nothing, nor does a call for the suppressed. */
export type Outcome = 'applied' | 'duplicate' | 'ignored';

/** How the world keeps and tells events apart. */
export interface WorldOptions {
  readonly keepEvents: boolean;
  readonly otherEventIds: 'keep' | 'dedupe';
  /** Unix seconds. */
  now(): number;
}

/** What the sandbox says it holds. */
export interface WorldState {
  readonly people: Bag[];
  readonly objects: Bag[];
  readonly relationships: Bag[];
  readonly events: Bag[];
  readonly deliveries: Bag[];
}

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i;

/** One workspace. */
export class World {
  readonly #options: WorldOptions;
  readonly #people = new People();
  readonly #objects = new Map<string, { readonly ids: Bag; readonly attributes: Map<string, unknown> }>();
  readonly #relationships = new Map<string, Bag>();
  readonly #eventIds = new Set<string>();
  readonly #events: Bag[] = [];
  readonly #deliveries: Bag[] = [];
  eventCount = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
  }

  /** Applies an operation that was found good. */
  apply(operation: Bag): Outcome {
    const { type, action, identifiers: ids } = operation;
    if (type === 'delivery') return this.#deliver(operation);
    if (type === 'object') return this.#object(operation);
    if (action === 'unsuppress') this.#people.unsuppress(ids);
    else if (action === 'merge') return done(this.#people.merge(operation.primary, operation.secondary));
    else if (this.#people.isSuppressed(ids)) return 'ignored';
    else if (action === 'suppress') this.#people.suppress(ids);
    else if (action === 'delete') return done(this.#people.delete(ids));
    else return this.#person(operation);
    return 'applied';
  }

  get state(): WorldState {
    return {
      people: Array.from(this.#people.all, told),
      objects: Array.from(this.#objects.values(), ({ ids, attributes }) => ({ ...ids, attributes: Object.fromEntries(attributes) })),
      relationships: [...this.#relationships.values()],
      events: this.#events,
      deliveries: this.#deliveries,
    };
  }

  #person(operation: Bag): Outcome {
    const { action, identifiers: ids, attributes = {}, timestamp, cio_relationships: relations } = operation;
    if (action === 'event' || action === 'page' || action === 'screen') return this.#event(operation);
    const identified = action === 'identify';
    const time = (timestamp as number | undefined) ?? this.#options.now();
    const person = identified ? this.#people.identify(ids, attributes as Bag, time) : this.#people.findOrCreate(ids);
    if (person === undefined) return 'ignored';
    if (action === 'add_device') this.#device(person, operation.device as Bag);
    else if (action === 'delete_device') return done(person.devices.delete(String((operation.device as Bag).token)));
    else this.#relate(relations, (other) => [this.#objectKey(other), person], action === 'delete_relationships');
    return 'applied';
  }

  #device(person: Person, device: Bag): void {
    person.devices.set(String(device.token), device);
  }

  #event(operation: Bag): Outcome {
    const { action, identifiers: ids, id, name, timestamp, attributes = {} } = operation;
    const key = typeof id === 'string' && (ULID.test(id) || this.#options.otherEventIds === 'dedupe') ? id.toUpperCase() : undefined;
    if (key !== undefined && this.#eventIds.has(key)) return 'duplicate';
    if (key !== undefined) this.#eventIds.add(key);
    const person = (ids as Bag).anonymous_id === undefined ? this.#people.findOrCreate(ids) : undefined;
    this.eventCount++;
    if (this.#options.keepEvents) {
      this.#events.push({
        action,
        id,
        name,
        person: person?.cioId,
        identifiers: ids,
        timestamp: timestamp ?? this.#options.now(),
        attributes,
      });
    }
    return 'applied';
  }

  #deliver(operation: Bag): Outcome {
    this.#deliveries.push(operation);
    return 'applied';
  }

  #object({ action, identifiers: ids, attributes = {}, cio_relationships: relations }: Bag): Outcome {
    const key = this.#objectKey(ids);
    if (action === 'delete') return done(this.#objects.delete(key));
    const object = this.#objects.get(key) ?? { ids: ids as Bag, attributes: new Map() };
    this.#objects.set(key, object);
    for (const [name, value] of Object.entries(attributes as Bag)) {
      if (isValue(value)) object.attributes.set(name, value);
      else object.attributes.delete(name);
    }
    this.#relate(relations, (other) => [key, this.#people.findOrCreate(other)], action === 'delete_relationships');
    return 'applied';
  }

  #relate(relations: unknown, ends: (identifiers: Bag) => [string, Person | undefined], remove: boolean): void {
    for (const { identifiers, relationship_attributes: attributes = {} } of (relations ?? []) as Bag[]) {
      const [object, person] = ends(identifiers as Bag);
      const key = `${object} ${person?.cioId}`;
      if (remove) this.#relationships.delete(key);
      else this.#relationships.set(key, { object, person: person?.cioId, attributes });
    }
  }

  #objectKey(ids: unknown): string {
    const { object_type_id: type, object_id: id, cio_object_id: own } = ids as Bag;
    return own === undefined ? write([type, id]) : write([own]);
  }
}

function told({ cioId, ids, attributes, devices }: Person): Bag {
  return { cio_id: cioId, ...Object.fromEntries(ids), attributes: Object.fromEntries(attributes), devices: [...devices.values()] };
}

function done(changed: boolean): Outcome {
  return changed ? 'applied' : 'ignored';
}
