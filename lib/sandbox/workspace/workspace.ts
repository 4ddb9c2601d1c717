/**
 * What the operations do, once they are validated: the state of one workspace. Silent as the API is, an operation that
 * does nothing (somebody suppressed, an unknown cio_id, `_update` of nobody, a merge with nobody) is "ignored".
 */
import { isLosslessNumber } from 'lossless-json';
import type { Clock } from '../../clock.ts';
import { Newest } from '../newest.ts';
import { Attributes } from './attributes.ts';
import { Events } from './events.ts';
import type { Person, WorkspaceObject } from './model.ts';
import { WorkspaceObjects } from './objects.ts';
import { IDENTIFIERS, People } from './people.ts';
import type { JsonObject } from './validate-operation.ts';

/** What became of an item that was not refused. */
export type Outcome = 'applied' | 'duplicate' | 'ignored';

// The year 10000. A later time is not in seconds, but most likely in milliseconds.
const LAST_SECOND = 253_402_300_799;

/** One workspace. */
export class Workspace {
  readonly people: People = new People();
  readonly objects: WorkspaceObjects = new WorkspaceObjects();
  readonly events: Events;
  readonly deliveries: Newest<JsonObject>;
  readonly #clock: Clock;

  constructor(keepEvents: number, dedupe: 'ulid' | 'any', clock: Clock) {
    this.events = new Events(keepEvents, dedupe);
    this.deliveries = new Newest(keepEvents);
    this.#clock = clock;
  }

  /** Applies one operation that was found valid. */
  apply(item: JsonObject): Outcome {
    if (item.type === 'delivery') return this.#delivery(item);
    if (item.type === 'object') return this.#object(item);
    if (item.action === 'merge') return this.#merge(item.primary as JsonObject, item.secondary as JsonObject);
    const ids = item.identifiers as JsonObject;
    if (item.action === 'unsuppress') this.people.unsuppress(ids);
    else if (this.people.isSuppressed(ids)) return 'ignored';
    else return this.#person(item, ids);
    return 'applied';
  }

  #person(item: JsonObject, ids: JsonObject): Outcome {
    switch (item.action) {
      case 'event':
      case 'page':
      case 'screen':
        return this.#event(item, ids);
      case 'suppress':
        this.people.suppress(ids);
        return 'applied';
      case 'identify':
      case 'add_relationships':
      case 'add_device': {
        if (item.action === 'identify') this.people.join(ids, (item.attributes ?? {}) as JsonObject);
        const mayCreate = (item.attributes as JsonObject | undefined)?._update !== true;
        const person = mayCreate ? this.people.findOrCreate(ids) : this.people.find(ids);
        return person ? this.#change(item, person) : 'ignored';
      }
      default: {
        const person = this.people.find(ids);
        return person ? this.#change(item, person) : 'ignored';
      }
    }
  }

  #change(item: JsonObject, person: Person): Outcome {
    const device = item.device as JsonObject;
    if (item.action === 'identify') this.#identify(item, person);
    else if (item.action === 'delete') this.people.remove(person);
    else if (item.action === 'add_device') person.devices.set(String(device.token), device);
    else if (item.action === 'delete_device') person.devices.delete(String(device.token));
    for (const { identifiers, relationship_attributes } of (item.cio_relationships ?? []) as JsonObject[]) {
      if (item.action === 'delete_relationships') unrelate(person, this.objects.find(identifiers as JsonObject));
      else relate(person, this.objects.findOrCreate(identifiers as JsonObject), relationship_attributes as JsonObject);
    }
    return 'applied';
  }

  /** A timestamp orders updates; without a valid one, or with one from the future, it is the time of arrival. */
  #identify({ attributes, timestamp }: JsonObject, person: Person): void {
    const at = Math.min(this.#timeOf(timestamp), this.#arrival());
    for (const [name, value] of Object.entries((attributes ?? {}) as JsonObject)) {
      if (name === '_update' || name === 'cio_id') continue;
      const isIdentifier = IDENTIFIERS.includes(name as (typeof IDENTIFIERS)[number]);
      if (!isIdentifier) person.attributes.set(name, value, at);
      else if (isLinkable(value) && !this.people.isTaken(person, name, value) && person.attributes.set(name, value, at))
        this.people.link(person, name, value);
    }
  }

  #event(item: JsonObject, ids: JsonObject): Outcome {
    const isVisitor = typeof ids.anonymous_id === 'string';
    const person = isVisitor ? undefined : this.people.findOrCreate(ids);
    if (!person && !isVisitor) return 'ignored';
    if (!this.events.isNew(item.id)) return 'duplicate';
    this.events.add({
      kind: String(item.action),
      id: item.id as string | undefined,
      name: String(item.name).trim(),
      timestamp: this.#timeOf(item.timestamp),
      attributes: (item.attributes ?? {}) as JsonObject,
      identifiers: ids,
      person,
    });
    return 'applied';
  }

  #merge(primaryIds: JsonObject, secondaryIds: JsonObject): Outcome {
    const [primary, secondary] = [this.people.find(primaryIds), this.people.find(secondaryIds)];
    if (!primary || !secondary || primary === secondary) return 'ignored';
    this.people.merge(primary, secondary);
    return 'applied';
  }

  #object(item: JsonObject): Outcome {
    const ids = item.identifiers as JsonObject;
    const isGoing = item.action === 'delete' || item.action === 'delete_relationships';
    const object = isGoing ? this.objects.find(ids) : this.objects.findOrCreate(ids);
    if (!object) return 'ignored';
    if (item.action === 'delete') this.objects.remove(object);
    object.attributes.setAll(item.attributes as JsonObject | undefined);
    for (const relation of (item.cio_relationships ?? []) as JsonObject[]) this.#relation(item.action, object, relation);
    return 'applied';
  }

  #relation(action: unknown, object: WorkspaceObject, { identifiers, relationship_attributes }: JsonObject): void {
    const ids = identifiers as JsonObject;
    const attributes = relationship_attributes as JsonObject | undefined;
    if (action === 'delete_relationships') {
      const person = this.people.find(ids);
      if (person) unrelate(person, object);
    } else if (action === 'identify_anonymous') {
      const visitor = String(ids.anonymous_id);
      object.visitors.set(visitor, (object.visitors.get(visitor) ?? new Attributes()).setAll(attributes));
    } else {
      const person = this.people.isSuppressed(ids) ? undefined : this.people.findOrCreate(ids);
      if (person) relate(person, object, attributes);
    }
  }

  #delivery({ identifiers, name, attributes }: JsonObject): Outcome {
    this.deliveries.add({ identifiers, name, attributes });
    return 'applied';
  }

  #timeOf(timestamp: unknown): number {
    const seconds = Number(timestamp ?? Number.NaN);
    return seconds >= 0 && seconds <= LAST_SECOND ? seconds : this.#arrival();
  }

  #arrival(): number {
    return Math.floor(this.#clock.wall() / 1000);
  }
}

function relate(person: Person, object: WorkspaceObject | undefined, attributes: JsonObject | undefined): void {
  if (!object) return;
  person.relations.set(object, (person.relations.get(object) ?? new Attributes()).setAll(attributes));
  object.people.add(person);
}

function unrelate(person: Person, object: WorkspaceObject | undefined): void {
  if (!object) return;
  person.relations.delete(object);
  object.people.delete(person);
}

function isLinkable(value: unknown): boolean {
  return value === null || typeof value === 'string' || typeof value === 'number' || isLosslessNumber(value);
}
