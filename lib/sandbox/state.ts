/** What a sandbox holds, as plain data: for tests, and for whoever asks over HTTP. */
import type { EventHeld } from './workspace/events.ts';
import type { Person, WorkspaceObject } from './workspace/model.ts';
import { survivor } from './workspace/people.ts';
import type { Workspace } from './workspace/workspace.ts';

/**
 * A person in the sandbox. Identifiers are beside the attributes, not among them.
 *
 * @category Sandbox
 */
export interface SandboxPerson {
  /** The id that the sandbox gave to the person. */
  readonly cio_id: string;
  /** The `id` of the person, if there is one. */
  readonly id?: unknown;
  /** The `email` of the person, if there is one. */
  readonly email?: unknown;
  /** The `phone` of the person, if there is one. */
  readonly phone?: unknown;
  /** The attributes. A number that a double would change is a `LosslessNumber`; its `toString()` gives the digits. */
  readonly attributes: Record<string, unknown>;
  /** The devices. */
  readonly devices: readonly Record<string, unknown>[];
  /** How many events the person has. */
  readonly events: number;
}

/**
 * An object in the sandbox.
 *
 * @category Sandbox
 */
export interface SandboxObject {
  /** The id that the sandbox gave to the object. */
  readonly cio_object_id: string;
  /** Its type, as sent. */
  readonly object_type_id: string;
  /** Its id, as sent. */
  readonly object_id: string;
  /** Its attributes. */
  readonly attributes: Record<string, unknown>;
}

/**
 * A relationship between an object and a person (`cio_id`) or a visitor (`anonymous_id`).
 *
 * @category Sandbox
 */
export interface SandboxRelationship {
  /** The person. */
  readonly cio_id?: string;
  /** The visitor. */
  readonly anonymous_id?: string;
  /** The object. */
  readonly cio_object_id: string;
  /** Attributes of the relationship. */
  readonly attributes: Record<string, unknown>;
}

/**
 * An event, page view or screen view.
 *
 * @category Sandbox
 */
export interface SandboxEvent {
  /** `event`, `page` or `screen`. */
  readonly kind: string;
  /** The id that it was sent with, if it had one. */
  readonly id?: string | undefined;
  /** Its name. */
  readonly name: string;
  /** Unix time in seconds. */
  readonly timestamp: number;
  /** Its data. */
  readonly attributes: Record<string, unknown>;
  /** The identifiers, as sent. */
  readonly identifiers: Record<string, unknown>;
  /** Whose event it is, after all merges; undefined for a visitor. */
  readonly cio_id: string | undefined;
}

/**
 * What has happened since the start, or the last `reset()`.
 *
 * @category Sandbox
 */
export interface SandboxCounts {
  /** Requests to the API, whatever became of them. */
  requests: number;
  /** Requests answered with 401. */
  unauthorized: number;
  /** Requests answered with 429. */
  limited: number;
  /** Requests that a fault acted on. */
  faults: number;
  /** Items that did something. */
  applied: number;
  /** Events whose id was seen before. */
  duplicates: number;
  /** Items that were accepted and did nothing. */
  ignored: number;
  /** Items that were refused one by one. Those of a request that was refused as a whole, because it can't be read, are not counted. */
  refused: number;
  /** Different events, including those not kept. */
  events: number;
}

/** Nothing happened yet. */
export const NO_COUNTS: SandboxCounts = {
  requests: 0,
  unauthorized: 0,
  limited: 0,
  faults: 0,
  applied: 0,
  duplicates: 0,
  ignored: 0,
  refused: 0,
  events: 0,
};

/**
 * Everything that the sandbox holds.
 *
 * @category Sandbox
 */
export interface SandboxState {
  /** What has happened so far. */
  readonly counts: SandboxCounts;
  /** The people. */
  readonly people: readonly SandboxPerson[];
  /** The objects. */
  readonly objects: readonly SandboxObject[];
  /** The relationships. */
  readonly relationships: readonly SandboxRelationship[];
  /** The newest `keepEvents` events, in the order of their arrival. */
  readonly events: readonly SandboxEvent[];
  /** Delivery events. */
  readonly deliveries: readonly Record<string, unknown>[];
  /** Suppressed identifiers, such as `email ada@example.com`. */
  readonly suppressed: readonly string[];
}

/** Looks at a workspace. Each part is made when somebody looks at it. */
export function lazyStateOf({ people, objects, events, deliveries }: Workspace, counts: SandboxCounts): SandboxState {
  return {
    counts: { ...counts, events: events.count },
    get people() {
      return [...people.all].map(plainPerson);
    },
    get objects() {
      return [...objects.all].map(plainObject);
    },
    get relationships() {
      return [...relationshipsIn(people.all, objects.all)];
    },
    get events() {
      return events.kept.all.map(plainEvent);
    },
    get deliveries() {
      return deliveries.all;
    },
    get suppressed() {
      return people.suppressed;
    },
  };
}

export function plainPerson({ cioId, identifiers, attributes, devices, events }: Person): SandboxPerson {
  const { id: _id, email: _email, phone: _phone, ...others } = attributes.toObject();
  return { cio_id: cioId, ...Object.fromEntries(identifiers), attributes: others, devices: [...devices.values()], events };
}

export function plainObject({ cioObjectId, typeId, id, attributes }: WorkspaceObject): SandboxObject {
  return { cio_object_id: cioObjectId, object_type_id: typeId, object_id: id, attributes: attributes.toObject() };
}

export function plainEvent({ person, ...event }: EventHeld): SandboxEvent {
  return { ...event, cio_id: person && survivor(person).cioId };
}

export function* relationshipsIn(people: Iterable<Person>, objects: Iterable<WorkspaceObject>): Generator<SandboxRelationship> {
  for (const { cioId, relations } of people)
    for (const [{ cioObjectId }, held] of relations) yield { cio_id: cioId, cio_object_id: cioObjectId, attributes: held.toObject() };
  for (const { cioObjectId, visitors } of objects)
    for (const [visitor, held] of visitors) yield { anonymous_id: visitor, cio_object_id: cioObjectId, attributes: held.toObject() };
}
