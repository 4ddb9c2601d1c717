/** checkKafka() at a real broker: what it finds, what it warns of, and that nobody who reads with the group notices. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { AclOperations, AclPermissionTypes, Admin, ResourcePatternTypes, ResourceTypes } from '@platformatic/kafka';
import { type CheckKafkaOptions, checkKafka, kafka } from '../../../lib/index.ts';
import { cli, sandboxFor } from '../../support/cli/run-cli.ts';
import { kafkaClient } from '../../support/scale/kafka-client.ts';
import { startKafka } from '../../support/scale/kafka-server.ts';
import { isMissing } from '../../support/scale/needs.ts';
import { startRedis } from '../../support/scale/redis-server.ts';

const WITH_RIGHTS = {
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'allow.everyone.if.no.acl.found': 'true',
  'super.users': 'User:nobody',
};
const row = (n: number): string => JSON.stringify({ person_id: n });

test('checkKafka() at a broker', { timeout: 240_000 }, async (t) => {
  if (isMissing(t, 'kafka', 'redis')) return;
  const { address } = await startKafka(t, WITH_RIGHTS);
  const client = kafkaClient(t, address);
  const check = (options: Partial<CheckKafkaOptions>) => checkKafka({ brokers: address, topics: 'good', groupId: 'crm', ...options });
  await client.createTopic('good', 3);
  await client.createTopic('odd', 2);
  await client.createTopic('alone', 1);
  await client.createTopic('empty', 2);
  await client.produce(Array.from({ length: 300 }, (_, n) => ({ topic: 'good', key: `${n}`, value: row(n) })));

  await t.test('good topics: how much there is, how far the group is, and nothing to warn of', async () => {
    const report = await check({ topics: ['good', 'empty'], newest: 30 });
    assert.deepEqual(report.warnings, []);
    assert.equal(report.brokers, 1);
    assert.deepEqual([report.group.id, report.group.members], ['crm', 0]);
    const [good, empty] = report.topics;
    assert.ok(good);
    assert.deepEqual([good.topic, good.partitions, good.offsets, good.lag, good.committed], ['good', 3, 300, 300, 0]);
    // Ten of each partition, or what stands with them in a batch.
    assert.ok(good.newest.messages >= 30 && good.newest.messages <= 300, `${good.newest.messages}`);
    assert.deepEqual({ ...good.newest, messages: 0 }, { messages: 0, withoutKey: 0, tombstones: 0, rejected: 0 });
    assert.deepEqual([empty?.offsets, empty?.newest.messages], [0, 0]);
    assert.equal((await check({ from: 'latest', newest: 0 })).topics[0]?.lag, 0);
  });

  await t.test('messages without a key, tombstones, and what is not a row', async () => {
    await client.produce([
      { topic: 'odd', key: '1', value: row(1), partition: 0 },
      { topic: 'odd', value: row(2), partition: 0 },
      { topic: 'odd', key: '', value: row(3), partition: 1 },
      { topic: 'odd', key: '4', partition: 1 },
      { topic: 'odd', key: '5', value: '\u0000\u0000\u0000\u0000\u0007Avro', partition: 1 },
      { topic: 'odd', key: '6', value: '\u0000\u0000\u0000\u0000\u0007Avro', partition: 1 },
      { topic: 'odd', key: '7', value: '[1]', partition: 1 },
      { topic: 'alone', value: row(8) },
    ]);
    const { topics, warnings } = await check({ topics: ['odd', 'alone'] });
    assert.deepEqual(
      topics.map(({ newest }) => newest),
      [
        { messages: 7, withoutKey: 2, tombstones: 1, rejected: 3 },
        { messages: 1, withoutKey: 1, tombstones: 0, rejected: 0 },
      ],
    );
    const [keys, refused, tombstones, ...more] = warnings;
    assert.match(keys ?? '', /^topic odd: 2 messages of the newest 7 have no key: they are spread over 2 partitions/);
    assert.match(
      refused ?? '',
      /^topic odd: 3 messages of the newest 7 would be rejected, most often because: begins with a zero byte.* fromKafka\(\)/,
    );
    assert.match(
      tombstones ?? '',
      /^topic odd: 1 message of the newest 7 has no value \(a tombstone\): such a message is skipped, or with `tombstones: 'delete'` deletes/,
    );
    assert.deepEqual(more, [], 'with one partition all is in order anyway');
    // A key of a tombstone that can't be believed is found, too.
    await client.produce([{ topic: 'odd', partition: 1 }]);
    assert.equal((await check({ topics: 'odd', tombstones: 'delete' })).topics[0]?.newest.rejected, 4);
  });

  await t.test('cio-stream check, of Kafka and Redis', async (t) => {
    const [sandbox, redis] = [await sandboxFor(t), await startRedis(t, { requirepass: 'secret-pass' })];
    const env = { ...sandbox.env, CUSTOMERIO_REDIS_URL: redis.url };
    const ran = await cli(['check', `kafka://${address}/good,odd?group=crm`, '--tombstones', 'skip'], { env });
    assert.deepEqual([ran.status, ran.stderr], [0, '']);
    const [account, broker, good, odd, keys, refused, tombstones, sharing, ...more] = ran.stdout.split('\n');
    assert.match(account ?? '', /^credentials: good/);
    assert.equal(broker, `kafka: good, 1 broker at ${address}; group crm has no members now`);
    assert.match(good ?? '', /^topic good: 3 partitions, at most 300 messages, 300 to read, \d+ messages looked at$/);
    assert.match(odd ?? '', /^topic odd: 2 partitions, at most 8 messages, 8 to read, 8 messages looked at$/);
    assert.match(keys ?? '', /^warning: topic odd: 3 messages of the newest 8 have no key/);
    assert.match(refused ?? '', /^warning: topic odd: 3 messages of the newest 8 would be rejected/);
    assert.match(tombstones ?? '', /^warning: topic odd: 2 .* or with `--tombstones delete` deletes the person/);
    assert.match(
      sharing ?? '',
      /^redis: good, \d+\.\d+\.\d+ at 127\.0\.0\.1:\d+, \d+\.\d ms away; 0 processes share the rate of this workspace now$/,
    );
    assert.deepEqual(more, ['']);
    const gone = await cli(['check', `kafka://${address}/nowhere?group=crm`], { env });
    assert.deepEqual([gone.status, gone.stdout.split('\n').length], [5, 2]);
    assert.match(gone.stderr, /Unknown topic nowhere\n {2}what to do: /);
  });

  await t.test('a group that reads is not disturbed, and nothing is committed for it', async (t) => {
    const source = kafka({ brokers: address, topics: 'good', groupId: 'crm', checkpointEveryMs: 50, heartbeatMs: 100 });
    source.on('warning', () => {}).pipe(new Writable({ objectMode: true, write: (_row, _encoding, done) => done() }));
    t.after(() => source.destroy());
    while (source.status.partitions.length < 3 || source.status.state !== 'running') await new Promise((done) => setTimeout(done, 50));
    // Where it begins is committed at once.
    while ((await client.committed('crm')).size < 3) await new Promise((done) => setTimeout(done, 50));
    const [joins, before] = [source.status.rebalances, await client.committed('crm')];
    const report = await check({});
    assert.deepEqual([report.group.state?.toUpperCase(), report.group.members], ['STABLE', 1]);
    await new Promise((done) => setTimeout(done, 1_000));
    assert.equal(source.status.rebalances, joins);
    assert.deepEqual(await client.committed('crm'), before);
    assert.equal(await client.members('crm'), 1);
    source.destroy();
    await once(source, 'close');
  });

  await t.test('what the retention has deleted before the group read it', async () => {
    // The source above has committed where its partitions begin.
    assert.equal((await client.committed('crm')).get('good/0'), 0n);
    await client.deleteBefore('good', 0, 5n);
    const { warnings, topics } = await check({});
    assert.match(
      warnings[0] ?? '',
      /^partition 0 of topic good: 5 offsets \(0 to 4\) were deleted by retention before the group read them/,
    );
    assert.deepEqual([topics[0]?.committed, topics[0]?.lag], [3, 295]);
  });

  await t.test('a topic, a right or a broker that is not there', async () => {
    await assert.rejects(check({ topics: 'nowhere' }), {
      code: 'CIO_SOURCE',
      message: "Kafka: the topics can't be looked up: Unknown topic nowhere",
    });
    await assert.rejects(check({ groupId: 'a b' }), { code: 'CIO_OPTIONS' });
    await assert.rejects(checkKafka({ brokers: address, topics: 'good', groupId: 'crm', topic: 'x' } as never), {
      code: 'CIO_OPTIONS',
      message: /unknown option "topic": did you mean "topics"/,
    });
    const admin = new Admin({ clientId: 'test', bootstrapBrokers: [address] });
    t.after(() => admin.close());
    const acl = (resourceType: number, resourceName: string, operation: number) => ({
      ...{ resourceType, resourceName, operation, resourcePatternType: ResourcePatternTypes.LITERAL },
      ...{ principal: 'User:ANONYMOUS', host: '*', permissionType: AclPermissionTypes.ALLOW },
    });
    // Who may do one thing may not do all else.
    const { DESCRIBE } = AclOperations;
    await admin.createAcls({
      creations: [
        acl(ResourceTypes.GROUP, 'watched', DESCRIBE),
        acl(ResourceTypes.TOPIC, 'empty', DESCRIBE),
        { ...acl(ResourceTypes.GROUP, 'secret', DESCRIBE), principal: 'User:other' },
      ] as never,
    });
    const refused = { code: 'CIO_SOURCE', todo: /ACL/ };
    await assert.rejects(check({ groupId: 'watched' }), {
      ...refused,
      message: "Kafka: the group watched can't be joined or its offsets committed: the brokers do not allow it",
    });
    await assert.rejects(check({ groupId: 'secret' }), {
      ...refused,
      message: "Kafka: the group secret can't be looked up: the brokers do not allow it",
    });
    await assert.rejects(check({ topics: 'empty' }), { code: 'CIO_SOURCE', message: /TOPIC_AUTHORIZATION_FAILED/ });
  });
});
