/** What a sandbox holds, as plain data: for tests, for `GET /state`, for the page. */
import type { Person } from './workspace/model.ts';
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

/** Looks at a workspace. */
export function stateOf({ people, objects, events, deliveries }: Workspace, counts: SandboxCounts): SandboxState {
  return {
    counts: { ...counts, events: events.count },
    people: [...people.all].map(plainPerson),
    objects: [...objects.all].map(({ cioObjectId, typeId, id, attributes }) => ({
      cio_object_id: cioObjectId,
      object_type_id: typeId,
      object_id: id,
      attributes: attributes.toObject(),
    })),
    relationships: [
      ...[...people.all].flatMap(({ cioId, relations }) =>
        [...relations].map(([{ cioObjectId }, held]) => ({ cio_id: cioId, cio_object_id: cioObjectId, attributes: held.toObject() })),
      ),
      ...[...objects.all].flatMap(({ cioObjectId, visitors }) =>
        [...visitors].map(([visitor, held]) => ({ anonymous_id: visitor, cio_object_id: cioObjectId, attributes: held.toObject() })),
      ),
    ],
    events: events.newest.map(({ person, ...event }) => ({ ...event, cio_id: person && survivor(person).cioId })),
    deliveries: [...deliveries],
    suppressed: people.suppressed,
  };
}

function plainPerson({ cioId, identifiers, attributes, devices, events }: Person): SandboxPerson {
  const { id: _id, email: _email, phone: _phone, ...others } = attributes.toObject();
  return { cio_id: cioId, ...Object.fromEntries(identifiers), attributes: others, devices: [...devices.values()], events };
}
