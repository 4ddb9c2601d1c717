/**
 * The numbers that Customer.io publishes for the Track API, in one place. Sources: the public OpenAPI document (copy of
 * August 2026). It does not say whether kB means 1,000 or 1,024, so nothing is refused here that the API may accept
 * (32,768 per entry), and nothing is sent that it may refuse as a whole (500,000 per batch). Byte lengths are of UTF-8.
 */
import { z } from 'zod';
import { FLAG } from '../options.ts';

/**
 * Largest body of a batch request, in bytes. Customer.io: "smaller than 500 kB". It does not say whether that is 1,000 or 1,024
 * bytes, so the smaller number holds.
 *
 * @category Stages
 */
export const MAX_BATCH_BYTES = 500_000;

/**
 * What is limited. Lengths are UTF-8 bytes. The numbers are those of Customer.io's OpenAPI document of the Track API and of its
 * page on [invalid requests](https://docs.customer.io/journeys/invalid-api-requests).
 *
 * @category Stages
 */
export interface Limits {
  /** One operation as JSON. Customer.io: "32 kB or smaller". */
  entryBytes: number;
  /** The `id`, `email`, `phone` or `cio_id` of a person; the `object_id` and `object_type_id` of an object. */
  identifierBytes: number;
  /** The number of attributes in one entry. */
  attributes: number;
  /** The name of an attribute. */
  attributeNameBytes: number;
  /** A text value of an attribute. */
  attributeValueBytes: number;
  /** All attributes of an entry together, as JSON. */
  attributesBytes: number;
  /** The name of an event. */
  eventNameBytes: number;
}

/**
 * The kinds of entry that have limits of their own.
 *
 * @category Stages
 */
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

/**
 * The limits of each kind of entry; `Infinity` means no limit.
 *
 * @category Stages
 */
export type LimitList = Readonly<Record<LimitKind, Readonly<Limits>>>;

const objects: Limits = { ...common, attributesBytes: 102_400 };
const NONE = Number.POSITIVE_INFINITY;
/** An event's data has a limit as a whole only, not for single names and values. */
const events: Limits = { ...common, attributes: NONE, attributeNameBytes: NONE, attributeValueBytes: NONE, attributesBytes: 100_000 };

/**
 * What Customer.io publishes for each call; the list `published`.
 *
 * @example
 * ```ts
 * import { LIMITS } from 'customerio-streams';
 *
 * console.log(LIMITS.person.attributes, LIMITS.event.attributes); // 300 Infinity
 * ```
 *
 * @category Stages
 */
export const LIMITS: LimitList = { person: common, object: objects, event: events };

/**
 * Both lists by name. In `connector`, the limits of attributes hold for the data of events too, as the page of Airbyte's connector
 * has it.
 *
 * @category Stages
 */
export const LIMIT_LISTS: Readonly<Record<LimitListName, LimitList>> = {
  published: LIMITS,
  connector: { ...LIMITS, event: { ...common, attributesBytes: events.attributesBytes } },
};

/**
 * The name of a list of limits.
 *
 * @category Stages
 */
export type LimitListName = 'published' | 'connector';

/** The name of a list, as an option. */
export const limitListOption = z
  .enum(['published', 'connector'], "must be 'published' or 'connector'")
  .default('published')
  .register(FLAG, {
    flag: '--limits <list>',
    doc: "which limits apply: those Customer.io publishes, or the stricter ones of Airbyte's connector",
  });

/** Requests per second and workspace that are safe. Customer.io has published 30 (2018), 100 (2022), 1,000 (2026, OpenAPI document). */
export const DEFAULT_REQUESTS_PER_SECOND = 100;
