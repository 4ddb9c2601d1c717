/** The kinds of rows: a command each. */
import type { ObjectKind } from '../../stage/mapping/columns.ts';

/** A kind of row, as commands call it. */
export type RowKind = 'people' | 'events' | 'operations';

/** What the library calls it. */
export const ROW_KINDS: Readonly<Record<RowKind, ObjectKind>> = { people: 'person_identify', events: 'person_event', operations: 'entry' };

/** All of them. */
export const ROW_KIND_NAMES = Object.keys(ROW_KINDS) as RowKind[];
