/**
 * The numbers that Customer.io publishes for the Track API, in one place. Sources: the public OpenAPI document (copy of
 * August 2026). Whether kB means 1,000 or 1,024 is open, so: nothing is refused here that the API may accept (32,768
 * per entry), nothing sent that it may refuse as a whole (500,000 per batch). Byte lengths are of UTF-8.
 */

/** Largest `{"batch":[...]}` body. The API: "smaller than 500 kB". */
export const MAX_BATCH_BYTES = 500_000;

/** What can be limited, per kind of entry. */
export interface Limits {
  /** One operation as JSON. The API: "32 kB or smaller". */
  entryBytes: number;
  /** A person's `id`, `email`, `phone` or `cio_id`; an object's `object_id` and `object_type_id`. */
  identifierBytes: number;
  /** Attributes in one person or object, and so in one identify call. Not a limit of events. */
  attributes: number;
  /** An attribute's name. */
  attributeNameBytes: number;
  /** A text value of an attribute. */
  attributeValueBytes: number;
  /** All attributes of an entry together, as JSON. */
  attributesBytes: number;
  /** An event's name. */
  eventNameBytes: number;
}

/** The kinds of entry that have limits of their own. */
export type LimitKind = 'person' | 'object' | 'event';

const common: Limits = {
  entryBytes: 32_768,
  identifierBytes: 150,
  attributes: 300,
  attributeNameBytes: 150,
  attributeValueBytes: 1_000,
  attributesBytes: Number.POSITIVE_INFINITY,
  eventNameBytes: 100,
};

/** The published limits per kind; `Infinity` where there is none. */
export const LIMITS: Readonly<Record<LimitKind, Readonly<Limits>>> = {
  person: common,
  object: { ...common, attributesBytes: 102_400 },
  event: { ...common, attributes: Number.POSITIVE_INFINITY, attributesBytes: 100_000 },
};

/** Requests per second and workspace that are safe. Published: 30 (2018), 100 (2022), 1,000 (2026, OpenAPI document). */
export const DEFAULT_REQUESTS_PER_SECOND = 100;
