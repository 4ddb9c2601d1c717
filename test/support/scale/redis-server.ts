/** A real Redis for one test, or a cluster of them, from the program that CIO_REDIS_SERVER names. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Redis } from 'ioredis';
import { ask, freePort, type ServerProcess, startServer } from './server-process.ts';

/** A server. `url` holds the password, if there is one. */
export interface RedisServer extends ServerProcess {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
}

const SLOTS = 16_384;
const POLL_MS = 50;

/**
 * Starts a server that ends with the test. `settings` are those of redis.conf: `requirepass`, `maxmemory`, `appendonly: 'yes'`
 * (else it is empty after `kill()` and `start()`).
 */
export async function startRedis(t: TestContext, settings: Readonly<Record<string, string>> = {}): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'cio-redis-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const port = await freePort();
  const all = { bind: '127.0.0.1', port: `${port}`, dir: folder, save: '', appendonly: 'no', ...settings };
  const flags = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]);
  const answers = async (): Promise<boolean> => {
    const answer = String(await ask(port, Buffer.from('PING\r\n')));
    return answer.startsWith('+PONG') || answer.startsWith('-NOAUTH');
  };
  const server = await startServer(t, [String(process.env.CIO_REDIS_SERVER), ...flags], folder, answers);
  const password = settings.requirepass === undefined ? '' : `:${encodeURIComponent(settings.requirepass)}@`;
  return { ...server, url: `redis://${password}127.0.0.1:${port}`, port, folder };
}

/** Starts as many servers as one cluster, which share all slots. */
export async function startRedisCluster(t: TestContext, nodes: number): Promise<readonly RedisServer[]> {
  // A node that is alone does not know its own address, and clients would be told of none.
  const settings = { 'cluster-enabled': 'yes', 'cluster-announce-ip': '127.0.0.1', 'cluster-node-timeout': '1000' };
  // The default, 10,000 above the other port, is among those that the system gives to clients.
  const buses = await Promise.all(Array.from({ length: nodes }, freePort));
  const servers = await Promise.all(buses.map((bus) => startRedis(t, { ...settings, 'cluster-port': `${bus}` })));
  const clients = servers.map(({ port }) => new Redis({ host: '127.0.0.1', port }));
  const [first] = servers;
  try {
    for (const [node, client] of clients.entries()) {
      const [from, to] = [node, node + 1].map((edge) => Math.floor((edge * SLOTS) / nodes)) as [number, number];
      await client.call('CLUSTER', 'ADDSLOTSRANGE', from, to - 1);
      if (node > 0) await client.call('CLUSTER', 'MEET', '127.0.0.1', String(first?.port), String(buses[0]));
    }
    for (const client of clients) await isWhole(client, nodes);
  } finally {
    for (const client of clients) client.disconnect();
  }
  return servers;
}

/** Waits until a node knows all others, and who has which slots. */
async function isWhole(client: Redis, nodes: number): Promise<void> {
  const complete = ['cluster_state:ok', `cluster_slots_ok:${SLOTS}`, `cluster_known_nodes:${nodes}`];
  for (;;) {
    const info = String(await client.call('CLUSTER', 'INFO'));
    if (complete.every((line) => info.includes(line))) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
