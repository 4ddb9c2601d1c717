/** The options of trackWriter: names, defaults, what is allowed, and how a command line gives them. */
import { z } from 'zod';
import { ADDRESS_RULE, isAddress } from '../address.ts';
import { clockOption, count, FLAG, fn, type Given, giveUpOption, signalOption } from '../options.ts';
import { type RejectSink, rejectSinkFlaw } from '../record/rejection.ts';
import { redisOption } from '../redis/address.ts';
import { CREDENTIAL_RULE, isCredential } from '../secrets.ts';
import { DEFAULT_REQUESTS_PER_SECOND, MAX_BATCH_BYTES } from '../track/limits.ts';
import { isMaxRejected, type MaxRejected } from './reject-budget.ts';

/** Lanes of a writer. */
export const DEFAULT_CONCURRENCY = 10;
/** Deadline of a request. */
export const DEFAULT_TIMEOUT_MS = 30_000;

/** What a variable may give, and so may be undefined: that is a mistake of the user's, which is reported. */
export const CREDENTIAL_SHAPE = {
  /** Site id of the workspace: Settings > API credentials > Track API. A variable that is not set is `CIO_OPTIONS`. */
  siteId: credential('CUSTOMERIO_SITE_ID').register(FLAG, {
    flag: '--site-id <id>',
    doc: 'site id of the workspace: Settings > API credentials > Track API',
    env: 'CUSTOMERIO_SITE_ID',
    unchecked: true,
  }),
  /** Track API key that belongs to the site id. */
  apiKey: credential('CUSTOMERIO_API_KEY').register(FLAG, {
    flag: '--api-key <key>',
    doc: 'Track API key; better set the variable, as other users of the machine see flags in `ps`',
    env: 'CUSTOMERIO_API_KEY',
    unchecked: true,
  }),
};

/** The options that are not credentials. */
export const TRACK_WRITER_SHAPE = {
  /** `us`, `eu`, or `auto` (default): asked of the region endpoint before the first batch. */
  region: z
    .enum(['us', 'eu', 'auto'], "must be 'us', 'eu' or 'auto'")
    .default('auto')
    .register(FLAG, { flag: '--region <region>', doc: 'region of the workspace; auto asks the API', env: 'CUSTOMERIO_REGION' }),
  /** Another address of the Track API, for example the sandbox's. Then `region` is not used. */
  baseUrl: z.string('must be text').refine(isAddress, ADDRESS_RULE).optional().register(FLAG, {
    flag: '--base-url <url>',
    doc: "another address of the API, such as the sandbox's; --region is then ignored",
    env: 'CUSTOMERIO_BASE_URL',
    secret: true,
  }),
  /**
   * Where rejections go: a `rejectWriter()`, `collectRejects()`, or any other Writable in object mode; ended with the writer.
   * A checkpoint waits for its `flush()`, or, if it has none, until its writes have called back. Without `rejects` the first
   * rejection fails the writer.
   */
  rejects: z.custom<RejectSink>((value) => rejectSinkFlaw(value) === undefined, { error: ({ input }) => rejectSinkFlaw(input) }).optional(),
  /** Lanes, and so requests in flight at once. Default 10. */
  concurrency: count(1)
    .max(1_000)
    .default(DEFAULT_CONCURRENCY)
    .register(FLAG, { flag: '--concurrency <n>', doc: 'requests in flight at once' }),
  /** Requests in any rolling second. Default 100. */
  requestsPerSecond: z
    .number()
    .positive()
    .max(1_000_000)
    .default(DEFAULT_REQUESTS_PER_SECOND)
    .register(FLAG, { flag: '--rate <n>', doc: 'maximum requests in any second' }),
  /**
   * The Redis by which all writers for one workspace share `requestsPerSecond`: `redis://[user:password@]host[:port][/db]`,
   * `rediss://` for TLS, the path of a Unix socket, or a list of addresses of one cluster. The smallest `requestsPerSecond` of those
   * that run counts for all. While Redis is away each sends at its share of it, and never more. Needs the package `ioredis`. Default: the
   * rate is this writer's own. What waiting does not mend, such as a wrong password, is `CIO_OPTIONS`.
   */
  redis: redisOption,
  /** How many writers share the rate, for when Redis can't be asked at the start. Default: then each takes a tenth. */
  processes: count(1).optional().register(FLAG, {
    flag: '--processes <n>',
    doc: 'with --redis: how many processes share the rate, in case Redis is unreachable at the start',
    standard: 'in that case each takes a tenth of the rate',
  }),
  /** Largest request body. Default and maximum 500,000. */
  maxBatchBytes: count(100).max(MAX_BATCH_BYTES).default(MAX_BATCH_BYTES),
  /** How long an entry may wait for others to fill its batch. Default 1,000. */
  lingerMs: count(0).default(1_000).register(FLAG, { flag: '--linger-ms <time>', doc: 'how long to wait for a batch to fill' }),
  /** Deadline of one request. Default 30,000. */
  timeoutMs: count(1).default(DEFAULT_TIMEOUT_MS).register(FLAG, { flag: '--timeout-ms <time>', doc: 'timeout of one request' }),
  /** How long to try again after transient faults. Default 300,000. */
  giveUpMs: giveUpOption,
  /** Then: `stop` (default) fails the writer, and a re-run resumes; `reject` rejects the entries as `undeliverable`. */
  onGiveUp: z.enum(['stop', 'reject'], "must be 'stop' or 'reject'").default('stop').register(FLAG, {
    flag: '--on-give-up <what>',
    doc: 'what to do after that: stop, so that the next run can resume, or reject the rows and continue',
  }),
  /**
   * How many rejections the run accepts: a number of rows, or a share of the rows read such as `'5%'` (compared after 1,000
   * rows, and at the end). With more, what was read is delivered or rejected, and the stream fails with
   * `CIO_TOO_MANY_REJECTED`. Default: no limit, but an input whose first 1,000 rows are all malformed; `Infinity` or
   * `'100%'` reads on even then.
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
   * Gets the position of each checkpoint, in order, when all before it is delivered, skipped or stored as rejected. The
   * next one waits for its promise.
   */
  onCheckpoint: fn<(position: unknown) => void | Promise<void>>().optional(),
  /** Stops at once: requests in flight are given up, and their entries count as not delivered. */
  signal: signalOption,
  /** Does all but send. Default false. */
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
  sentAt: z.array(z.number()).readonly().default([]),
  /** Hears the body of each request that a dry run would send. */
  onDryBody: fn<(body: Buffer) => void>().optional(),
});

/** Site id and key as they come from variables. */
export type Credentials = { [K in keyof typeof CREDENTIAL_SHAPE]: string | undefined };

/** Options of `trackWriter`. */
export interface TrackWriterOptions extends Credentials, Given<typeof TRACK_WRITER_SHAPE> {}

/** Options with their defaults. */
export type TrackWriterSettings = z.output<typeof TRACK_WRITER_OPTIONS>;

/** White space around it is taken off: a file or a paste leaves some. */
function credential(variable: string): z.ZodString {
  const missing = `is missing: set it, for example from process.env.${variable}`;
  return z
    .string({ error: ({ input }) => (input === undefined || input === null ? missing : 'must be text') })
    .trim()
    .min(1, `is empty: is ${variable} set?`)
    .refine(isCredential, CREDENTIAL_RULE);
}
