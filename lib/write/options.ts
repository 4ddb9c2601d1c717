/** The options of trackWriter: names, defaults, what is allowed, and how a command line gives them. */
import { z } from 'zod';
import { ADDRESS_RULE, isAddress } from '../address.ts';
import { clockOption, count, FLAG, fn, type Given, giveUpOption, INTERNAL, signalOption } from '../options.ts';
import { type RejectSink, rejectSinkFlaw } from '../record/rejection.ts';
import { redisOption } from '../redis/address.ts';
import { CREDENTIAL_RULE, isCredential } from '../secrets.ts';
import { DEFAULT_REQUESTS_PER_SECOND, MAX_BATCH_BYTES } from '../track/limits.ts';
import { isMaxRejected, type MaxRejected } from './reject-budget.ts';

/** Lanes of a writer. */
export const DEFAULT_CONCURRENCY = 10;
/** Deadline of a request. */
export const DEFAULT_TIMEOUT_MS = 30_000;

/** Who sends. */
export const CREDENTIAL_SHAPE = {
  /** Site id of the workspace: Settings > API credentials > Track API. Without it and `apiKey`: the variable `CUSTOMERIO_SITE_ID`. */
  siteId: credential('CUSTOMERIO_SITE_ID').register(FLAG, {
    flag: '--site-id <id>',
    doc: 'site id of the workspace: Settings > API credentials > Track API',
    env: 'CUSTOMERIO_SITE_ID',
    unchecked: true,
  }),
  /** Track API key that belongs to the site id. Without it and `siteId`: the variable `CUSTOMERIO_API_KEY`. */
  apiKey: credential('CUSTOMERIO_API_KEY').register(FLAG, {
    flag: '--api-key <key>',
    doc: 'Track API key; better set the variable, as other users of the machine see flags in `ps`',
    env: 'CUSTOMERIO_API_KEY',
    unchecked: true,
  }),
};

/** The options that are not credentials. */
export const TRACK_WRITER_SHAPE = {
  /**
   * Where the workspace lives: `us`, `eu`, or `auto` (default), which asks the API before the first batch. With an
   * account from the environment, the variable `CUSTOMERIO_REGION` sets another default.
   */
  region: z
    .enum(['us', 'eu', 'auto'])
    .default('auto')
    .register(FLAG, { flag: '--region <region>', doc: 'region of the workspace; auto asks the API', env: 'CUSTOMERIO_REGION' }),
  /**
   * Another address of the Track API, such as the sandbox's. Then `region` is ignored. Default: with an
   * account from the environment, the variable `CUSTOMERIO_BASE_URL`; else the address of the region.
   */
  baseUrl: z.string('must be text').refine(isAddress, ADDRESS_RULE).optional().register(FLAG, {
    flag: '--base-url <url>',
    doc: "another address of the API, such as the sandbox's; --region is then ignored",
    env: 'CUSTOMERIO_BASE_URL',
    secret: true,
  }),
  /**
   * Where rejected rows go: a `rejectWriter()`, `collectRejects()`, or another Writable in object mode. It ends with the writer. A
   * checkpoint waits for its `flush()`, or, if it has none, until its writes have called back. Default: none, and the first
   * rejected row fails the writer with `CIO_REJECTED`.
   */
  rejects: z.custom<RejectSink>((value) => rejectSinkFlaw(value) === undefined, { error: ({ input }) => rejectSinkFlaw(input) }).optional(),
  /** Maximum number of requests in flight, 1 to 1,000. Updates of one person never overlap. Default 10. */
  concurrency: count(1)
    .max(1_000)
    .default(DEFAULT_CONCURRENCY)
    .register(FLAG, { flag: '--concurrency <n>', doc: 'requests in flight at once' }),
  /**
   * Maximum number of requests in any rolling second. Default 100. (Customer.io has published 30, 100 and 1,000 at different
   * times.)
   */
  requestsPerSecond: z
    .number()
    .positive()
    .max(1_000_000)
    .default(DEFAULT_REQUESTS_PER_SECOND)
    .register(FLAG, { flag: '--rate <n>', doc: 'maximum requests in any second' }),
  /**
   * A Redis through which all writers for one workspace share `requestsPerSecond`: `redis://[user:password@]host[:port][/db]`,
   * `rediss://` for TLS, the path of a Unix socket, or a list of addresses of one cluster. The smallest `requestsPerSecond` of the
   * running writers counts for all. While Redis is away, each writer sends at its own share and never more. A wrong password, or
   * another fault that does not pass by itself, is `CIO_OPTIONS`. Needs the package `ioredis`. Default: the rate is this writer's own.
   */
  redis: redisOption,
  /** How many writers share the rate, in case Redis can't be asked at the start. Default: each then takes a tenth. */
  processes: count(1).optional().register(FLAG, {
    flag: '--processes <n>',
    doc: 'with --redis: how many processes share the rate, in case Redis is unreachable at the start',
    standard: 'in that case each takes a tenth of the rate',
  }),
  /** Largest request body, in bytes. Default and maximum 500,000: the API takes bodies "smaller than 500 kB". */
  maxBatchBytes: count(100).max(MAX_BATCH_BYTES).default(MAX_BATCH_BYTES),
  /** How many milliseconds an entry may wait for others to fill its batch. Default 1,000. */
  lingerMs: count(0).default(1_000).register(FLAG, { flag: '--linger-ms <time>', doc: 'how long to wait for a batch to fill' }),
  /** Timeout of one request, in milliseconds. Default 30,000. */
  timeoutMs: count(1).default(DEFAULT_TIMEOUT_MS).register(FLAG, { flag: '--timeout-ms <time>', doc: 'timeout of one request' }),
  /** How many milliseconds to retry when the API fails (429, 5xx, no connection). Default 300,000. */
  giveUpMs: giveUpOption,
  /**
   * What to do after `giveUpMs`: `stop` (default) fails the writer with `CIO_UNDELIVERED`, and the next run can resume; `reject`
   * rejects what was not delivered as `undeliverable`, and continues.
   */
  onGiveUp: z.enum(['stop', 'reject']).default('stop').register(FLAG, {
    flag: '--on-give-up <what>',
    doc: 'what to do after that: stop, so that the next run can resume, or reject the rows and continue',
  }),
  /**
   * How many rejected rows to accept: a number, or a share of the rows read such as `'5%'` (compared after 1,000 rows, and at the
   * end). With more, what was read is delivered or rejected, and the writer fails with `CIO_TOO_MANY_REJECTED`. Default: no limit,
   * but a run stops if its first 1,000 rows are all malformed; with `Infinity` or `'100%'` it continues even then.
   */
  maxRejected: z
    .custom<MaxRejected>(isMaxRejected, "must be a whole number, or a share from '0%' to '100%'")
    .optional()
    .register(FLAG, {
      flag: '--max-rejected <n or share>',
      doc: 'stop when more rows are rejected than this number or share, such as 5%',
      standard: 'no limit, but a run stops if its first 1,000 rows are all malformed; 100% continues even then',
      read: (text) => (/^\d+$/.test(text) ? Number(text) : text),
      config: { pattern: String.raw`^\d+(?:\.\d+)?%$`, orNumber: true },
    }),
  /**
   * Called with the position of each checkpoint, in order, once everything before it is delivered, skipped or stored as rejected.
   * The next one waits for the promise that it returns. Save the position, and resume from it. In TypeScript it is `unknown`, as your
   * source decides what it is: `position as CsvPosition`.
   */
  onCheckpoint: fn<(position: unknown) => void | Promise<void>>().optional(),
  /** Stops at once: requests in flight are cut off, and their entries count as not delivered. */
  signal: signalOption,
  /** Does everything except sending. Default `false`. */
  dryRun: z.boolean().default(false).register(FLAG, {
    flag: '--dry-run',
    doc: 'validate and report as usual, but send nothing; needs no credentials. Files of rejected rows are named dry-run-...',
  }),
};

/** The closed schema. */
export const TRACK_WRITER_OPTIONS = z.strictObject({
  ...CREDENTIAL_SHAPE,
  ...TRACK_WRITER_SHAPE,
  clock: clockOption,
  /** When requests left that were made just before, of `clock`: they count too. */
  sentAt: z.array(z.number()).readonly().default([]).register(INTERNAL, {}),
  /** Hears the body of each request that a dry run would send. */
  onDryBody: fn<(body: Buffer) => void>().optional().register(INTERNAL, {}),
});

/** Site id and key: undefined, as a variable may be, is the same as left out. */
export type Credentials = { [K in keyof typeof CREDENTIAL_SHAPE]?: string | undefined };

/**
 * Options of {@link trackWriter}.
 *
 * @category Writer
 */
export interface TrackWriterOptions extends Credentials, Given<typeof TRACK_WRITER_SHAPE> {}

/**
 * The options with the environment's account, if they name neither `siteId` nor `apiKey`: credentials of two accounts never mix, and
 * `siteId: process.env.MISSPELLED` stays the mistake it is. An empty variable is not set.
 */
export function withAccount<O extends Pick<TrackWriterOptions, 'siteId' | 'apiKey' | 'region' | 'baseUrl'>>(
  options: O | undefined,
  environment: NodeJS.ProcessEnv = process.env,
): O {
  if (options !== undefined && ('siteId' in Object(options) || 'apiKey' in Object(options))) return options;
  const { region, baseUrl } = TRACK_WRITER_SHAPE;
  const parts = Object.entries({ ...CREDENTIAL_SHAPE, region, baseUrl }).map(([name, schema]) => {
    const given = Reflect.get(Object(options), name);
    return [name, given === undefined ? environment[FLAG.get(schema)?.env ?? ''] || undefined : given];
  });
  return { ...options, ...Object.fromEntries(parts) };
}

/** Options with their defaults. */
export type TrackWriterSettings = z.output<typeof TRACK_WRITER_OPTIONS>;

/** White space around it is taken off: a file or a paste leaves some. */
function credential(variable: string): z.ZodString {
  const missing = `is missing: pass it, or set the variable ${variable}`;
  return z
    .string({ error: ({ input }) => (input === undefined || input === null ? missing : 'must be text') })
    .trim()
    .min(1, `is empty: is ${variable} set?`)
    .refine(isCredential, CREDENTIAL_RULE);
}
