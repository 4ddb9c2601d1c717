/**
 * What redisStore() costs by itself: microseconds a key of this process and of Redis, and bytes a key in Redis. Not one of the benches of
 * `npm run bench`, as it needs a Redis that may be filled: node dist/bench/redis-store.js redis://127.0.0.1:6379 1000000
 */
import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { ChangeList } from '../lib/dedupe/change-list.ts';
import type { Halves, SharedStore } from '../lib/dedupe/store.ts';
import { redisStore } from '../lib/index.ts';
import { redisKeyPrefix } from '../lib/redis/keys.ts';

const [url = 'redis://127.0.0.1:6379', count = '1000000'] = process.argv.slice(2);
const keys = Number(count);
const PER_QUESTION = 1_000;

const client = new Redis(url);
const workspace = randomBytes(8).toString('hex');
const store = redisStore({ url, workspace }) as SharedStore;
await store.open();
const claims = store.claims();
const numbers = new Int32Array(keys);
const hashes = new Int32Array(randomBytes(16 * keys).buffer);

async function numberIn(section: string, name: string): Promise<number> {
  return Number(new RegExp(`${name}:([\\d.]+)`).exec(String(await client.info(section)))?.[1]);
}
const redisSeconds = async (): Promise<number> => (await numberIn('cpu', 'used_cpu_user')) + (await numberIn('cpu', 'used_cpu_sys'));
const usedBytes = (): Promise<number> => numberIn('memory', 'used_memory');

/** Some keys; `plan` makes other values. */
function wanted(from: number, plan: number): Halves[] {
  return Array.from({ length: PER_QUESTION }, (_, i) => {
    const at = 4 * (from + i);
    const [keyFirst = 0, keySecond = 0, valueFirst = 0, valueSecond = 0] = hashes.subarray(at, at + 4);
    return { keyFirst, keySecond, hasValue: true, valueFirst: valueFirst ^ plan, valueSecond };
  });
}

async function claim(plan: number): Promise<void> {
  for (let from = 0; from < keys; from += PER_QUESTION) numbers.set((await claims.claim(wanted(from, plan))).numbers, from);
}

async function settle(plan: number): Promise<void> {
  const changes = new ChangeList(keys);
  for (let n = 0; n < keys; n++) {
    const cells = hashes.slice(4 * n, 4 * n + 4);
    cells[2] = (cells[2] as number) ^ plan;
    changes.add(cells, 0, numbers[n]);
  }
  await claims.settle(changes);
}

const empty = await usedBytes();
console.log('what                     us a key here   in Redis   bytes a key');
async function measure(what: string, run: () => Promise<void>): Promise<void> {
  const [here, there] = [process.cpuUsage(), await redisSeconds()];
  await run();
  const { user, system } = process.cpuUsage(here);
  const own = ((user + system) / keys).toFixed(2);
  const other = (((await redisSeconds()) - there) * (1_000_000 / keys)).toFixed(2);
  const bytes = (((await usedBytes()) - empty) / keys).toFixed(1);
  console.log(`${what.padEnd(24)} ${own.padStart(13)} ${other.padStart(10)} ${bytes.padStart(13)}`);
}
await measure('claim, all new', () => claim(0));
await measure('settle', () => settle(0));
await measure('claim, all the same', () => claim(0));
await measure('claim, all changed', () => claim(1));
await measure('settle', () => settle(1));
// Of this workspace: its name is new.
const names = await client.keys(`${redisKeyPrefix(workspace)}:*`);
for (let at = 0; at < names.length; at += PER_QUESTION) await client.unlink(...names.slice(at, at + PER_QUESTION));
await store.close();
client.disconnect();
