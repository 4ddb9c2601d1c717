/** fromKafka() behind a consumer of the user's own, on a real broker: what comes in a group's stream, and what is committed. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { Consumer } from '@platformatic/kafka';
import { collectRejects, enforceLimits, fromKafka, type KafkaPosition, trackWriter, validate } from '../../../lib/index.ts';
import { start } from '../../support/sandbox.ts';
import { kafkaClient } from '../../support/scale/kafka-client.ts';
import { startKafka } from '../../support/scale/kafka-server.ts';
import { isMissing } from '../../support/scale/needs.ts';

const MESSAGES = 3_000;

test('all of a topic is delivered, rejected or deleted, and the user commits what was released', { timeout: 120_000 }, async (t) => {
  if (isMissing(t, 'kafka')) return;
  const { address } = await startKafka(t);
  const client = kafkaClient(t, address);
  await client.createTopic('people', 3);
  const messages = Array.from({ length: MESSAGES }, (_, n) => {
    const key = `p${n % 300}`;
    if (n >= MESSAGES - 100) return { topic: 'people', key };
    return { topic: 'people', key, value: n % 500 === 0 ? 'not json' : JSON.stringify({ person_id: key, n }) };
  });
  await client.produce(messages, 'zstd');

  const sandbox = await start(t);
  const rejects = collectRejects();
  const consumer = new Consumer({ clientId: 'crm', groupId: 'crm', bootstrapBrokers: [address] });
  t.after(() => consumer.close(true));
  const stream = await consumer.consume({ topics: ['people'], autocommit: false, mode: 'committed', fallbackMode: 'earliest' });
  // Closed, it reports that what it waited for was given up.
  stream.on('error', () => {});
  const onCheckpoint = async (position: unknown): Promise<void> => {
    const offsets = (position as KafkaPosition).offsets.map((offset) => ({ ...offset, leaderEpoch: -1 }));
    await consumer.commit({ offsets });
    const committed = await client.committed('crm');
    if ([...(await client.ends('people', 3))].every(([name, end]) => committed.get(name) === end)) stage.end();
  };
  const stage = fromKafka({ tombstones: 'delete', checkpointEveryMs: 100 });
  const writer = trackWriter({ siteId: sandbox.siteId, apiKey: sandbox.apiKey, baseUrl: sandbox.url, rejects, onCheckpoint, lingerMs: 50 });
  const delivered = pipeline(stage, validate({ object: 'person_identify' }), enforceLimits(), writer);
  stream.pipe(stage);
  await once(stage, 'finish');
  stream.unpipe(stage);
  await delivered;

  const { read, delivered: sent, rejected } = writer.summary;
  assert.deepEqual([read, sent, rejected.total], [MESSAGES, MESSAGES - 6, 6]);
  assert.equal(sandbox.state().people.length, 200);
  assert.deepEqual(
    rejects.rejections.map(({ cause, origin }) => [cause.reason, origin?.topic, origin?.raw]),
    Array(6).fill(['malformed', 'people', 'not json']),
  );
});
