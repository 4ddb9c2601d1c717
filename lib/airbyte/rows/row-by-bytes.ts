/**
 * The same as `row-to-entry`, for rows that nobody has parsed: what is ordinary in every respect is passed on as it is mapped,
 * every other row is read.
 */
import type { Block } from '../../record/block.ts';
import { RowSearch } from '../../record/row-search.ts';
import { isWithinLimits } from '../../stage/limit-check.ts';
import type { RowMapping } from '../../stage/row-mapping/row-mapping.ts';
import type { Receiver } from '../../stream/receiver.ts';
import type { CatalogStream } from '../catalog/catalog.ts';
import { bytesSetter } from '../catalog/destination-objects.ts';
import type { Config } from '../config/config.ts';
import { AIRBYTE_COLUMN, RowIdentity } from './event-identity.ts';
import { KeyedRow } from './keyed-row.ts';
import type { LatestRow } from './latest-row.ts';
import { DELETED_AT, isKeyed, LIMITS } from './row-to-entry.ts';

/** Passes rows on; undefined if all rows of the stream have to be read. */
export function rowByBytes(stream: CatalogStream, config: Config, latest: LatestRow | undefined): RowByBytes | undefined {
  const mapping = bytesSetter(stream.object, config.identifierType, new RowIdentity(stream));
  const keyed = isKeyed(stream) ? KeyedRow.for(stream, DELETED_AT, latest) : undefined;
  if (mapping === undefined || stream.mode === 'soft_delete' || (isKeyed(stream) && keyed === undefined)) return undefined;
  return new RowByBytes(mapping, keyed);
}

/** Passes on the rows of one stream. */
export class RowByBytes {
  readonly #mapping: RowMapping;
  readonly #keyed: KeyedRow | undefined;
  /** Without the quote: the search looks for the first byte, and a row is full of quotes. */
  readonly #airbyteColumn = new RowSearch(AIRBYTE_COLUMN.slice(1));

  constructor(mapping: RowMapping, keyed: KeyedRow | undefined) {
    this.#mapping = mapping;
    this.#keyed = keyed;
  }

  /** True if the row is passed on; else nothing has happened to it. */
  pass(block: Block, row: number, next: Receiver): boolean {
    const mapping = this.#mapping;
    const keyed = this.#keyed;
    if (!block.isText(row) || this.#airbyteColumn.isIn(block, row)) return false;
    if ((keyed !== undefined && !keyed.read(block, row)) || !mapping.read(block, row)) return false;
    if (!isWithinLimits(mapping, mapping.isEvent ? LIMITS.event : LIMITS.person) || !next.entry(mapping)) return false;
    keyed?.accept();
    return true;
  }
}
