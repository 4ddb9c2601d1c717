/** redisStore() on a real Redis: the contract of all stores, several processes at once, and what Redis can do to it. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Redis } from 'ioredis';
import type { SharedStore, Store } from '../../../lib/dedupe/store.ts';
import { type RedisStoreOptions, redisStore } from '../../../lib/index.ts';
import { storeContract } from '../../support/contract/store-contract.ts';
import { isMissing } from '../../support/scale/needs.ts';
import { startRedis, startRedisCluster } from '../../support/scale/redis-server.ts';
import { subjectOf } from '../../support/subject.ts';

const givens = new WeakMap<Store, RedisStoreOptions>();
function storeAt(given: RedisStoreOptions): SharedStore {
  const store = redisStore(given) as SharedStore;
  givens.set(store, given);
  return store;
}
const again = (store: Store): Store => storeAt(givens.get(store) as RedisStoreOptions);

const urls = new WeakMap<TestContext, Promise<string | string[]>>();
let workspaces = 0;

/** A store of a fresh workspace, on a server for each test. */
async function make(t: TestContext, start: () => Promise<string | string[]>): Promise<Store> {
  const url = urls.get(t) ?? start();
  urls.set(t, url);
  return storeAt({ url: await url, workspace: `site-${++workspaces}` });
}

if (process.env.CIO_REDIS_SERVER) {
  storeContract({ name: 'redis', make: (t) => make(t, async () => (await startRedis(t)).url), again });
  storeContract({
    name: 'redis cluster',
    make: (t) => make(t, async () => (await startRedisCluster(t, 3)).map(({ url }) => url)),
    again,
  });
}

/** A server, and what opens stores of one workspace there. */
async function rig(t: TestContext, settings?: Readonly<Record<string, string>>) {
  const server = await startRedis(t, settings);
  // It is asked only while the server is there.
  const client = new Redis(server.url).on('error', () => {});
  t.after(() => client.disconnect());
  const warnings: string[] = [];
  const open = async (more: Partial<RedisStoreOptions> = {}): Promise<SharedStore> => {
    const onWarning = (text: string): void => void warnings.push(text);
    const store = storeAt({ url: server.url, workspace: 'site', giveUpMs: 20_000, onWarning, ...more });
    t.after(() => store.close());
    await store.open();
    return store;
  };
  return { server, client, warnings, open };
}

const person = (value: bigint | undefined, key = 1n) => subjectOf(key, value);
/** Commits a value that was claimed. */
const changeOf = (key: bigint, value: bigint, claim: number) => {
  const { keyFirst, keySecond, valueFirst, valueSecond } = person(value, key);
  return { size: 1, halves: Int32Array.of(keyFirst, keySecond, valueFirst, valueSecond), claims: Int32Array.of(claim) };
};

test('redis: a value is kept where the claim stands; a claim behind the back of another pipeline leaves no value', async (t) => {
  if (isMissing(t, 'redis')) return;
  const { open } = await rig(t);
  const [a, b] = [await open(), await open()];
  const [one, other] = [a.claims(), b.claims()];
  const first = await one.claim([person(5n), person(7n, 2n)]);
  assert.deepEqual([...first.before], [0, 0]);
  await one.settle(changeOf(1n, 5n, first.numbers[0] as number));
  assert.equal(await b.get(1n), 5n);
  assert.deepEqual([...(await other.claim([person(5n)])).before], [1], 'the same value is no claim');
  assert.equal(await a.get(1n), 5n);

  const taken = await other.claim([person(8n, 2n)]);
  assert.deepEqual([...taken.before], [0], 'what another claims is not mine');
  await one.settle(changeOf(2n, 7n, first.numbers[1] as number));
  assert.equal(await a.get(2n), undefined, 'the late one finds another claim');
  await other.settle(changeOf(2n, 8n, taken.numbers[0] as number));
  assert.equal(await a.get(2n), undefined, 'what the first has sent may arrive later');

  const forgotten = await one.claim([person(6n)]);
  assert.equal(await b.get(1n), undefined, 'a claim forgets the value');
  assert.deepEqual([...(await one.claim([person(6n)])).before], [forgotten.numbers[0]]);
  await one.settle(changeOf(1n, 6n, forgotten.numbers[0] as number));
  assert.equal(await b.get(1n), undefined, 'there is a newer claim');
});

test('redis: a restart of some seconds is waited out; what it has lost or brings back from earlier is not trusted', async (t) => {
  if (isMissing(t, 'redis')) return;
  const { server, client, warnings, open } = await rig(t);
  const store = await open();
  await store.commit(new Map([[1n, 10n]]));
  await client.save();
  await store.commit(
    new Map([
      [1n, 11n],
      [2n, 20n],
    ]),
  );
  await server.kill();
  const asked = [store.get(1n), store.get(2n)];
  const committed = store.commit(new Map([[3n, 30n]]));
  await server.start();
  assert.deepEqual(await Promise.all(asked), [undefined, undefined], 'Redis has brought back 10 for the first');
  await committed;
  assert.equal(await store.get(3n), undefined, 'what others had claimed is lost as well: for some time nothing is certain');
  assert.match(warnings.join(), /was restarted/);
  assert.equal(warnings.length, 1);
  // Who comes later knows that, too.
  const second = await open();
  assert.equal(await second.get(1n), undefined);
  await client.hset((await client.keys('cio:{*}:dedupe'))[0] as string, 'unsure', '1');
  await store.commit(new Map([[4n, 40n]]));
  assert.equal(await second.get(4n), 40n);
});

test('redis: a hung server is waited for, a dead one only so long', async (t) => {
  if (isMissing(t, 'redis')) return;
  const { server, open } = await rig(t);
  const [store, hasty] = [await open(), await open({ giveUpMs: 800 })];
  server.freeze();
  const committed = store.commit(new Map([[1n, 10n]]));
  await assert.rejects(hasty.commit(new Map([[2n, 10n]])), {
    code: 'CIO_STATE',
    message: /Redis at 127\.0\.0\.1:\d+ does not answer in time/,
  });
  server.thaw();
  await committed;
  assert.equal(await store.get(1n), 10n);
  await server.kill();
  await assert.rejects(async () => hasty.get(2n), { code: 'CIO_STATE' });
  const late = redisStore({ url: server.url, workspace: 'site', giveUpMs: 300 });
  await assert.rejects(late.open(), { code: 'CIO_STATE', message: /can't be opened: Redis at 127\.0\.0\.1:\d+/ });
  await late.close();
});

test('redis: a full server fails the commit and the claim, in words; a policy that throws keys away is said once', async (t) => {
  if (isMissing(t, 'redis')) return;
  const { client, warnings, open } = await rig(t);
  const store = await open();
  assert.deepEqual(warnings, []);
  await store.commit(new Map([[1n, 10n]]));
  const used = /used_memory:(\d+)/.exec(await client.info('memory'))?.[1];
  await client.config('SET', 'maxmemory', String(Number(used) - 100_000));
  const full = { code: 'CIO_STATE', message: /has no memory left \(maxmemory\)/ };
  await assert.rejects(store.commit(new Map([[1n, 11n]])), full);
  await assert.rejects(store.claims().claim([person(5n)]), full);
  assert.equal(await store.get(1n), 10n);
  await client.config('SET', 'maxmemory', '100mb', 'maxmemory-policy', 'allkeys-lru');
  const second = await open();
  await second.commit(new Map([[1n, 12n]]));
  assert.equal(warnings.length, 1);
  assert.match(String(warnings), /allkeys-lru.*noeviction/);
});

test('redis: a key that was not sent for longer than it is to be kept is unknown, and is removed; no key is as large as its hash in plain', async (t) => {
  if (isMissing(t, 'redis')) return;
  const { client, open } = await rig(t);
  const store = await open({ expireAfterDays: 30 });
  await store.commit(new Map([[1n, 10n]]));
  const [bucket] = (await client.keys('*:dedupe:*')) as [string];
  const today = Math.floor(Date.now() / 86_400_000);
  const at = async (day: number): Promise<void> => {
    const names = (await client.hkeysBuffer(bucket)).filter(({ length }) => length > 0);
    for (const name of names) {
      const entry = (await client.hgetBuffer(bucket, name)) as Buffer;
      entry.writeUInt16BE(day, entry.length - 2);
      await client.hset(bucket, name, entry);
    }
    await client.hset(bucket, '', Buffer.from([0, 0]));
  };
  await at(today - 30);
  assert.equal(await store.get(1n), 10n);
  await at(today - 31);
  assert.equal(await store.get(1n), undefined);
  // The same bucket: the lower two bytes choose it.
  await store.commit(new Map([[1n + 2n ** 40n, 11n]]));
  assert.equal(await client.hlen(bucket), 2, 'the new one, and when it was swept');
  assert.equal(await client.ttl(bucket), 32 * 86_400);
  assert.equal(await (await open()).get(1n + 2n ** 40n), 11n);
});

test('redis: workspaces and their pipelines know nothing of each other; what is no Redis, or has another password, is said', async (t) => {
  if (isMissing(t, 'redis')) return;
  const { server, open } = await rig(t, { requirepass: 'geheim' });
  const [store, other] = [await open(), await open({ workspace: 'another' })];
  await store.commit(new Map([[1n, 10n]]));
  assert.equal(await other.get(1n), undefined);
  const wrong = redisStore({ url: server.url.replace('geheim', 'falsch'), workspace: 'site' });
  await assert.rejects(wrong.open(), (error: Error) => {
    assert.match(String(error), /refuses the user and password/);
    assert.doesNotMatch(String(error), /falsch/);
    return true;
  });
  assert.throws(() => redisStore({ url: server.url } as RedisStoreOptions), { code: 'CIO_OPTIONS', message: /workspace/ });
});
