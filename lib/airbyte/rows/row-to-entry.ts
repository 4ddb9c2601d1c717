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
import { LIMIT_LISTS } from '../../track/limits.ts';
import type { CatalogStream } from '../catalog/catalog.ts';
import { deleter, matchingKeys, setter } from '../catalog/destination-objects.ts';
import type { Config } from '../config/config.ts';
import { isPresent, LatestRow } from './latest-row.ts';

/** Airbyte's mark of a row that is deleted at its source, in sources that read a database's log. */
export const DELETED_AT = '_ab_cdc_deleted_at';

/** What the page of Airbyte's own connector promises. */
const LIMIT_LIST = 'connector';

/** The limits of that list. */
export const LIMITS = LIMIT_LISTS[LIMIT_LIST];

/** In append mode rows are history, and events are: there a deletion is one more row. */
export function isKeyed({ object, mode }: CatalogStream): boolean {
  return object !== 'person_event' && (mode === 'append_dedup' || mode === 'update');
}

/** What becomes of a row: an entry, a rejection, or a skip. */
export type RowToEntry = (record: SourceRecord) => Entry | Rejection | Skipped;

/** What the rows of one stream are compared with; undefined if every row is news. */
export function latestRowOf(stream: CatalogStream, { identifierType }: Config): LatestRow | undefined {
  const { object, primaryKey, cursor } = stream;
  if (!isKeyed(stream) || cursor === undefined || primaryKey.length === 0) return undefined;
  return new LatestRow(primaryKey, cursor, matchingKeys(object, identifierType));
}

/** The function for one stream. */
export function rowToEntry(stream: CatalogStream, config: Config, latest: LatestRow | undefined = latestRowOf(stream, config)): RowToEntry {
  const { object, mode } = stream;
  const { identifierType } = config;
  const limit = limitEnforcer({ limits: LIMIT_LIST });
  const set = setter(object, identifierType);
  const remove = deleter(object, identifierType);
  const keyed = isKeyed(stream);
  return (record) => {
    if (latest?.isOutdated(record)) return new Skipped('outdated', record, originOf(record));
    const deletes = mode === 'soft_delete' || (keyed && isPresent(record[DELETED_AT]));
    const made = deletes ? remove(record) : set(record);
    const limited = made instanceof Entry ? limit(made) : made;
    if (limited instanceof Entry) latest?.accept(record);
    return limited;
  };
}
