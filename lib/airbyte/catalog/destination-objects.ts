/**
 * The destination objects: which columns each needs, what distinguishes its rows, and how they become entries. All go
 * through validate(); a row that is neither a person nor an event is made an operation by a schema of its own, so that
 * a rejection names the column and keeps the row.
 */
import { z } from 'zod';
import type { Entry } from '../../record/entry.ts';
import type { SourceRecord } from '../../record/record.ts';
import type { Rejection } from '../../record/rejection.ts';
import { identifierProblem, trimmedIdentity } from '../../stage/mapping/identity.ts';
import { validateSettings } from '../../stage/options.ts';
import type { RowIds } from '../../stage/row-event-id.ts';
import { type RowMapping, rowMappingOf } from '../../stage/row-mapping/row-mapping.ts';
import { validator } from '../../stage/validate.ts';
import type { Config, ObjectName } from '../config/config.ts';

type IdentifierType = Config['identifierType'];

/** Makes an entry of a row, or rejects it. */
export type RecordMapping = (record: SourceRecord) => Entry | Rejection;

const OBJECT_KEYS = ['object_type_id', 'object_id'];

/** The columns that distinguish the rows of an object; for events, the person that they belong to. */
export function matchingKeys(object: ObjectName, identifier: IdentifierType): string[] {
  if (object === 'object_identify') return OBJECT_KEYS;
  const person = `person_${identifier}`;
  return object === 'person_relationship' ? [person, ...OBJECT_KEYS] : [person];
}

/** How rows become entries that set something. */
export function setter(object: ObjectName, identifier: IdentifierType): RecordMapping {
  if (object === 'person_identify' || object === 'person_event') return validator(settingsOf(object, identifier));
  const action = object === 'object_identify' ? 'identify' : 'add_relationships';
  return validator({ object: 'entry', schema: operationOf(object, identifier, action) });
}

/** The same for rows that nobody has parsed; undefined if all have to be. `ids`: of events. */
export function bytesSetter(object: ObjectName, identifier: IdentifierType, ids: RowIds): RowMapping | undefined {
  if (object !== 'person_identify' && object !== 'person_event') return undefined;
  const settings = validateSettings(settingsOf(object, identifier));
  return rowMappingOf(settings, settings.clock, ids);
}

/** Columns are mapped in the user interface of Airbyte. */
function settingsOf(object: 'person_identify' | 'person_event', identifier: IdentifierType) {
  return { object, identifier, mapColumn: (_column: string, field: string) => `map it to ${field}` };
}

/** How rows become entries that take it away. */
export function deleter(object: ObjectName, identifier: IdentifierType): RecordMapping {
  const action = object === 'person_relationship' ? 'delete_relationships' : 'delete';
  return validator({ object: 'entry', schema: operationOf(object, identifier, action) });
}

/** A schema that reads a row and gives the operation. */
function operationOf(object: ObjectName, identifier: IdentifierType, action: string): z.ZodType {
  const keys = matchingKeys(object, identifier);
  const shape = Object.fromEntries(keys.map((key) => [key, columnOf(key)]));
  return z.looseObject(shape).transform((row) => {
    const person = { type: 'person', action, identifiers: { [identifier]: row[`person_${identifier}`] } };
    if (object === 'person_identify') return person;
    const identifiers = { object_type_id: row.object_type_id, object_id: row.object_id };
    const rest = Object.fromEntries(Object.entries(row).filter(([column]) => !keys.includes(column)));
    if (action === 'identify') return { type: 'object', action, identifiers, attributes: rest };
    if (object === 'object_identify') return { type: 'object', action, identifiers };
    const isBare = action === 'delete_relationships' || Object.keys(rest).length === 0;
    return { ...person, cio_relationships: [isBare ? { identifiers } : { identifiers, relationship_attributes: rest }] };
  });
}

/** Ids may come as numbers; those of objects have to be text on the wire. */
function columnOf(key: string): z.ZodType {
  const ofObject = OBJECT_KEYS.includes(key);
  const problemWith = (value: unknown): string | undefined => identifierProblem(trimmedIdentity(value), ofObject || key === 'person_id');
  const column = z.custom((value) => problemWith(value) === undefined, { error: ({ input }) => problemWith(input) });
  return column.transform((value) => (ofObject ? String(trimmedIdentity(value)) : trimmedIdentity(value)));
}
