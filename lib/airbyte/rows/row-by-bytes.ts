/**
 * The same as `row-to-entry`, for rows that nobody has parsed: what is ordinary in every respect is passed on as it is mapped,
 * every other row is read.
 */
import { systemClock } from '../../clock.ts';
import type { Block } from '../../record/block.ts';
import { isWithinLimits } from '../../stage/limit-check.ts';
import type { RowMapping } from '../../stage/row-mapping/row-mapping.ts';
import type { Receiver } from '../../stream/receiver.ts';
import { LIMIT_LISTS } from '../../track/limits.ts';
import type { CatalogStream } from '../catalog/catalog.ts';
import { bytesSetter } from '../catalog/destination-objects.ts';
import type { Config } from '../config/config.ts';
import { AIRBYTE_COLUMN, RowIdentity } from './event-identity.ts';
import { isKeyed, LIMIT_LIST } from './row-to-entry.ts';

const COLUMN = Buffer.from(AIRBYTE_COLUMN);
const LIMITS = LIMIT_LISTS[LIMIT_LIST];

/** Passes rows on; undefined if all rows of the stream have to be read. */
export function rowByBytes(stream: CatalogStream, { identifierType }: Config): RowByBytes | undefined {
  if (stream.mode === 'soft_delete' || isKeyed(stream)) return undefined;
  const mapping = bytesSetter(stream.object, identifierType, new RowIdentity(stream, systemClock));
  return mapping && new RowByBytes(mapping);
}

/** Passes on the rows of one stream. */
export class RowByBytes {
  readonly #mapping: RowMapping;
  /** The bytes that were searched last, and where in them the next column of Airbyte's own may be. */
  #searched: Buffer | undefined;
  #column = 0;

  constructor(mapping: RowMapping) {
    this.#mapping = mapping;
  }

  /** True if the row is passed on; else nothing has happened to it. */
  pass(block: Block, row: number, next: Receiver): boolean {
    const mapping = this.#mapping;
    if (!block.isText(row) || this.#hasAirbyteColumn(block, row) || !mapping.read(block, row)) return false;
    return isWithinLimits(mapping, mapping.isEvent ? LIMITS.event : LIMITS.person) && next.entry(mapping);
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
