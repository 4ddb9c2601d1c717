/** What a workspace holds: people and objects. They know each other, so they are described in one place. */
import type { Attributes } from './attributes.ts';
import type { JsonObject } from './validate-operation.ts';

/** One person. */
export interface Person {
  readonly cioId: string;
  /** Values as they came; cio_id is not among them. */
  readonly identifiers: Map<string, unknown>;
  readonly attributes: Attributes;
  readonly devices: Map<string, JsonObject>;
  readonly relations: Map<WorkspaceObject, Attributes>;
  events: number;
  /** Set when somebody else absorbed this one. */
  mergedInto?: Person;
}

/** One object. */
export interface WorkspaceObject {
  readonly cioObjectId: string;
  readonly typeId: string;
  readonly id: string;
  readonly attributes: Attributes;
  /** Whom it has to let go when it is deleted; what the relation holds is kept at the person. */
  readonly people: Set<Person>;
  /** Relations to visitors that nobody knows yet. */
  readonly visitors: Map<string, Attributes>;
}
