/** A row as a Track API v2 operation, as the hand-written contenders make it: no validation, no limits. */
import type { RowKind } from './rows.ts';

type Row = Record<string, unknown>;

/** The function that turns rows of one kind into operations. */
export function operationOf(kind: RowKind): (row: Row) => object {
  return kind === 'person_identify' ? identifyOf : eventOf;
}

function identifyOf({ person_email: email, ...attributes }: Row): object {
  return { type: 'person', action: 'identify', identifiers: { email }, attributes };
}

function eventOf({ person_email: email, event_name: name, event_id: id, timestamp, ...attributes }: Row): object {
  return { type: 'person', action: 'event', identifiers: { email }, name, id, timestamp, attributes };
}
