/** Real servers for a bench, which end with it; and what Redis has done meanwhile. */
import type { TestContext } from 'node:test';
import { Redis } from 'ioredis';
import { type RedisServer, startRedis } from '../../test/support/scale/redis-server.ts';

/** What Redis has done since it started. */
export interface RedisUse {
  /** Scripts that clients have asked for. */
  readonly questions: number;
  /** Commands, those of the scripts included. */
  readonly commands: number;
  readonly cpuSeconds: number;
  readonly clients: number;
  readonly memoryBytes: number;
}

/** A Redis that is looked at. */
export interface SeenRedis extends RedisServer {
  use(): Promise<RedisUse>;
}

/** Runs `use` with something like the context of a test: what the servers leave to its end is done at the end. */
export async function withServers<T>(use: (t: TestContext) => Promise<T>): Promise<T> {
  const ends: (() => unknown)[] = [];
  try {
    return await use({ after: (end: () => unknown) => void ends.push(end) } as unknown as TestContext);
  } finally {
    // Servers end before their folders go.
    for (const end of ends.reverse()) await end();
  }
}

/** Starts one. */
export async function startSeenRedis(t: TestContext): Promise<SeenRedis> {
  const server = await startRedis(t);
  const client = new Redis(server.url);
  t.after(() => client.disconnect());
  return {
    ...server,
    use: async () => {
      const info = await client.info('everything');
      const read = (pattern: RegExp): number => Number(pattern.exec(info)?.[1] ?? 0);
      return {
        questions: read(/cmdstat_evalsha:calls=(\d+)/) + read(/cmdstat_eval:calls=(\d+)/),
        commands: read(/total_commands_processed:(\d+)/),
        cpuSeconds: read(/used_cpu_sys:([\d.]+)/) + read(/used_cpu_user:([\d.]+)/),
        // Less the one that looks.
        clients: read(/connected_clients:(\d+)/) - 1,
        memoryBytes: read(/used_memory:(\d+)/),
      };
    },
  };
}
