/** The servers and the client of these tests themselves: what they promise to the others. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Redis } from 'ioredis';
import { kafkaClient } from '../../support/scale/kafka-client.ts';
import { startKafka } from '../../support/scale/kafka-server.ts';
import { isMissing } from '../../support/scale/needs.ts';
import { startRedis, startRedisCluster } from '../../support/scale/redis-server.ts';

test('a broker takes messages, counts them, and has them after a kill', async (t) => {
  if (isMissing(t, 'kafka')) return;
  const broker = await startKafka(t, { 'group.min.session.timeout.ms': 1_000 });
  const client = kafkaClient(t, broker.address);
  await client.createTopic('rows', 2);
  await client.produce(
    [
      { topic: 'rows', partition: 0, value: 'plain' },
      { topic: 'rows', partition: 0, key: 'gone' },
    ],
    'gzip',
  );
  await client.transaction([{ topic: 'rows', partition: 1, value: 'in a transaction', headers: { a: 'b' } }], 'commit');
  await client.transaction([{ topic: 'rows', partition: 1, value: 'never' }], 'abort');
  await client.deleteBefore('rows', 0, 1n);
  const before = await client.ends('rows', 2);
  // The end of a transaction takes an offset of its own.
  assert.deepEqual(
    before,
    new Map([
      ['rows/0', 2n],
      ['rows/1', 4n],
    ]),
  );
  assert.deepEqual(await client.committed('nobody'), new Map());
  await broker.kill();
  await broker.start();
  assert.deepEqual(await client.ends('rows', 2), before);
});

test('a Redis forgets or keeps across a kill, asks for its password, and can hang', async (t) => {
  if (isMissing(t, 'redis')) return;
  for (const appendonly of ['no', 'yes']) {
    const server = await startRedis(t, { requirepass: 'p/ss:w@rd', appendonly, appendfsync: 'always' });
    const client = new Redis(server.url, { commandTimeout: 200, maxRetriesPerRequest: null });
    client.on('error', () => {});
    try {
      await client.set('key', 'value');
      server.freeze();
      await assert.rejects(client.get('key'), /timed out/);
      server.thaw();
      await server.kill();
      await server.start();
      const after = new Redis(server.url);
      assert.equal(await after.get('key'), appendonly === 'yes' ? 'value' : null);
      after.disconnect();
    } finally {
      client.disconnect();
    }
  }
});

test('a cluster of three has all slots', async (t) => {
  if (isMissing(t, 'redis')) return;
  for (const nodes of [1, 3]) {
    const servers = await startRedisCluster(t, nodes);
    const cluster = new Redis.Cluster(servers.map(({ port }) => ({ host: '127.0.0.1', port })));
    try {
      for (let n = 0; n < 20; n++) assert.equal(await cluster.set(`key ${n}`, n), 'OK');
      assert.equal(cluster.nodes('master').length, nodes);
    } finally {
      cluster.disconnect();
    }
  }
});
