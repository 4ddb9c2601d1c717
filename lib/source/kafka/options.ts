/** The options of kafka(), and how a command line gives them. */
import { z } from 'zod';
import { clockOption, count, FLAG, fn, type Given } from '../../options.ts';
import { SOURCE_SHAPE, type SourceOptions } from '../options.ts';
import { MESSAGE_SHAPE } from './message-options.ts';

/** Names of Kafka hold no white space; one alone is a list of one. */
const NAME = 'must be a name without white space';
const NAMES = `${NAME}, or a list of them`;
const name = z.string(NAME).regex(/^\S+$/u, NAME);
const names = z
  .union([name, z.array(name).min(1, NAMES)], NAMES)
  .transform((given) => [...new Set(typeof given === 'string' ? [given] : given)]);

/** A secret, or what gives it whenever a connection needs it. */
const secret = z.union([z.string(), fn<() => string | Promise<string>>()], 'must be text, or a function that gives it');

const MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'] as const;

/** Options inside `sasl`. */
export const SASL_SHAPE = {
  /** How the client proves to the broker who it is. */
  mechanism: z.enum(MECHANISMS, `must be ${MECHANISMS.slice(0, -1).join(', ')} or ${MECHANISMS.at(-1)}`).register(FLAG, {
    flag: '--kafka-sasl <mechanism>',
    doc: 'kafka://: authentication mechanism',
    read: (text) => text.toUpperCase(),
  }),
  /** User name, for PLAIN and SCRAM. */
  username: secret.optional(),
  /** Password, for PLAIN and SCRAM. */
  password: secret.optional(),
  /** Token, for OAUTHBEARER. */
  token: secret.optional(),
};

/**
 * Credentials for Kafka. Each secret is a text, or a function that is asked for it at each connection, for secrets that change.
 *
 * @category Sources
 */
export interface KafkaSasl extends Given<typeof SASL_SHAPE> {}

/** What kafka() takes. */
export const KAFKA_SHAPE = {
  /** Brokers to start with, as `host:port`; they name the others. */
  brokers: names,
  /** The topic, or several. Each must exist. */
  topics: names,
  /** The consumer group. It remembers what was read, and its members share the partitions. */
  groupId: name,
  /**
   * Where to start reading a partition for which the group has committed nothing, or only an offset that the broker has deleted:
   * `earliest` (default) is the oldest message, `latest` only what comes from now on, `fail` is an error.
   */
  from: z.enum(['earliest', 'latest', 'fail']).default('earliest').register(FLAG, {
    flag: '--from <place>',
    doc: 'kafka://: where to start in partitions that the group has never read',
  }),
  /**
   * `end` reads what the topics hold at the start, and ends. Each member of a group ends when it has read its own partitions; if a
   * member fails, what it leaves is for the next run. Default: runs until it is stopped.
   */
  until: z.enum(['end']).optional().register(FLAG, {
    flag: '--until <end>',
    doc: 'kafka://: end when all that is there now has been read',
    standard: 'run until stopped',
  }),
  /**
   * About how many bytes one fetch may bring from each broker that leads partitions. While that many are read, as many wait: memory
   * for messages is about twice this for each leader, times what compression saves. A larger message, or compressed batch, comes
   * whole. Default 2,000,000.
   */
  maxBytes: count(1).max(1_000_000_000).default(2_000_000).register(FLAG, {
    flag: '--kafka-max-bytes <size>',
    doc: 'kafka://: size of a fetch, about; memory is about twice that for each broker',
  }),
  /** How many milliseconds a broker may wait for messages before it answers that there are none. Default 500. */
  maxWaitMs: count(1).max(5_000).default(500),
  /**
   * After this many milliseconds without a heartbeat, the group gives the partitions to other members. A shorter time finds a
   * killed process sooner; brokers refuse less than 6,000 unless they are configured otherwise. Don't block the event loop for as
   * long. Default 10,000.
   */
  sessionTimeoutMs: count(100).default(10_000).register(FLAG, {
    flag: '--kafka-session-ms <time>',
    doc: 'kafka://: time without a heartbeat after which others take over the partitions',
  }),
  /**
   * Milliseconds between heartbeats, at most half of the session timeout. By heartbeats a member also learns that another one has
   * left. Default: a twelfth of the session timeout, at most 1,000.
   */
  heartbeatMs: count(10).optional(),
  /**
   * At a stop: leave the group once no row has been finished for this many milliseconds, though some are still in flight. Default
   * 20,000.
   */
  settleMs: count(0).default(20_000).register(FLAG, {
    flag: '--settle-ms <time>',
    doc: 'kafka://: how long a stop waits for rows in flight when none of them completes',
  }),
  /** Puts a checkpoint after this many messages; when it is released, offsets are committed. Default 50,000. */
  checkpointEveryRecords: count(1).default(50_000),
  /**
   * Also puts one this many milliseconds after the first message since the last checkpoint. Rejected rows are stored at each
   * checkpoint, so a shorter time makes more and smaller files of them. Default 10,000.
   */
  checkpointEveryMs: count(1).default(10_000),
  /** Reads what the group would read, without joining it: no member notices, and nothing is committed. Default `false`. */
  dryRun: z.boolean().default(false),
  ...MESSAGE_SHAPE,
  /** Connect by TLS: `true`, or the options of `tls.connect()`. Default: no TLS. */
  tls: z
    .union([z.boolean(), z.record(z.string(), z.unknown())], 'must be true, false, or the options of tls.connect()')
    .optional()
    .register(FLAG, {
      flag: '--kafka-tls',
      doc: 'kafka://: connect with TLS',
      on: true,
    }),
  /**
   * Credentials: `{ mechanism, username, password }` with `PLAIN`, `SCRAM-SHA-256` or `SCRAM-SHA-512`, or `{ mechanism:
   * 'OAUTHBEARER', token }`. Each secret is a text, or a function that gives it at each connection. Default: none.
   */
  sasl: (z.strictObject(SASL_SHAPE) as z.ZodType<KafkaSasl, KafkaSasl>).optional(),
  /** The name of this client in the logs of the brokers. Default `customerio-streams`. */
  clientId: name.default('customerio-streams'),
  /**
   * Static membership: a process that restarts within the session with the same name gets its partitions back, without a rebalance.
   * Each process needs a name of its own: of two with one name, the older fails with `CIO_SOURCE`. Default: none.
   */
  groupInstanceId: name.optional().register(FLAG, {
    flag: '--kafka-instance-id <name>',
    doc: 'kafka://: unique name of this process; it keeps its partitions over a quick restart',
  }),
  stream: SOURCE_SHAPE.stream,
  namespace: SOURCE_SHAPE.namespace,
};

/** The closed schema of kafka(). */
export const KAFKA_OPTIONS = z.strictObject({ ...KAFKA_SHAPE, clock: clockOption }).superRefine((options, context) => {
  const { heartbeatMs = 0, sessionTimeoutMs } = options;
  if (2 * heartbeatMs <= sessionTimeoutMs) return;
  context.addIssue({ code: 'custom', path: ['heartbeatMs'], message: 'must be at most half of sessionTimeoutMs' });
});

/** What it gives. */
export type KafkaSettings = z.output<typeof KAFKA_OPTIONS>;

/**
 * Options of {@link kafka}.
 *
 * @category Sources
 */
export interface KafkaOptions
  extends Omit<Given<typeof KAFKA_SHAPE>, keyof typeof MESSAGE_SHAPE | 'stream' | 'namespace'>,
    Given<typeof MESSAGE_SHAPE>,
    Pick<SourceOptions, 'stream' | 'namespace'> {}
