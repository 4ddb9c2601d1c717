/** examples/kafka.mjs, as a user runs it: two processes with one rate, on real servers, of which one is killed. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { example } from '../../support/example.ts';
import { kafkaClient } from '../../support/scale/kafka-client.ts';
import { startKafka } from '../../support/scale/kafka-server.ts';
import { isMissing } from '../../support/scale/needs.ts';
import { startRedis } from '../../support/scale/redis-server.ts';

const PEOPLE = 2_000;

test('kafka.mjs: one of two processes is killed, the other delivers everything and ends on SIGTERM', async (t) => {
  if (isMissing(t, 'kafka', 'redis')) return;
  const [broker, redis] = [await startKafka(t), await startRedis(t)];
  const client = kafkaClient(t, broker.address);
  await client.createTopic('people', 4);
  const { place, start } = await example(t, 'kafka.mjs');
  const begin = () => start([broker.address, 'people', 'crm'], { CUSTOMERIO_REDIS_URL: redis.url });
  const update = (visits: number): Promise<void> =>
    client.produce(
      Array.from({ length: PEOPLE }, (_, id) => ({
        topic: 'people',
        key: String(id),
        value: JSON.stringify({ person_id: String(id), visits }),
      })),
    );
  const haveAll = (visits: number): Promise<unknown> =>
    place.sandbox.waitFor(({ people }) => people.filter(({ attributes }) => attributes.visits === visits).length === PEOPLE, {
      timeoutMs: 90_000,
    });

  const processes = [begin(), begin()] as const;
  const [output, errors] = [text(processes[1].stdout as NodeJS.ReadableStream), text(processes[1].stderr as NodeJS.ReadableStream)];
  const ended = once(processes[1], 'close');
  await update(1);
  await haveAll(1);
  processes[0].kill('SIGKILL');
  await client.produce([{ topic: 'people', key: 'x', value: '{"person_id":""}' }]);
  await update(2);
  await haveAll(2);
  processes[1].kill('SIGTERM');
  assert.deepEqual(await ended, [0, null], await errors);
  // What it had read when the other one joined or was missed may be skipped as reassigned, and is read again.
  assert.match(await output, /^\d+ rows: \d+ delivered, 1 rejected \(1 invalid\), \d+ skipped( \(\d+ reassigned\))?\n$/);
  assert.deepEqual(place.reasons(), ['invalid']);
  // All that was read is committed: a message, and two updates of each person.
  const committed = [...(await client.committed('crm')).values()].reduce((sum, offset) => sum + offset, 0n);
  assert.equal(committed, BigInt(2 * PEOPLE + 1));
});
