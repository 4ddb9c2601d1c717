/**
 * The numbers that Customer.io publishes for the Track API, in one place. Sources: the public OpenAPI document (copy of
 * August 2026). It does not say whether kB means 1,000 or 1,024, so nothing is refused here that the API may accept
 * (32,768 per entry), and nothing is sent that it may refuse as a whole (500,000 per batch). Byte lengths are of UTF-8.
 */
import { z } from 'zod';
import { FLAG } from '../options.ts';

/** Largest `{"batch":[...]}` body. The API: "smaller than 500 kB". */
export const MAX_BATCH_BYTES = 500_000;

/** What can be limited, per kind of entry. */
export interface Limits {
  /** One operation as JSON. The API: "32 kB or smaller". */
  entryBytes: number;
  /** A person's `id`, `email`, `phone` or `cio_id`; an object's `object_id` and `object_type_id`. */
  identifierBytes: number;
  /** Attributes in one entry. Customer.io: of a person or an object, and so of one identify call. */
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

/** Limits of each kind of entry; `Infinity` means no limit. */
export type LimitList = Readonly<Record<LimitKind, Readonly<Limits>>>;

const objects: Limits = { ...common, attributesBytes: 102_400 };
const NONE = Number.POSITIVE_INFINITY;
/** An event's data has a limit as a whole only, not for single names and values. */
const events: Limits = { ...common, attributes: NONE, attributeNameBytes: NONE, attributeValueBytes: NONE, attributesBytes: 100_000 };

/** What Customer.io publishes for each call. */
export const LIMITS: LimitList = { person: common, object: objects, event: events };

/** Both lists by name. In `connector`, the limits of attributes hold for the data of events too, as Airbyte's page has it. */
export const LIMIT_LISTS: Readonly<Record<LimitListName, LimitList>> = {
  published: LIMITS,
  connector: { ...LIMITS, event: { ...common, attributesBytes: events.attributesBytes } },
};

/** The name of a list, as an option. */
export const limitListOption = z
  .enum(['published', 'connector'], "must be 'published' or 'connector'")
  .default('published')
  .register(FLAG, {
    flag: '--limits <list>',
    doc: "which limits apply: those Customer.io publishes, or the stricter ones of Airbyte's connector",
  });

/** The name of a list. */
export type LimitListName = z.output<typeof limitListOption>;

/** Requests per second and workspace that are safe. Customer.io has published 30 (2018), 100 (2022), 1,000 (2026, OpenAPI document). */
export const DEFAULT_REQUESTS_PER_SECOND = 100;
