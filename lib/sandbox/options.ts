/** The options of createSandbox: the account, the limits, and a switch for what Customer.io leaves open. */
import { z } from 'zod';
import { type Clock, systemClock } from '../clock.ts';
import { count, fn, type WithDefaults } from '../options.ts';
import { DEFAULT_REQUESTS_PER_SECOND } from '../track/limits.ts';
import { FAULTS, type Fault } from './faults.ts';
import type { Outcome } from './workspace/workspace.ts';

/** An operation that was accepted. */
export interface Applied {
  readonly operation: Record<string, unknown>;
  /** The item's JSON text as it came, digit for digit. */
  readonly text: string;
  readonly outcome: Outcome;
}

/** Options of `createSandbox`. */
export interface SandboxOptions {
  /** TCP port on 127.0.0.1; 0 (default) takes a free one. */
  port?: number | undefined;
  /**
   * Further names that a request may call this host by, without a port: of a proxy before it, or of a container. It answers
   * to `127.0.0.1`, `localhost` and `[::1]`, and to nothing else: a web page could find it by a name of its own.
   */
  hosts?: readonly string[] | undefined;
  /** Credentials of the account. Default `sandbox-site` and `sandbox-key`. */
  siteId?: string | undefined;
  apiKey?: string | undefined;
  /** Where this host is. Default `us`. */
  region?: 'us' | 'eu' | undefined;
  /** Where the account lives. Default: here. Elsewhere, this host only answers the region call. */
  accountRegion?: 'us' | 'eu' | undefined;
  /** Requests in any rolling second; more get a 429. Default 100; `Infinity` is no limit. */
  requestsPerSecond?: number | undefined;
  /** The limits of items: those that Customer.io publishes (default), or the stricter ones of Airbyte's connector. */
  limits?: 'published' | 'connector' | undefined;
  /** How many of the newest events (and delivery events) are kept; counts and ids always are. Default `Infinity`. */
  keepEvents?: number | undefined;
  /** What goes wrong. Default: nothing. */
  faults?: readonly Fault[] | undefined;
  /** Hears each accepted operation, in the order in which they are applied. */
  onApply?: ((applied: Applied) => void) | undefined;
  /** Open: bytes in a kB. Default: 1,000 for a whole request, 1,024 for an item, the numbers that the client goes by. */
  kilo?: 1000 | 1024 | undefined;
  /** Open: the status of a request over its limit. Default 413. */
  tooLargeStatus?: 413 | 400 | undefined;
  /** Open: the status of a batch of which some items are refused. Default 207. */
  partialStatus?: 207 | 200 | undefined;
  /** Open: which event ids are remembered: only ULIDs (default), or any. */
  dedupe?: 'ulid' | 'any' | undefined;
  /** Open: whether an event may name a visitor by `anonymous_id`. Default true. */
  anonymousEvents?: boolean | undefined;
  /** Open: where calls of an account of the other region are redirected to (307). Default: nowhere, they get a 401. */
  elsewhere?: string | undefined;
}

const HOST_NAME = /^([\w.-]+|\[[\da-f:.]+\])$/i;
const region = z.enum(['us', 'eu'], "must be 'us' or 'eu'");
const credential = z.string('must be text').min(1, 'must not be empty');
const countOrNone = (min: number): z.ZodType<number> =>
  z.custom<number>(
    (value) => value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && (value as number) >= min),
    `must be a whole number of ${min} or more, or Infinity`,
  );

/** The closed schema; a test holds the README's table against it. */
export const SANDBOX_OPTIONS: z.ZodObject = z.strictObject({
  port: count(0).max(65_535).default(0),
  hosts: z.array(z.string().regex(HOST_NAME, 'must be a host name, without a port'), 'must be a list of host names').default([]),
  siteId: credential.default('sandbox-site'),
  apiKey: credential.default('sandbox-key'),
  region: region.default('us'),
  accountRegion: region.optional(),
  requestsPerSecond: countOrNone(1).default(DEFAULT_REQUESTS_PER_SECOND),
  limits: z.enum(['published', 'connector'], "must be 'published' or 'connector'").default('published'),
  keepEvents: countOrNone(0).default(Number.POSITIVE_INFINITY),
  faults: FAULTS.default([]),
  onApply: fn<(applied: Applied) => void>().optional(),
  kilo: z.union([z.literal(1000), z.literal(1024)], 'must be 1000 or 1024').optional(),
  tooLargeStatus: z.union([z.literal(413), z.literal(400)], 'must be 413 or 400').default(413),
  partialStatus: z.union([z.literal(207), z.literal(200)], 'must be 207 or 200').default(207),
  dedupe: z.enum(['ulid', 'any'], "must be 'ulid' or 'any'").default('ulid'),
  anonymousEvents: z.boolean('must be true or false').default(true),
  elsewhere: z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }).optional(),
  clock: z.custom<Clock>().default(systemClock),
});

type Unset = 'accountRegion' | 'onApply' | 'kilo' | 'elsewhere';

/** Options with their defaults. */
export type SandboxSettings = WithDefaults<Omit<SandboxOptions, Unset>> & { [K in Unset]: SandboxOptions[K] | undefined } & {
  clock: Clock;
};
