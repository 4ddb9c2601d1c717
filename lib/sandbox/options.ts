/** The options of createSandbox: the account, the limits, and a switch for what Customer.io leaves open. */
import { z } from 'zod';
import { clockOption, count, FLAG, fn, type Given } from '../options.ts';
import { DEFAULT_REQUESTS_PER_SECOND, limitListOption } from '../track/limits.ts';
import { FAULTS } from './faults.ts';

/**
 * An operation that the sandbox accepted.
 *
 * @category Sandbox
 */
export interface Applied {
  /** The operation. */
  readonly operation: Record<string, unknown>;
  /** Its JSON text as it came, digit for digit. */
  readonly text: string;
  /** `duplicate` is an event whose id was seen before, `ignored` an operation that changed nothing. */
  readonly outcome: 'applied' | 'duplicate' | 'ignored';
}

const HOST_NAME = /^([\w.-]+|\[[\da-f:.]+\])$/i;
const region = z.enum(['us', 'eu']);
const credential = z.string('must be text').min(1, 'must not be empty');
const countOrNone = (min: number) =>
  z.custom<number>(
    (value) => value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && (value as number) >= min),
    `must be a whole number of ${min} or more, or Infinity`,
  );

/** What createSandbox() takes. */
export const SANDBOX_SHAPE = {
  /** TCP port on 127.0.0.1; 0 (default) takes a free one. */
  port: count(0).max(65_535).default(0).register(FLAG, { flag: '--port <n>', doc: 'TCP port on 127.0.0.1; 0 picks a free one' }),
  /**
   * More names that a request may call this host by, without a port: the name of a proxy in front of it, or of a container. It
   * answers to `127.0.0.1`, `localhost` and `[::1]`, and to no other name, so that a web page can't reach it by a name of its own.
   */
  hosts: z
    .array(z.string().regex(HOST_NAME, 'must be a host name, without a port'), 'must be a list of host names')
    .readonly()
    .default([])
    .register(FLAG, {
      flag: '--allow-host <name>',
      doc: 'host name to answer to besides localhost, such as that of a container',
      standard: 'none',
      repeat: true,
    }),
  /** Site id that it accepts. Default `sandbox-site`. */
  siteId: credential.default('sandbox-site').register(FLAG, { flag: '--site-id <id>', doc: 'site id to accept' }),
  /** Track API key that it accepts. Default `sandbox-key`. */
  apiKey: credential.default('sandbox-key').register(FLAG, { flag: '--api-key <key>', doc: 'Track API key to accept' }),
  /** Region of this host. Default `us`. */
  region: region.default('us').register(FLAG, { flag: '--region <region>', doc: 'region of the account' }),
  /** Region of the account. Default: that of this host. If it is the other one, this host answers only the region call. */
  accountRegion: region.optional(),
  /** Maximum number of requests in any rolling second; more get a 429. `Infinity` means no limit. Default 100. */
  requestsPerSecond: countOrNone(1)
    .default(DEFAULT_REQUESTS_PER_SECOND)
    .register(FLAG, {
      flag: '--rate <n>',
      doc: 'maximum requests in any second; 0 means no limit',
      read: (text) => (/^\d+$/.test(text) ? Number(text) || Number.POSITIVE_INFINITY : text),
      rule: 'must be a whole number of 0 or more',
    }),
  /** The limits of items: `published` (default), those of Customer.io, or `connector`, the stricter ones of Airbyte's connector. */
  limits: limitListOption,
  /** How many of the newest events (and delivery events) to keep; counts and ids are always kept. Default `Infinity`. */
  keepEvents: countOrNone(0).default(Number.POSITIVE_INFINITY),
  /** How many of the newest requests to keep, with their bodies and answers (50 MB of those at most); 0 keeps none. Default 1,000. */
  keepRequests: count(0)
    .default(1_000)
    .register(FLAG, { flag: '--keep-requests <n>', doc: 'number of newest requests to keep and show; 0 keeps none' }),
  /** What goes wrong. Default: nothing. */
  faults: FAULTS.default([]),
  /** Called with each accepted operation, in the order in which they are applied. */
  onApply: fn<(applied: Applied) => void>().optional(),
  /**
   * Unspecified by Customer.io: bytes in a kB, 1,000 or 1,024. Default: 1,000 for a whole request and 1,024 for an item, as the
   * writer counts them.
   */
  kilo: z.union([z.literal(1000), z.literal(1024)], 'must be 1000 or 1024').optional(),
  /** Unspecified by Customer.io: the status of a request over its limit, 413 (default) or 400. */
  tooLargeStatus: z.union([z.literal(413), z.literal(400)], 'must be 413 or 400').default(413),
  /** Unspecified by Customer.io: the status of a batch of which some items are refused, 207 (default) or 200. */
  partialStatus: z.union([z.literal(207), z.literal(200)], 'must be 207 or 200').default(207),
  /** Unspecified by Customer.io: which event ids are remembered: `ulid` (default), only ULIDs, or `any`. */
  dedupe: z.enum(['ulid', 'any']).default('ulid'),
  /** Unspecified by Customer.io: whether an event may name a visitor by `anonymous_id`. Default `true`. */
  anonymousEvents: z.boolean().default(true),
  /** Unspecified by Customer.io: where to redirect calls of an account of the other region (307). Default: nowhere; they get a 401. */
  elsewhere: z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }).optional(),
};

/** The closed schema. */
export const SANDBOX_OPTIONS = z.strictObject({ ...SANDBOX_SHAPE, clock: clockOption });

/**
 * Options of {@link createSandbox}.
 *
 * @category Sandbox
 */
export interface SandboxOptions extends Given<typeof SANDBOX_SHAPE> {}

/** Options with their defaults. */
export type SandboxSettings = z.output<typeof SANDBOX_OPTIONS>;
