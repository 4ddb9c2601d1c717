/**
 * Where a record came from. It rides on the record under one exported symbol: invisible to JSON.stringify and
 * Object.keys, kept by spread ({ ...row }), so that a user's own map() does not lose it.
 */

/** The key under which a record carries its {@link Origin}. */
export const ORIGIN: unique symbol = Symbol.for('customerio-streams.origin');

/** What all records of one source share. */
export interface SourceInfo {
  /** Name of the file, topic or other place. */
  readonly source?: string | undefined;
  /** Airbyte's stream name. */
  readonly stream?: string | undefined;
  /** Airbyte's namespace. */
  readonly namespace?: string | undefined;
  /** What tells one version of the source from the next, for example a file's modification time. */
  readonly version?: string | undefined;
}

/** What is known of one record beside its place. */
export interface Position {
  /** 1-based line (NDJSON, CSV) or item number (JSON). */
  readonly line?: number | undefined;
  /** Byte offset of the record in the (decompressed) source. */
  readonly offset?: number | undefined;
  /** Length of the record in bytes. */
  readonly bytes?: number | undefined;
  /** The record's own text, where it has one. */
  readonly raw?: string | undefined;
  /** The event id that an earlier run gave this record: a rejected record sent again keeps it. */
  readonly eventId?: string | undefined;
  /** Which of several records this is that map() made of one. */
  readonly part?: number | undefined;
  /** Of a record read from rejects: the part that `map()` has to make of it again. It is gone once that is made. */
  readonly wanted?: number | undefined;
  /** Its line among the rejects that it was read from: what an event's id derives from where its first place is not known. */
  readonly reread?: string | undefined;
}

/** Provenance of one record. */
export class Origin {
  readonly place: SourceInfo;
  readonly line: number | undefined;
  readonly offset: number | undefined;
  readonly bytes: number | undefined;
  readonly eventId: string | undefined;
  readonly part: number | undefined;
  readonly wanted: number | undefined;
  readonly reread: string | undefined;
  /** The text, or the bytes that it is: `#bytes` from `#from` to `#to`. */
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

  /** The origin of a record whose text lies in `text`, from `from` to `to`. It is not copied: the bytes must stay as they are. */
  static ofBytes(text: Buffer, from: number, to: number, position: Position, place: SourceInfo): Origin {
    const origin = new Origin(position, place);
    origin.#bytes = text;
    origin.#from = from;
    origin.#to = to;
    return origin;
  }

  get source(): string | undefined {
    return this.place.source;
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

  /** The record's own text, where it has one. */
  get raw(): string | undefined {
    return this.#text ?? this.#bytes?.toString('utf8', this.#from, this.#to);
  }

  /** The most bytes that the text may take as UTF-8; undefined where there is none. */
  get maxRawBytes(): number | undefined {
    if (this.#text !== undefined) return this.#text.length * 3;
    return this.#bytes && this.#to - this.#from;
  }

  /** Writes the text into `buffer`, which has room for it, as UTF-8; gives the end. */
  writeRaw(buffer: Buffer, at: number): number {
    if (this.#text !== undefined) return at + buffer.write(this.#text, at);
    return at + (this.#bytes?.copy(buffer, at, this.#from, this.#to) ?? 0);
  }

  /** The same, for another of several parts: the id of an earlier run is not theirs. */
  withPart(part: number): Origin {
    const { line, offset, bytes, raw, reread } = this;
    return new Origin({ line, offset, bytes, raw, part, reread }, this.place);
  }

  /** The same, of which another part is wanted. */
  wanting(wanted: number | undefined): Origin {
    const { line, offset, bytes, raw, part, eventId, reread } = this;
    return new Origin({ line, offset, bytes, raw, part, eventId, reread, wanted }, this.place);
  }
}

/** The record's origin, if it has one. */
export function originOf(record: unknown): Origin | undefined {
  if (typeof record !== 'object' || record === null) return undefined;
  const origin = (record as { [ORIGIN]?: unknown })[ORIGIN];
  return origin instanceof Origin ? origin : undefined;
}

/** Puts `origin` on the record and gives it back. */
export function withOrigin<T extends object>(record: T, origin: Origin): T {
  (record as { [ORIGIN]?: Origin })[ORIGIN] = origin;
  return record;
}
