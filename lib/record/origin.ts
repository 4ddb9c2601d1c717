/**
 * Where a record came from. A record carries it under one exported symbol, which JSON.stringify and Object.keys don't see
 * and which a spread ({ ...row }) keeps, so that a user's own map() does not lose it.
 */

import type { KeptMapping } from './kept-mapping.ts';
import type { SourceInfo } from './place.ts';

/**
 * The key under which a record carries its {@link Origin}: a symbol, which `JSON.stringify` and `Object.keys` don't see, and which
 * a spread (`{ ...row }`) keeps.
 *
 * @category Elements
 */
export const ORIGIN: unique symbol = Symbol.for('customerio-streams.origin');

/**
 * Where one record is in its source.
 *
 * @category Elements
 */
export interface RecordPosition {
  /** Number of the line (NDJSON, CSV) or item (JSON), from 1, or the offset of a message. */
  readonly line?: number | undefined;
  /** Byte offset of the record in the (decompressed) source, or the offset of a message. */
  readonly offset?: number | undefined;
  /** Length of the record in bytes. */
  readonly bytes?: number | undefined;
  /** The text of the record, if it has one. */
  readonly raw?: string | undefined;
  /** The event id that an earlier run gave this record. It keeps it when it is sent again. */
  readonly eventId?: string | undefined;
  /** If `map()` made several records of one: which of them this is, from 0. */
  readonly part?: number | undefined;
  /** Of a record read from rejects: the part that `map()` has to make of it again. Undefined once that is made. @internal */
  readonly wanted?: number | undefined;
  /** The line of the reject file that it was read from. An event's id derives from it if its first source is not known. @internal */
  readonly reread?: string | undefined;
}

type PlaceNumbers = readonly [line: number, offset: number, bytes: number];

/**
 * Where a record came from: file and line, topic and offset, or a row of a database. Rejected rows carry it, and the ids of events
 * without an `event_id` derive from it, so a source of your own should set it.
 *
 * @example
 * ```ts
 * import { ORIGIN, Origin, originOf } from 'customerio-streams';
 *
 * const row = { id: 7, [ORIGIN]: new Origin({ line: 7 }, { source: 'users' }) };
 * console.log(originOf({ ...row, plan: 'pro' })?.line); // 7
 * ```
 *
 * @category Elements
 */
export class Origin {
  /** What all records of the source have in common. */
  readonly place: SourceInfo;
  /** Number of the line (NDJSON, CSV) or item (JSON), from 1, or the offset of a message. */
  readonly line: number | undefined;
  /** Byte offset of the record in the (decompressed) source, or the offset of a message. */
  readonly offset: number | undefined;
  /** Length of the record in bytes. */
  readonly bytes: number | undefined;
  /** The event id that an earlier run gave this record. */
  readonly eventId: string | undefined;
  /** If `map()` made several records of one: which of them this is, from 0. */
  readonly part: number | undefined;
  /** @internal */
  readonly wanted: number | undefined;
  /** @internal */
  readonly reread: string | undefined;
  /** The text, or else its bytes: `#bytes` from `#from` to `#to`. */
  #text: string | undefined;
  #bytes: Buffer | undefined;
  #from = 0;
  #to = 0;

  /**
   * @param position Where the record is in its source.
   * @param place What all records of the source have in common.
   */
  constructor({ line, offset, bytes, raw, eventId, part, wanted, reread }: RecordPosition, place: SourceInfo = {}) {
    this.place = place;
    this.line = line;
    this.offset = offset;
    this.bytes = bytes;
    this.eventId = eventId;
    this.part = part;
    this.wanted = wanted;
    this.reread = reread;
    this.#text = raw;
  }

  /** The origin of a record whose text is in `text`, from `from` to `to`. The bytes are not copied, so they must not change. Of the numbers those that are not known are NaN. @internal */
  static ofBytes(text: Buffer, from: number, to: number, numbers: PlaceNumbers, place: SourceInfo): Origin {
    const [line, offset, bytes] = numbers.map((value) => (Number.isNaN(value) ? undefined : value));
    const origin = new Origin({ line, offset, bytes }, place);
    origin.#bytes = text;
    origin.#from = from;
    origin.#to = to;
    return origin;
  }

  /** Name of the file or other place. */
  get source(): string | undefined {
    return this.place.source;
  }
  /** Messages: the topic. */
  get topic(): string | undefined {
    return this.place.topic;
  }
  /** Messages: the partition of the topic. */
  get partition(): number | undefined {
    return this.place.partition;
  }
  /** Airbyte's stream name. */
  get stream(): string | undefined {
    return this.place.stream;
  }
  /** Airbyte's namespace. */
  get namespace(): string | undefined {
    return this.place.namespace;
  }
  /** Tells one version of the source from the next. */
  get version(): string | undefined {
    return this.place.version;
  }
  /** @internal */
  get mapping(): KeptMapping | undefined {
    return this.place.mapping;
  }

  /** The text of the record, if it has one. */
  get raw(): string | undefined {
    return this.#text ?? this.#bytes?.toString('utf8', this.#from, this.#to);
  }

  /** The most bytes that the text may take as UTF-8; undefined if there is no text. @internal */
  get maxRawBytes(): number | undefined {
    if (this.#text !== undefined) return this.#text.length * 3;
    return this.#bytes && this.#to - this.#from;
  }

  /** Writes the text as UTF-8 into `buffer`, which must be large enough; returns the end. @internal */
  writeRaw(buffer: Buffer, at: number): number {
    if (this.#text !== undefined) return at + buffer.write(this.#text, at);
    return at + (this.#bytes?.copy(buffer, at, this.#from, this.#to) ?? 0);
  }

  /** The same origin for one of several parts, without the event id: an earlier run gave that to the whole record. @internal */
  withPart(part: number): Origin {
    const { line, offset, bytes, raw, reread } = this;
    return new Origin({ line, offset, bytes, raw, part, reread }, this.place);
  }

  /** The same origin, with the part that is wanted. @internal */
  wanting(wanted: number | undefined): Origin {
    const { line, offset, bytes, raw, part, eventId, reread } = this;
    return new Origin({ line, offset, bytes, raw, part, eventId, reread, wanted }, this.place);
  }
}

/**
 * The origin of a record, or undefined if it has none.
 *
 * @example
 * ```ts
 * import { createReadStream } from 'node:fs';
 * import { pipeline } from 'node:stream/promises';
 * import { csv, map, originOf } from 'customerio-streams';
 *
 * await pipeline(
 *   createReadStream('people.csv'),
 *   csv({ source: 'people.csv' }),
 *   map((row) => ({ ...row, imported_from: `${originOf(row)?.source}:${originOf(row)?.line}` })),
 *   async (rows) => {
 *     for await (const row of rows) console.log(row.imported_from); // people.csv:2, then people.csv:3, then people.csv:4
 *   },
 * );
 * ```
 *
 * @category Elements
 */
export function originOf(record: unknown): Origin | undefined {
  if (typeof record !== 'object' || record === null) return undefined;
  const origin = (record as { [ORIGIN]?: unknown })[ORIGIN];
  return origin instanceof Origin ? origin : undefined;
}

/** Puts `origin` on the record and returns the record. */
export function withOrigin<T extends object>(record: T, origin: Origin): T {
  (record as { [ORIGIN]?: Origin })[ORIGIN] = origin;
  return record;
}
