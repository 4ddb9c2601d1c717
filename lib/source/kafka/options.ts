/** The options of kafka(), and how a command line gives them. */
import { z } from 'zod';
import { clockOption, count, FLAG, fn, type Given } from '../../options.ts';
import { SOURCE_SHAPE } from '../options.ts';
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
    doc: `kafka://: who may read: ${MECHANISMS.map((each) => each.toLowerCase()).join(', ')}`,
    read: (text) => text.toUpperCase(),
  }),
  username: secret.optional(),
  password: secret.optional(),
  /** Of OAUTHBEARER. */
  token: secret.optional(),
};

/** Credentials of Kafka: texts, or functions that are asked at each connection, for secrets that change. */
export interface KafkaSasl extends Given<typeof SASL_SHAPE> {}

/** What kafka() takes. */
export const KAFKA_SHAPE = {
  /** Brokers to begin with, as `host:port`; they name the others. */
  brokers: names,
  /** The topic, or several. Each must exist. */
  topics: names,
  /** The consumer group: it remembers what was read, and its members share the partitions. */
  groupId: name,
  /**
   * Where a partition is read from of which the group has committed nothing, or only what the broker has deleted: its earliest
   * message (default), only what comes from now on (`latest`), or not at all (`fail`, an error).
   */
  from: z.enum(['earliest', 'latest', 'fail'], "must be 'earliest', 'latest' or 'fail'").default('earliest').register(FLAG, {
    flag: '--from <place>',
    doc: 'kafka://: where to begin what the group has never read: earliest, latest or fail',
  }),
  /**
   * `end`: reads what the topics hold at the start, and ends. Each member of a group ends when it has read its own partitions: what a
   * member leaves behind that fails is for the next run. Default: until it is stopped.
   */
  until: z.enum(['end'], "must be 'end'").optional().register(FLAG, {
    flag: '--until <end>',
    doc: 'kafka://: read what is there now, and end',
    standard: 'until it is stopped',
  }),
  /**
   * About how much one fetch may bring, from each broker that leads partitions. So many bytes are being read while as many wait: memory
   * for messages is about twice this for each leader, times what compression saves. A message, or a compressed batch, that is larger
   * comes whole. Default 2 MB.
   */
  maxBytes: count(1).max(1_000_000_000).default(2_000_000).register(FLAG, {
    flag: '--kafka-max-bytes <size>',
    doc: 'kafka://: about how much one fetch may bring; memory is about twice that for each broker',
  }),
  /** How long a broker may wait for messages before it answers that there are none. Default 500. */
  maxWaitMs: count(1).max(5_000).default(500),
  /**
   * After so long without a heartbeat the group gives the partitions to others. A shorter time finds a killed process sooner; brokers
   * refuse less than 6,000 unless they are set up otherwise. The event loop must not be blocked for so long. Default 10,000.
   */
  sessionTimeoutMs: count(100).default(10_000).register(FLAG, {
    flag: '--kafka-session-ms <time>',
    doc: 'kafka://: after so long without a heartbeat others take over the partitions',
  }),
  /** Time between heartbeats: at most half of the session. Default: a twelfth of it, at most 1,000: the others learn by theirs that one is gone. */
  heartbeatMs: count(10).optional(),
  /** At the end: how long to wait while nothing more of what was read is done with, before the group is left. Default 20,000. */
  settleMs: count(0).default(20_000).register(FLAG, {
    flag: '--settle-ms <time>',
    doc: 'kafka://: at a stop, how long to wait for rows in flight if none is done with',
  }),
  /** Puts a checkpoint after so many messages; when it is released, offsets are committed. Default 50,000. */
  checkpointEveryRecords: count(1).default(50_000),
  /**
   * The same so many milliseconds after the first message behind the last checkpoint. Rejected rows are stored at each, so a shorter
   * time makes more objects of them. Default 10,000.
   */
  checkpointEveryMs: count(1).default(10_000),
  /** Reads what the group would read, without joining it: none of its processes notices, and nothing is committed. Default false. */
  dryRun: z.boolean('must be true or false').default(false),
  ...MESSAGE_SHAPE,
  /** TLS: true, or the options of `tls.connect()`. Default: none. */
  tls: z
    .union([z.boolean(), z.record(z.string(), z.unknown())], 'must be true, false, or the options of tls.connect()')
    .optional()
    .register(FLAG, {
      flag: '--kafka-tls',
      doc: 'kafka://: connect by TLS',
      on: true,
    }),
  /**
   * Who asks: `{ mechanism, username, password }` with `PLAIN`, `SCRAM-SHA-256` or `SCRAM-SHA-512`, or `{ mechanism: 'OAUTHBEARER',
   * token }`. Each secret is a text, or a function that gives it at each connection. Default: nobody.
   */
  sasl: z.strictObject(SASL_SHAPE, 'must be an object').optional(),
  /** What brokers call this client in their logs. Default `customerio-streams`. */
  clientId: name.default('customerio-streams'),
  /**
   * Static membership: a process that restarts within the session with the same name gets its partitions back, and nobody else
   * notices. Each process needs its own: the older of two with one name fails with `CIO_SOURCE`. Default: none.
   */
  groupInstanceId: name.optional().register(FLAG, {
    flag: '--kafka-instance-id <name>',
    doc: 'kafka://: a name of its own for this process, which keeps its partitions over a quick restart',
  }),
  stream: SOURCE_SHAPE.stream,
  namespace: SOURCE_SHAPE.namespace,
  maxRecordBytes: SOURCE_SHAPE.maxRecordBytes,
};

/** The closed schema of kafka(). */
export const KAFKA_OPTIONS = z.strictObject({ ...KAFKA_SHAPE, clock: clockOption }).superRefine((options, context) => {
  const { heartbeatMs = 0, sessionTimeoutMs } = options;
  if (2 * heartbeatMs <= sessionTimeoutMs) return;
  context.addIssue({ code: 'custom', path: ['heartbeatMs'], message: 'must be at most half of sessionTimeoutMs' });
});

/** What it gives. */
export type KafkaSettings = z.output<typeof KAFKA_OPTIONS>;

/** Options of {@link kafka}. */
export interface KafkaOptions extends Given<typeof KAFKA_SHAPE> {}
