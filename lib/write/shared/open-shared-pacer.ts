/** Connects to Redis, and opens the pacer that shares the rate of a workspace by it. */
import type { Clock } from '../../clock.ts';
import { CioError } from '../../errors.ts';
import { openRedis } from '../../redis/connect.ts';
import { redisKeyPrefix } from '../../redis/keys.ts';
import { RedisSlots } from './redis-slots.ts';
import { SharedPacer } from './shared-pacer.ts';
import { standingTimes } from './standing.ts';

/** What is shared, and where. */
export interface SharedRate {
  readonly redis: string | readonly string[];
  readonly siteId: string;
  readonly requestsPerSecond: number;
  readonly clock: Clock;
  readonly processes?: number | undefined;
}

/** Throws `CIO_OPTIONS` for what waiting does not mend. Without Redis it begins when the grace is over. */
export async function openSharedPacer(shared: SharedRate, signal: AbortSignal): Promise<SharedPacer> {
  const { redis: urls, siteId, requestsPerSecond, clock, processes } = shared;
  const lostAt = clock.now();
  const redis = await openRedis(urls, clock);
  try {
    await redis.whenReady(standingTimes(requestsPerSecond).graceMs, signal);
  } catch (error) {
    if (!(error instanceof CioError) || error.code !== 'CIO_NETWORK') {
      redis.close();
      throw error;
    }
  }
  return SharedPacer.open(new RedisSlots(redis, redisKeyPrefix(siteId)), { requestsPerSecond, clock, processes, lostAt });
}
