/**
 * The stages of one stream, as one function: validate, enforceLimits, and what the sync mode adds. The same cores as in
 * every pipeline.
 */
import { Entry } from '../../record/entry.ts';
import { originOf } from '../../record/origin.ts';
import type { SourceRecord } from '../../record/record.ts';
import type { Rejection } from '../../record/rejection.ts';
import { Skipped } from '../../record/skipped.ts';
import { limitEnforcer } from '../../stage/enforce-limits.ts';
import type { CatalogStream } from '../catalog/catalog.ts';
import { deleter, matchingKeys, setter } from '../catalog/destination-objects.ts';
import type { Config } from '../config/config.ts';
import { isPresent, LatestRow } from './latest-row.ts';

/** Airbyte's mark of a row that is deleted at its source, in sources that read a database's log. */
const DELETED_AT = '_ab_cdc_deleted_at';

/** What the page of Airbyte's own connector promises. */
export const LIMIT_LIST = 'connector';

/** In append mode rows are history, and events are: there a deletion is one more row. */
export function isKeyed({ object, mode }: CatalogStream): boolean {
  return object !== 'person_event' && (mode === 'append_dedup' || mode === 'update');
}

/** What becomes of a row: an entry, a rejection, or a skip. */
export type RowToEntry = (record: SourceRecord) => Entry | Rejection | Skipped;

/** The function for one stream. */
export function rowToEntry(stream: CatalogStream, { identifierType }: Config): RowToEntry {
  const { object, mode, primaryKey, cursor } = stream;
  const limit = limitEnforcer({ limits: LIMIT_LIST });
  const set = setter(object, identifierType);
  const remove = deleter(object, identifierType);
  const keyed = isKeyed(stream);
  const latest =
    keyed && cursor && primaryKey.length > 0 ? new LatestRow(primaryKey, cursor, matchingKeys(object, identifierType)) : undefined;
  return (record) => {
    if (latest?.isOutdated(record)) return new Skipped('outdated', record, originOf(record));
    const deletes = mode === 'soft_delete' || (keyed && isPresent(record[DELETED_AT]));
    const made = deletes ? remove(record) : set(record);
    const limited = made instanceof Entry ? limit(made) : made;
    if (limited instanceof Entry) latest?.accept(record);
    return limited;
  };
}
