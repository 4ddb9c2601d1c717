/** What a stream's rows can become, and in which sync modes: names only, so that the configuration needs no more. */

/** Destination objects; the first two are those of Airbyte's own connector. */
export const OBJECT_NAMES = ['person_identify', 'person_event', 'object_identify', 'person_relationship'] as const;

/** A destination object. */
export type ObjectName = (typeof OBJECT_NAMES)[number];

/** How Airbyte wants the rows of a stream applied. */
export type SyncMode = 'append' | 'overwrite' | 'append_dedup' | 'update' | 'soft_delete';

/** The modes of each object that `discover` shows. */
export const SYNC_MODES: Readonly<Record<ObjectName, readonly SyncMode[]>> = {
  person_identify: ['append_dedup', 'update', 'append', 'soft_delete'],
  person_event: ['append'],
  object_identify: ['append_dedup', 'update', 'append', 'soft_delete'],
  person_relationship: ['append_dedup', 'append', 'soft_delete'],
};
