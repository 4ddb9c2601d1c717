/** Whether Redis can share the rate and remember what was delivered, asked before a run. Nothing is left behind. */

import type { Cluster, Redis } from 'ioredis';
import { z } from 'zod';
import { type Given, readOptions, signalOption } from '../options.ts';
import { redisUrls } from '../redis/address.ts';
import { openRedis, type RedisConnection } from '../redis/connect.ts';
import { redisKeyPrefix } from '../redis/keys.ts';
import { processesThatShare } from '../write/shared/redis-slots.ts';
import { type RedisNode, redisNode, redisWarnings } from './redis-node.ts';

/** What checkRedis() takes. */
export const CHECK_REDIS_SHAPE = {
  /**
   * `redis://[user:password@]host[:port][/db]`, `rediss://` for TLS, the path of a Unix socket, or several addresses of one
   * cluster.
   */
  redis: redisUrls,
  /** Site id of the workspace, to count the processes that share its rate. Default: they are not counted. */
  siteId: z.string('must be text').optional(),
  /** Stops the check. */
  signal: signalOption,
};

const OPTIONS = z.strictObject(CHECK_REDIS_SHAPE);

/**
 * Options of {@link checkRedis}.
 *
 * @category Checks
 */
export interface CheckRedisOptions extends Given<typeof CHECK_REDIS_SHAPE> {}

/**
 * What {@link checkRedis} has found.
 *
 * @category Checks
 */
export interface RedisReport {
  /** `host:port`, without the password. */
  readonly place: string;
  /** Version of the server. */
  readonly version: string;
  /** True if it is a cluster. */
  readonly isCluster: boolean;
  /** How long one command takes there and back, in milliseconds. */
  readonly roundTripMs: number;
  /** Processes that share the rate of the workspace now; undefined without a site id. */
  readonly processes: number | undefined;
  /** What you should know before a run, in sentences. */
  readonly warnings: readonly string[];
}

/** How long a Redis that is away is waited for. */
const READY_MS = 5_000;
/** Of a site that nobody has: where rights are tried without a site id. */
const NOBODY = 'check';

/** What sharing does: a script with the time of Redis, that writes a key of ours. */
const SCRIPT = `redis.call('SET', KEYS[1], '1', 'PX', 1000) redis.call('DEL', KEYS[1]) return redis.call('TIME')[1]`;

/**
 * Checks before a run that Redis can share the rate and remember what was delivered: it does once what a run does (a script, its
 * time, a key of ours), and leaves nothing behind.
 *
 * @throws {@link CioError} `CIO_OPTIONS` for a fault that does not pass by itself, such as a wrong password, a replica, or a missing permission;
 * `CIO_NETWORK` if Redis does not answer
 * @example
 * ```ts
 * import { checkRedis } from 'customerio-streams';
 *
 * const { version, roundTripMs, warnings } = await checkRedis({ redis: 'redis://localhost:6379' });
 * console.log(version, roundTripMs);
 * for (const warning of warnings) console.warn(warning);
 * ```
 *
 * @category Checks
 */
export async function checkRedis(options: CheckRedisOptions): Promise<RedisReport> {
  const { redis: urls, siteId, signal } = readOptions('checkRedis', OPTIONS, options);
  const redis = await openRedis(urls);
  try {
    await redis.whenReady(READY_MS, signal);
    const { version, isCluster, roundTripMs } = await redis.facts();
    const prefix = redisKeyPrefix(siteId ?? NOBODY);
    await asked(redis, () => redis.client.eval(SCRIPT, 1, `${prefix}:check`));
    const processes = siteId === undefined ? undefined : await asked(redis, () => processesThatShare(redis.client, prefix));
    const nodes = await asked(redis, () => nodesOf(redis.client));
    return { place: redis.place, version, isCluster, roundTripMs, processes, warnings: redisWarnings(version, isCluster, nodes) };
  } finally {
    redis.close();
  }
}

/** All that take writes. */
async function nodesOf(client: Redis | Cluster): Promise<RedisNode[]> {
  const each = client.isCluster ? (client as Cluster).nodes('master') : [client as Redis];
  return await Promise.all(each.map(async (node) => redisNode(`${node.options.host}:${node.options.port}`, await node.info())));
}

async function asked<T>(redis: RedisConnection, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw redis.errorOf(error);
  }
}
