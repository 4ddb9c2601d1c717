/**
 * Where a record came from. It rides on the record under one exported symbol: invisible to JSON.stringify and
 * Object.keys, kept by spread ({ ...row }), so that a user's own map() does not lose it.
 */

/** The key under which a record carries its {@link Origin}. */
export const ORIGIN: unique symbol = Symbol.for('customerio-streams.origin');

/** Provenance of one record. All fields exist on every instance: V8 then sees one shape. */
export class Origin {
  /** Name of the file, topic or other place. */
  readonly source: string | undefined;
  /** 1-based line (NDJSON, CSV) or item number (JSON). */
  readonly line: number | undefined;
  /** Byte offset of the record in the (decompressed) source. */
  readonly offset: number | undefined;
  /** Length of the record in bytes. */
  readonly bytes: number | undefined;
  /** The record's own text, where it has one. */
  readonly raw: string | undefined;
  /** Airbyte's stream name. */
  readonly stream: string | undefined;
  /** Airbyte's namespace. */
  readonly namespace: string | undefined;
  /** What tells one version of the source from the next, for example a file's modification time. */
  readonly version: string | undefined;
  /** The event id that an earlier run gave this record: a rejected record sent again keeps it. */
  readonly eventId: string | undefined;
  /** Which of several records this is that map() made of one. */
  readonly part: number | undefined;

  constructor(o: Partial<Origin>) {
    this.source = o.source;
    this.line = o.line;
    this.offset = o.offset;
    this.bytes = o.bytes;
    this.raw = o.raw;
    this.stream = o.stream;
    this.namespace = o.namespace;
    this.version = o.version;
    this.eventId = o.eventId;
    this.part = o.part;
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
