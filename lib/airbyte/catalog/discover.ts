/** `discover`: what rows can become, in which sync modes, and which columns that takes. */
import { type Config, OBJECT_NAMES, type ObjectName } from '../config/config.ts';
import type { SyncMode } from './catalog.ts';
import { matchingKeys } from './destination-objects.ts';

const MODES: Readonly<Record<ObjectName, readonly SyncMode[]>> = {
  person_identify: ['append_dedup', 'update', 'append', 'soft_delete'],
  person_event: ['append'],
  object_identify: ['append_dedup', 'update', 'append', 'soft_delete'],
  person_relationship: ['append_dedup', 'append', 'soft_delete'],
};
const TEXT = { type: 'string' };
const TEXT_OR_NUMBER = { type: ['string', 'integer'] };

/** The operations of the DESTINATION_CATALOG message. */
export function operations({ identifierType }: Config): object[] {
  return OBJECT_NAMES.flatMap((object) => {
    const keys = matchingKeys(object, identifierType);
    const json_schema = schemaOf(object, keys);
    return MODES[object].map((sync_mode) => ({
      object_name: object,
      sync_mode,
      json_schema,
      ...(sync_mode === 'append' ? {} : { matching_keys: keys.map((key) => [key]) }),
    }));
  });
}

function schemaOf(object: ObjectName, keys: string[]): object {
  const columns = Object.fromEntries(keys.map((key) => [key, key === 'person_id' || key.startsWith('object_') ? TEXT_OR_NUMBER : TEXT]));
  const event = {
    event_name: TEXT,
    event_id: { ...TEXT_OR_NUMBER, description: 'Makes running again safe.' },
    timestamp: { type: ['integer', 'string'], description: 'Unix seconds, milliseconds or ISO 8601.' },
  };
  const isEvent = object === 'person_event';
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    required: isEvent ? [...keys, 'event_name'] : keys,
    properties: isEvent ? { ...columns, ...event } : columns,
    additionalProperties: true,
  };
}
