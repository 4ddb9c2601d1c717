/** Connections to real servers: what they say that is wrong, in time and without the password, and that they leave nothing behind. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { inspect } from 'node:util';
import { CioError } from '../../../lib/errors.ts';
import { openRedis, type RedisConnection } from '../../../lib/redis/connect.ts';
import { isMissing } from '../../support/scale/needs.ts';
import { type RedisServer, startRedis, startRedisCluster } from '../../support/scale/redis-server.ts';

const PASSWORD = 'open-sesame-77';

async function opened(t: TestContext, urls: string | string[]): Promise<RedisConnection> {
  const redis = await openRedis(urls);
  t.after(() => redis.close());
  assert.doesNotMatch(inspect(redis, { depth: 9, showHidden: true }), /sesame/);
  return redis;
}

/** What is wrong, by a write. */
async function problemOf(t: TestContext, urls: string | string[]): Promise<{ code: string; message: string }> {
  const redis = await opened(t, urls);
  const use = async (): Promise<void> => {
    await redis.whenReady(2_500);
    await redis.client.set('a', 'b').catch((error) => {
      throw redis.errorOf(error);
    });
  };
  const error: unknown = await use().then(
    () => assert.fail('nothing is wrong'),
    (reason) => reason,
  );
  assert.ok(error instanceof CioError);
  assert.doesNotMatch(inspect(error, { depth: 9, showHidden: true }), /sesame/);
  return error;
}

test('what can be reached is used, and says what it is', async (t) => {
  if (isMissing(t, 'redis')) return;
  const server = await startRedis(t, { requirepass: PASSWORD, unixsocket: 'redis.sock' });
  const redis = await opened(t, `${server.url}/3`);
  let changes = 0;
  redis.onChange(() => changes++);
  await redis.whenReady(10_000);
  const { version, time, isCluster } = await redis.facts();
  assert.match(version, /^\d+\.\d/);
  assert.ok(Math.abs(time - Date.now()) < 60_000);
  assert.equal(isCluster, false);
  assert.equal(await redis.client.set('a', 'b'), 'OK');
  await server.kill();
  await assert.rejects(redis.client.get('a'));
  while (redis.isReady) await new Promise((resolve) => redis.onChange(() => resolve(undefined)));
  await server.start();
  await redis.whenReady(10_000);
  assert.equal(await redis.client.get('a'), null);
  assert.ok(changes > 1);
  assert.match((await problemOf(t, `${server.folder}/redis.sock`)).message, /redis\.sock requires a password/);
});

test('what waiting does not mend is said at once, the rest when the time is over', async (t) => {
  if (isMissing(t, 'redis')) return;
  const [open, locked] = [await startRedis(t), await startRedis(t, { requirepass: PASSWORD })];
  const replica = await startRedis(t, { replicaof: `127.0.0.1 ${open.port}` });
  const servers = ['HTTP/1.1 400 Bad Request\r\n\r\n', undefined].map((answer) =>
    createServer((socket) => socket.on('error', () => {}).on('data', () => answer && socket.end(answer))).listen(0, '127.0.0.1'),
  );
  t.after(() => {
    for (const server of servers) server.close();
  });
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const [web, silent] = servers.map((server) => Object(server.address()).port);
  const cases: readonly (readonly [string | string[], string, RegExp])[] = [
    [`redis://127.0.0.1:${locked.port}`, 'CIO_OPTIONS', /requires a password/],
    [`redis://:${PASSWORD}-not@127.0.0.1:${locked.port}`, 'CIO_OPTIONS', /refuses the user and password/],
    [`redis://sesame:${PASSWORD}@127.0.0.1:${locked.port}`, 'CIO_OPTIONS', /refuses the user and password/],
    [`redis://127.0.0.1:${open.port}/99`, 'CIO_OPTIONS', /does not have the numbered database/],
    [`redis://127.0.0.1:${replica.port}`, 'CIO_OPTIONS', /is a read-only replica/],
    [`redis://127.0.0.1:${web}`, 'CIO_OPTIONS', /does not speak the Redis protocol/],
    [`rediss://127.0.0.1:${web}`, 'CIO_OPTIONS', /by TLS: ERR_SSL/],
    [[open.url, replica.url], 'CIO_OPTIONS', /is not part of a cluster/],
    [`redis://127.0.0.1:${silent}`, 'CIO_NETWORK', /does not answer/],
    ['redis://127.0.0.1:1', 'CIO_NETWORK', /127\.0\.0\.1:1 can't be reached: ECONNREFUSED/],
    [`${open.folder}/none.sock`, 'CIO_NETWORK', /ENOENT/],
  ];
  for (const [urls, code, said] of cases) {
    const error = await problemOf(t, urls);
    assert.equal(error.code, code, `${said}: ${error.message}`);
    assert.match(error.message, said);
  }
});

test('a hung server fails commands in half a second; a cluster takes several addresses', async (t) => {
  if (isMissing(t, 'redis')) return;
  const [server, nodes] = [await startRedis(t), await startRedisCluster(t, 3)];
  const redis = await opened(t, server.url);
  await redis.whenReady(10_000);
  server.freeze();
  const error = await redis.client.get('a').catch((reason: unknown) => redis.errorOf(reason));
  server.thaw();
  assert.match(String(error), /does not answer in time/);
  const cluster = await opened(
    t,
    nodes.map(({ url }) => url),
  );
  await cluster.whenReady(10_000);
  for (const key of ['a', 'b', 'c', 'd']) assert.equal(await cluster.client.set(key, key), 'OK');
  assert.equal((await cluster.facts()).isCluster, true);
  const [{ url }] = nodes as readonly [RedisServer, ...RedisServer[]];
  const twice = await opened(t, [url, url]);
  await twice.whenReady(10_000);
  for (const key of ['a', 'b', 'c', 'd']) assert.equal(await twice.client.get(key), key);
  const one = await problemOf(t, url).catch(() => undefined);
  // Unless the key is one of its own.
  if (one !== undefined) assert.match(one.message, /is a node of a cluster/);
});
