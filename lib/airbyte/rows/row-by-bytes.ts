/**
 * The same as `row-to-entry`, for rows that nobody has parsed: what is ordinary in every respect is passed on as it is mapped,
 * every other row is read.
 */
import type { Block } from '../../record/block.ts';
import { isWithinLimits } from '../../stage/limit-check.ts';
import type { RowMapping } from '../../stage/row-mapping/row-mapping.ts';
import type { Receiver } from '../../stream/receiver.ts';
import { LIMIT_LISTS } from '../../track/limits.ts';
import type { CatalogStream } from '../catalog/catalog.ts';
import { bytesSetter } from '../catalog/destination-objects.ts';
import type { Config } from '../config/config.ts';
import { AIRBYTE_COLUMN, RowIdentity } from './event-identity.ts';
import { KeyedRow } from './keyed-row.ts';
import type { LatestRow } from './latest-row.ts';
import { DELETED_AT, isKeyed, LIMIT_LIST } from './row-to-entry.ts';

// Without the quote: the search looks for the first byte, and a row is full of quotes.
const COLUMN = Buffer.from(AIRBYTE_COLUMN.slice(1));
const LIMITS = LIMIT_LISTS[LIMIT_LIST];

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
  /** The bytes that were searched last, and where in them the next column of Airbyte's own may be. */
  #searched: Buffer | undefined;
  #column = 0;

  constructor(mapping: RowMapping, keyed: KeyedRow | undefined) {
    this.#mapping = mapping;
    this.#keyed = keyed;
  }

  /** True if the row is passed on; else nothing has happened to it. */
  pass(block: Block, row: number, next: Receiver): boolean {
    const mapping = this.#mapping;
    const keyed = this.#keyed;
    if (!block.isText(row) || this.#hasAirbyteColumn(block, row)) return false;
    if ((keyed !== undefined && !keyed.read(block, row)) || !mapping.read(block, row)) return false;
    if (!isWithinLimits(mapping, mapping.isEvent ? LIMITS.event : LIMITS.person) || !next.entry(mapping)) return false;
    keyed?.accept();
    return true;
  }

  /** One search for all rows of a buffer: most have none. */
  #hasAirbyteColumn(block: Block, row: number): boolean {
    if (this.#searched !== block.bytes) {
      this.#searched = block.bytes;
      this.#column = -1;
    }
    if (this.#column < block.from(row)) {
      const found = block.bytes.indexOf(COLUMN, block.from(row));
      this.#column = found === -1 ? Number.POSITIVE_INFINITY : found;
    }
    return this.#column < block.to(row);
  }
}
