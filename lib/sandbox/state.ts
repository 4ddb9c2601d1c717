/** What a sandbox holds, as plain data: for tests, and for whoever asks over HTTP. */
import type { EventHeld } from './workspace/events.ts';
import type { Person, WorkspaceObject } from './workspace/model.ts';
import { survivor } from './workspace/people.ts';
import type { Workspace } from './workspace/workspace.ts';

/** A person. Identifiers stand beside the attributes. */
export interface SandboxPerson {
  readonly cio_id: string;
  readonly id?: unknown;
  readonly email?: unknown;
  readonly phone?: unknown;
  /** A number that a double would change is a `LosslessNumber`; its `toString()` gives the digits. */
  readonly attributes: Record<string, unknown>;
  readonly devices: readonly Record<string, unknown>[];
  /** How many events. */
  readonly events: number;
}

/** An object. */
export interface SandboxObject {
  readonly cio_object_id: string;
  readonly object_type_id: string;
  readonly object_id: string;
  readonly attributes: Record<string, unknown>;
}

/** A relationship: a person (cio_id) or a visitor (anonymous_id), and an object. */
export interface SandboxRelationship {
  readonly cio_id?: string;
  readonly anonymous_id?: string;
  readonly cio_object_id: string;
  readonly attributes: Record<string, unknown>;
}

/** An event, page or screen. */
export interface SandboxEvent {
  readonly kind: string;
  readonly id?: string | undefined;
  readonly name: string;
  /** Unix seconds. */
  readonly timestamp: number;
  readonly attributes: Record<string, unknown>;
  /** As sent. */
  readonly identifiers: Record<string, unknown>;
  /** Whose it is, after all merges; undefined for a visitor. */
  readonly cio_id: string | undefined;
}

/** What happened so far. */
export interface SandboxCounts {
  /** Requests to the API, whatever became of them. */
  requests: number;
  /** Requests answered 401. */
  unauthorized: number;
  /** Requests answered 429. */
  limited: number;
  /** Requests that a fault acted on. */
  faults: number;
  /** Items that did something. */
  applied: number;
  /** Events whose id was seen before. */
  duplicates: number;
  /** Items that were accepted and did nothing. */
  ignored: number;
  /** Items that were refused one by one; those of a request refused as a whole because it is unreadable can't be counted. */
  refused: number;
  /** Different events, also those not kept. */
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

/** Everything. */
export interface SandboxState {
  readonly counts: SandboxCounts;
  readonly people: readonly SandboxPerson[];
  readonly objects: readonly SandboxObject[];
  readonly relationships: readonly SandboxRelationship[];
  /** In the order of arrival; the newest `keepEvents`. */
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
