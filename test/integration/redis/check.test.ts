/** checkRedis() at real servers: what it finds, what it warns of, and which words it has for what does not work. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Redis } from 'ioredis';
import { checkRedis, collectRejects, trackWriter } from '../../../lib/index.ts';
import { start as startSandbox } from '../../support/sandbox.ts';
import { isMissing } from '../../support/scale/needs.ts';
import { startRedis, startRedisCluster } from '../../support/scale/redis-server.ts';

test('checkRedis() at a server: a good one, who shares the rate, and nothing left behind', { timeout: 60_000 }, async (t) => {
  if (isMissing(t, 'redis')) return;
  const { url, port } = await startRedis(t, { requirepass: 'secret-p/ss' });
  const sandbox = await startSandbox(t);
  const report = await checkRedis({ redis: url, siteId: sandbox.siteId });
  const { version, roundTripMs, ...rest } = report;
  assert.match(version, /^\d+\.\d+\.\d+$/);
  assert.ok(roundTripMs > 0);
  assert.deepEqual(rest, { place: `127.0.0.1:${port}`, isCluster: false, processes: 0, warnings: [] });
  const client = new Redis(url);
  t.after(() => client.disconnect());
  assert.deepEqual(await client.keys('*'), []);
  const writers = [1, 2].map(() =>
    trackWriter({ siteId: sandbox.siteId, apiKey: sandbox.apiKey, baseUrl: sandbox.url, redis: url, rejects: collectRejects() }),
  );
  t.after(() => {
    for (const writer of writers) writer.destroy();
  });
  const processes = async (siteId: string | undefined) => (await checkRedis({ redis: url, siteId })).processes;
  while ((await processes(sandbox.siteId)) !== 2) await new Promise((done) => setTimeout(done, 50));
  assert.deepEqual([await processes('another-site'), await processes(undefined)], [0, undefined]);
  for (const writer of writers) {
    writer.end();
    await once(writer, 'close');
  }
  assert.equal(await processes(sandbox.siteId), 0);
});

test('checkRedis(): what forgets, what is a replica, what may not, and what is not there', { timeout: 60_000 }, async (t) => {
  if (isMissing(t, 'redis')) return;
  const server = await startRedis(t, { maxmemory: '100mb', 'maxmemory-policy': 'allkeys-lru' });
  const { url, port } = server;
  const { warnings } = await checkRedis({ redis: url });
  assert.deepEqual(warnings.length, 1);
  assert.match(
    warnings[0] ?? '',
    new RegExp(`^Redis at 127\\.0\\.0\\.1:${port} evicts keys when its memory is full \\(maxmemory-policy allkeys-lru\\)`),
  );
  const client = new Redis(url);
  t.after(() => client.disconnect());
  await client.call('CONFIG', 'SET', 'maxmemory', '0');
  assert.deepEqual((await checkRedis({ redis: url })).warnings, [], 'without a limit nothing is thrown away');

  const of = (user: string): string => url.replace('redis://', `redis://${user}:pw@`);
  await client.call('ACL', 'SETUSER', 'reader', 'on', '>pw', '~*', '+@read', '+@connection', '+time', '+info');
  await client.call('ACL', 'SETUSER', 'elsewhere', 'on', '>pw', '~other:*', '+@all');
  for (const user of ['reader', 'elsewhere'])
    await assert.rejects(checkRedis({ redis: of(user) }), {
      code: 'CIO_OPTIONS',
      message: /does not let this user run the commands that are needed \(see its ACL\)/,
    });
  await assert.rejects(checkRedis({ redis: url.replace('redis://', 'redis://reader:wrong@') }), {
    code: 'CIO_OPTIONS',
    message: `Redis at 127.0.0.1:${port} refuses the user and password in the address`,
  });
  const replica = await startRedis(t, { replicaof: `127.0.0.1 ${port}` });
  await assert.rejects(checkRedis({ redis: replica.url }), { code: 'CIO_OPTIONS', message: /is a read-only replica/ });
  client.disconnect();
  await server.kill();
  await assert.rejects(checkRedis({ redis: url }), { code: 'CIO_NETWORK', message: /can't be reached: ECONNREFUSED/ });
  await assert.rejects(checkRedis({ redis: 'http://x' }), { code: 'CIO_OPTIONS', message: /^checkRedis: option "redis"/ });
  await assert.rejects(checkRedis({ redis: url, site: 'x' } as never), { code: 'CIO_OPTIONS', message: /did you mean "siteId"/ });
});

test('checkRedis() at a cluster: every node is looked at', { timeout: 120_000 }, async (t) => {
  if (isMissing(t, 'redis')) return;
  const nodes = await startRedisCluster(t, 3);
  const urls = nodes.map(({ url }) => url);
  const good = await checkRedis({ redis: urls, siteId: 'site' });
  assert.deepEqual([good.isCluster, good.processes, good.warnings], [true, 0, []]);
  const last = new Redis(nodes[2]?.url ?? '');
  t.after(() => last.disconnect());
  await last.call('CONFIG', 'SET', 'maxmemory', '100mb');
  await last.call('CONFIG', 'SET', 'maxmemory-policy', 'volatile-ttl');
  const { warnings } = await checkRedis({ redis: urls });
  assert.deepEqual(warnings.length, 1);
  assert.match(warnings[0] ?? '', new RegExp(`127\\.0\\.0\\.1:${nodes[2]?.port} .*volatile-ttl`));
  const alone = await Promise.allSettled(urls.map((url) => checkRedis({ redis: url, siteId: 'site' })));
  // One of them has the keys of this site.
  assert.equal(alone.filter(({ status }) => status === 'rejected').length, 2);
  for (const each of alone) {
    if (each.status === 'rejected') assert.match(String(each.reason.message), /is a node of a cluster/);
    else assert.match(each.value.warnings[0] ?? '', /is a node of a cluster/);
  }
});
