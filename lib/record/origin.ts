/**
 * Where a record came from. A record carries it under one exported symbol, which JSON.stringify and Object.keys don't see
 * and which a spread ({ ...row }) keeps, so that a user's own map() does not lose it.
 */

import type { KeptMapping } from './kept-mapping.ts';
import type { Ownership } from './ownership.ts';

/** The key under which a record carries its {@link Origin}. */
export const ORIGIN: unique symbol = Symbol.for('customerio-streams.origin');

/** What all records of one source share. */
export interface SourceInfo {
  /** Name of the file or other place; of a partition of a topic `kafka://TOPIC/PARTITION`. */
  readonly source?: string | undefined;
  /** Of messages: their topic, and its partition. Then `line` and `offset` are the message's offset. */
  readonly topic?: string | undefined;
  readonly partition?: number | undefined;
  /** Airbyte's stream name. */
  readonly stream?: string | undefined;
  /** Airbyte's namespace. */
  readonly namespace?: string | undefined;
  /** What distinguishes one version of the source from the next, for example a file's modification time. */
  readonly version?: string | undefined;
  /** Of what a replay reads: how it is mapped, and is to be mapped if it is rejected again. */
  readonly mapping?: KeptMapping | undefined;
  /** Of a place that may move to another process. */
  readonly ownership?: Ownership | undefined;
}

/** What is known of one record beside its source. */
export interface Position {
  /** 1-based line (NDJSON, CSV), item number (JSON), or the offset of a message. */
  readonly line?: number | undefined;
  /** Byte offset of the record in the (decompressed) source, or the offset of a message. */
  readonly offset?: number | undefined;
  /** Length of the record in bytes. */
  readonly bytes?: number | undefined;
  /** The record's own text, if it has one. */
  readonly raw?: string | undefined;
  /** The event id that an earlier run gave this record: it keeps it when it is sent again after a rejection. */
  readonly eventId?: string | undefined;
  /** Which one this is of the records that map() made of one record. */
  readonly part?: number | undefined;
  /** Of a record read from rejects: the part that `map()` has to make of it again. Undefined once that is made. */
  readonly wanted?: number | undefined;
  /** The line of the reject file that it was read from. An event's id derives from it if its first source is not known. */
  readonly reread?: string | undefined;
}

type PlaceNumbers = readonly [line: number, offset: number, bytes: number];

/** The origin of one record. */
export class Origin {
  readonly place: SourceInfo;
  readonly line: number | undefined;
  readonly offset: number | undefined;
  readonly bytes: number | undefined;
  readonly eventId: string | undefined;
  readonly part: number | undefined;
  readonly wanted: number | undefined;
  readonly reread: string | undefined;
  /** The text, or else its bytes: `#bytes` from `#from` to `#to`. */
  #text: string | undefined;
  #bytes: Buffer | undefined;
  #from = 0;
  #to = 0;

  constructor({ line, offset, bytes, raw, eventId, part, wanted, reread }: Position, place: SourceInfo = {}) {
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

  /**
   * The origin of a record whose text is in `text`, from `from` to `to`. The bytes are not copied, so they must not change. Of the
   * numbers those that are not known are NaN.
   */
  static ofBytes(text: Buffer, from: number, to: number, numbers: PlaceNumbers, place: SourceInfo): Origin {
    const [line, offset, bytes] = numbers.map((value) => (Number.isNaN(value) ? undefined : value));
    const origin = new Origin({ line, offset, bytes }, place);
    origin.#bytes = text;
    origin.#from = from;
    origin.#to = to;
    return origin;
  }

  get source(): string | undefined {
    return this.place.source;
  }
  get topic(): string | undefined {
    return this.place.topic;
  }
  get partition(): number | undefined {
    return this.place.partition;
  }
  get stream(): string | undefined {
    return this.place.stream;
  }
  get namespace(): string | undefined {
    return this.place.namespace;
  }
  get version(): string | undefined {
    return this.place.version;
  }
  get mapping(): KeptMapping | undefined {
    return this.place.mapping;
  }

  /** The record's own text, if it has one. */
  get raw(): string | undefined {
    return this.#text ?? this.#bytes?.toString('utf8', this.#from, this.#to);
  }

  /** The most bytes that the text may take as UTF-8; undefined if there is no text. */
  get maxRawBytes(): number | undefined {
    if (this.#text !== undefined) return this.#text.length * 3;
    return this.#bytes && this.#to - this.#from;
  }

  /** Writes the text as UTF-8 into `buffer`, which must be large enough; returns the end. */
  writeRaw(buffer: Buffer, at: number): number {
    if (this.#text !== undefined) return at + buffer.write(this.#text, at);
    return at + (this.#bytes?.copy(buffer, at, this.#from, this.#to) ?? 0);
  }

  /** The same origin for one of several parts, without the event id: an earlier run gave that to the whole record. */
  withPart(part: number): Origin {
    const { line, offset, bytes, raw, reread } = this;
    return new Origin({ line, offset, bytes, raw, part, reread }, this.place);
  }

  /** The same origin, with the part that is wanted. */
  wanting(wanted: number | undefined): Origin {
    const { line, offset, bytes, raw, part, eventId, reread } = this;
    return new Origin({ line, offset, bytes, raw, part, eventId, reread, wanted }, this.place);
  }
}

/** What the origins of all messages of a partition share. */
export function partitionPlace(
  topic: string,
  partition: number,
  more: Omit<SourceInfo, 'source' | 'topic' | 'partition'> = {},
): SourceInfo {
  return { ...more, source: `kafka://${topic.replace(/[%/]/g, encodeURIComponent)}/${partition}`, topic, partition };
}

/** The record's origin, if it has one. */
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
