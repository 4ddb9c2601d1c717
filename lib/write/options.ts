/** The options of trackWriter: names, defaults, what is allowed. */
import type { Writable } from 'node:stream';
import { z } from 'zod';
import { ADDRESS_RULE, isAddress } from '../address.ts';
import { type Clock, systemClock } from '../clock.ts';
import { count, fn, type WithDefaults } from '../options.ts';
import { DEFAULT_REQUESTS_PER_SECOND, MAX_BATCH_BYTES } from '../track/limits.ts';
import type { Region } from '../track/region.ts';
import { CREDENTIAL_RULE, isCredential } from './locate.ts';
import { isMaxRejected, type MaxRejected } from './reject-budget.ts';

/** Where rejections go: an object-mode Writable of Rejection. `flush()` resolves when all written is stored. */
export type RejectSink = Writable & { flush(): Promise<void> };

/** Options of `trackWriter`. */
export interface TrackWriterOptions {
  /** Site id of the workspace: Settings > API credentials > Track API. A variable that is not set is `CIO_OPTIONS`. */
  siteId: string | undefined;
  /** Track API key that belongs to the site id. */
  apiKey: string | undefined;
  /** `us`, `eu`, or `auto` (default): asked of the region endpoint before the first batch. */
  region?: Region | 'auto' | undefined;
  /** Another address of the Track API, for example the sandbox's. Then `region` is not used. */
  baseUrl?: string | undefined;
  /** Where rejections go; ended with the line. Without it the first rejection fails the line. */
  rejects?: RejectSink | undefined;
  /** Lanes, and so requests under way at once. Default 10. */
  concurrency?: number | undefined;
  /** Requests in any rolling second. Default 100. */
  requestsPerSecond?: number | undefined;
  /** Largest request body. Default and maximum 500,000. */
  maxBatchBytes?: number | undefined;
  /** How long an entry may wait for company. Default 1,000. */
  lingerMs?: number | undefined;
  /** Deadline of one request. Default 30,000. */
  timeoutMs?: number | undefined;
  /** How long to try again after transient faults. Default 300,000. */
  giveUpMs?: number | undefined;
  /** Then: `stop` (default) fails the line, a re-run goes on; `reject` rejects the entries as `undeliverable`. */
  onGiveUp?: 'stop' | 'reject' | undefined;
  /**
   * How many rejections the run accepts: a number of rows, or a share of the rows read such as `'5%'` (judged after 1,000
   * rows, and at the end). With more, what was read is settled and the stream fails with `CIO_TOO_MANY_REJECTED`. Default: no
   * limit, but an input whose first 1,000 rows are all malformed; `Infinity` or `'100%'` reads that on, too.
   */
  maxRejected?: MaxRejected | undefined;
  /** Gets the position of each checkpoint when all before it is settled, in order. A promise holds back the next. */
  onCheckpoint?: ((position: unknown) => void | Promise<void>) | undefined;
  /** Stops at once: what is under way is given up, and counts as not delivered. */
  signal?: AbortSignal | undefined;
  /** Does all but send. Default false. */
  dryRun?: boolean | undefined;
}

/** The closed schema; a test holds the README's table against it. */
export const TRACK_WRITER_OPTIONS: z.ZodObject = z.strictObject({
  siteId: credential('CUSTOMERIO_SITE_ID'),
  apiKey: credential('CUSTOMERIO_API_KEY'),
  region: z.enum(['us', 'eu', 'auto'], "must be 'us', 'eu' or 'auto'").default('auto'),
  baseUrl: z.string('must be text').refine(isAddress, ADDRESS_RULE).optional(),
  rejects: z.custom<RejectSink>(isRejectSink, 'must be a rejectWriter(), or a Writable with flush()').optional(),
  concurrency: count(1).max(1_000).default(10),
  requestsPerSecond: z.number().positive().max(1_000_000).default(DEFAULT_REQUESTS_PER_SECOND),
  maxBatchBytes: count(100).max(MAX_BATCH_BYTES).default(MAX_BATCH_BYTES),
  lingerMs: count(0).default(1_000),
  timeoutMs: count(1).default(30_000),
  giveUpMs: count(0).default(300_000),
  onGiveUp: z.enum(['stop', 'reject'], "must be 'stop' or 'reject'").default('stop'),
  maxRejected: z.custom<MaxRejected>(isMaxRejected, "must be a whole number, or a share from '0%' to '100%'").optional(),
  onCheckpoint: fn<(position: unknown) => void | Promise<void>>().optional(),
  signal: z.instanceof(AbortSignal).optional(),
  dryRun: z.boolean().default(false),
  clock: z.custom<Clock>().default(systemClock),
  sentAt: z.array(z.number()).default([]),
});

/** Options with their defaults. */
export type TrackWriterSettings = WithDefaults<Omit<TrackWriterOptions, Unset>> & { [K in Unset]: TrackWriterOptions[K] | undefined } & {
  clock: Clock;
  /** When requests left that were made just before, of `clock`: they count too. */
  sentAt: readonly number[];
};

type Unset = 'baseUrl' | 'rejects' | 'maxRejected' | 'onCheckpoint' | 'signal';

/** White space around it is taken off: a file or a paste leaves some. */
function credential(variable: string): z.ZodString {
  const missing = `is missing: set it, for example from process.env.${variable}`;
  return z
    .string({ error: ({ input }) => (input === undefined || input === null ? missing : 'must be text') })
    .trim()
    .min(1, `is empty: is ${variable} set?`)
    .refine(isCredential, CREDENTIAL_RULE);
}

function isRejectSink(value: unknown): boolean {
  return typeof Reflect.get(Object(value), 'write') === 'function' && typeof Reflect.get(Object(value), 'flush') === 'function';
}
