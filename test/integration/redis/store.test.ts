/** redisStore() on a real Redis: the contract of all stores, several processes at once, and what Redis can do to it. */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { SharedStore, Store } from '../../../lib/dedupe/store.ts';
import { dedupe, enforceLimits, ndjson, type RedisStoreOptions, redisStore, trackWriter, validate } from '../../../lib/index.ts';
import { cli, folder, sandboxFor } from '../../support/cli/run-cli.ts';
import { storeContract } from '../../support/contract/store-contract.ts';
import fc from '../../support/fast-check.ts';
import { runs } from '../../support/runs.ts';
import { start as startSandbox } from '../../support/sandbox.ts';
import { isMissing } from '../../support/scale/needs.ts';
import { startRedis, startRedisCluster } from '../../support/scale/redis-server.ts';
import { SharedMemory } from '../../support/shared-memory.ts';
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

test('redis: who may not ask for the policy, or has no answer to that, works without the advice', async (t) => {
  if (isMissing(t, 'redis')) return;
  const { server, client, open, warnings } = await rig(t);
  await client.call('ACL', 'SETUSER', 'limited', 'on', '>pass', '~*', '+@all', '-info', '+info|server');
  const limited = new Redis(`redis://limited:pass@127.0.0.1:${server.port}`).on('error', () => {});
  t.after(() => limited.disconnect());
  await assert.rejects(limited.info('memory'), /NOPERM/);
  const store = await open({ url: `redis://limited:pass@127.0.0.1:${server.port}` });
  await store.commit(new Map([[1n, 2n]]));
  assert.deepEqual([await store.get(1n), warnings], [2n, []]);
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

test('redis: the scripts do what the memory does by which the tests of several processes go', async (t) => {
  if (isMissing(t, 'redis')) return;
  const { open } = await rig(t);
  const step = fc.record({
    what: fc.constantFrom('claim', 'claim', 'settle', 'put', 'read'),
    who: fc.nat(2),
    key: fc.bigInt(0n, 2n),
    value: fc.option(fc.bigInt(1n, 2n), { nil: undefined, freq: 8 }),
    n: fc.nat(3),
  });
  let site = 0;
  const property = fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
    const store = await open({ workspace: `same-${site++}` });
    const memory = new SharedMemory();
    const parts = [0, 1, 2].map(() => [store.claims(), memory.claims()] as const);
    const numbers: number[][] = [[], [], []];
    for (const { what, who, key, value, n } of steps) {
      const [one, other] = parts[who] as (typeof parts)[0];
      const wanted = [person(value, key), person(value, key + 1n)];
      if (what === 'claim') {
        const [said, expected] = [await one.claim(wanted), await other.claim(wanted)];
        assert.deepEqual(said, expected);
        numbers[who]?.unshift(...said.numbers);
      } else if (what === 'settle') {
        const change = changeOf(key, value ?? 3n, numbers[who]?.[n] ?? 9);
        await Promise.all([one.settle(change), other.settle(change)]);
      } else if (what === 'put') await Promise.all([store, memory].map((each) => each.commit(new Map([[key, value]]))));
      assert.deepEqual(await store.getMany([0n, 1n, 2n, 3n]), await memory.getMany([0n, 1n, 2n, 3n]));
    }
    await store.close();
  });
  await fc.assert(property, { numRuns: runs(400) });
});

test('redis: whoever was unsure once does not trust what it remembers, also when the doubt has passed', async (t) => {
  if (isMissing(t, 'redis')) return;
  const { client, open } = await rig(t);
  const store = await open();
  const [one, other] = [store.claims(), store.claims()];
  await one.claim([person(5n)]);
  await other.claim([person(6n)]);
  const [bucket] = (await client.keys('*:dedupe:*')) as [string];
  const [name] = (await client.hkeysBuffer(bucket)) as [Buffer];
  const entry = (await client.hgetBuffer(bucket, name)) as Buffer;
  assert.ok(entry.readUInt32BE(12) > Date.now() / 1_000 + 800);
  entry.writeUInt32BE(1, 12);
  await client.hset(bucket, name, entry);
  const again = await other.claim([person(6n)]);
  assert.deepEqual([...again.before], [0]);
  await other.settle(changeOf(1n, 6n, again.numbers[0] as number));
  assert.equal(await store.get(1n), 6n, 'but what is sent from then on is certain');
});

test('redis: dedupe() with it: a restart in the middle of a run costs repeats, no row; the next run skips what is known', async (t) => {
  if (isMissing(t, 'redis')) return;
  const { server, open } = await rig(t);
  const sandbox = await startSandbox(t);
  const run = async (restart: boolean) => {
    const store = await open();
    const rows = async function* () {
      for (let n = 0; n < 3_000; n++) {
        if (restart && n === 1_500) {
          while (writer.summary.skipped.total < 1_000) await sleep(10);
          await server.kill();
          setTimeout(() => void server.start(), 1_000);
        }
        yield `${JSON.stringify({ person_id: `p${n}`, plan: 'a' })}\n`;
      }
    };
    const writer = trackWriter({ siteId: 'sandbox-site', apiKey: 'sandbox-key', baseUrl: sandbox.url, requestsPerSecond: 1_000 });
    const stages = [ndjson({ source: 'rows' }), validate({ object: 'person_identify', identifier: 'id' }), enforceLimits()] as const;
    await pipeline(Readable.from(rows(), { objectMode: false }), ...stages, dedupe({ store, commitEveryEntries: 500 }), writer);
    return writer.summary;
  };
  const first = await run(false);
  assert.deepEqual([first.delivered, first.skipped.total], [3_000, 0]);
  const second = await run(false);
  assert.deepEqual([second.delivered, second.skipped.total], [0, 3_000]);
  const third = await run(true);
  assert.equal(third.delivered + third.skipped.total, 3_000);
  assert.ok(third.delivered >= 1_500 && third.skipped.total >= 1_000, `${third.delivered} delivered`);
});

test('redis: --dedupe with --redis: another run, wherever it is, skips what is known; --state-dir is a memory of its own', async (t) => {
  if (isMissing(t, 'redis')) return;
  const { server } = await rig(t);
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  const send = async (...args: string[]): Promise<string> => {
    const always = ['people', '--id', 'id', '--dedupe', '--redis', server.url, ...args];
    const { status, stderr } = await cli(always, { cwd, env: sandbox.env, input: '{"id":"a","plan":"x"}\n{"id":"b","plan":"x"}\n' });
    assert.equal(status, 0, stderr);
    return stderr;
  };
  assert.doesNotMatch(await send('--dry-run'), /skipped: 2/);
  assert.match(await send(), /2 delivered, 0 rejected, 0 skipped/);
  assert.match(await send(), /0 delivered, 0 rejected, 2 skipped/);
  assert.match(await send('--dry-run'), /skipped: 2 unchanged/);
  assert.match(await send('--state-dir', 'state'), /2 delivered, 0 rejected, 0 skipped/);
});
