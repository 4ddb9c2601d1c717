/** What a server of Redis says of itself, and what of it should be known before a run. */

/** One server that takes writes. */
export interface RedisNode {
  readonly place: string;
  /** Bytes that it may use; 0 is no limit. */
  readonly maxMemory: number;
  /** What it does at that limit. */
  readonly policy: string | undefined;
  /** It has only some of the keys. */
  readonly isInCluster: boolean;
}

const LEAST_VERSION = 7;

/** Reads the answer to INFO. */
export function redisNode(place: string, info: string): RedisNode {
  const value = (name: string): string | undefined => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  return {
    place,
    maxMemory: Number(value('maxmemory') ?? 0),
    policy: value('maxmemory_policy'),
    isInCluster: value('cluster_enabled') === '1',
  };
}

/** In sentences. */
export function redisWarnings(version: string, isCluster: boolean, nodes: readonly RedisNode[]): string[] {
  const old = Number.parseInt(version, 10) < LEAST_VERSION;
  const evicting = nodes.filter(({ maxMemory, policy }) => maxMemory > 0 && policy !== undefined && policy !== 'noeviction');
  return [
    ...(old ? [`Redis ${version} is older than ${LEAST_VERSION}, the oldest that is tested`] : []),
    ...nodes
      .filter(({ isInCluster }) => isInCluster && !isCluster)
      .map(({ place }) => `Redis at ${place} is a node of a cluster: give the addresses of several nodes; one address twice is enough`),
    ...evicting.map(
      ({ place, policy }) =>
        `Redis at ${place} evicts keys when its memory is full (maxmemory-policy ${policy}): rows that dedupe no longer knows are sent again. Set it to noeviction`,
    ),
  ];
}
