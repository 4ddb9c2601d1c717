/** Metrics and health of a real consumer group, as Prometheus and the probes of Kubernetes see it: before the join, meanwhile, and after a signal. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { sandboxFor, start } from '../../support/cli/run-cli.ts';
import { readExposition } from '../../support/exposition.ts';
import { kafkaClient } from '../../support/scale/kafka-client.ts';
import { startKafka } from '../../support/scale/kafka-server.ts';
import { isMissing } from '../../support/scale/needs.ts';
import { startRedis } from '../../support/scale/redis-server.ts';

const POLL_MS = 50;

test('cio-stream people kafka:// --metrics-port', { timeout: 180_000 }, async (t) => {
  if (isMissing(t, 'kafka', 'redis')) return;
  const [broker, redis, sandbox] = [await startKafka(t), await startRedis(t), await sandboxFor(t)];
  const client = kafkaClient(t, broker.address);
  await client.createTopic('people', 2);
  const rows = Array.from({ length: 40 }, (_, n) => ({ topic: 'people', key: `${n}`, value: JSON.stringify({ person_id: n, n }) }));
  await client.produce(rows);
  const args = [
    'people',
    `kafka://${broker.address}/people?group=crm`,
    '--checkpoint-every-ms',
    '200',
    '--linger-ms',
    '0',
    '--metrics-port',
    '0',
  ];
  const run = start(args, { env: { ...sandbox.env, CUSTOMERIO_REDIS_URL: redis.url } });
  t.after(() => run.child.kill('SIGKILL'));
  let said = '';
  run.child.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  await run.says('/metrics\n');
  const [, url = ''] = /metrics on (\S+)\/metrics\n/.exec(said) ?? [];
  const get = async (path: string) => {
    const response = await fetch(url + path);
    return { status: response.status, text: await response.text() };
  };
  const first = await get('/readyz');
  // A process that is not in its group yet is alive.
  if (first.status !== 200) assert.match(first.text, /^(starting|joining)\n$/);
  assert.equal((await get('/livez')).status, 200);
  while ((await get('/readyz')).status !== 200) await wait(POLL_MS);

  const samples = async () => new Map([...readExposition((await get('/metrics')).text).values()].flatMap((family) => [...family.samples]));
  const lag = (found: Map<string, number>) =>
    [0, 1].map((partition) => found.get(`customerio_kafka_lag{topic="people",partition="${partition}"}`));
  let found = await samples();
  while (lag(found).some((each) => each !== 0)) {
    await wait(POLL_MS);
    found = await samples();
  }
  const value = (name: string): number | undefined => found.get(name);
  // A producer that tries again may have written some twice.
  const there = [...(await client.ends('people', 2)).values()].reduce((sum, end) => sum + Number(end), 0);
  assert.equal(value('customerio_rows_total{outcome="delivered"}'), there);
  assert.equal(value('customerio_kafka_state{state="running"}'), 1);
  assert.ok((value('customerio_kafka_commits_total') ?? 0) >= 1);
  assert.equal(value('customerio_kafka_commits_failed_total'), 0);
  assert.ok((value('customerio_kafka_received_bytes_total') ?? 0) > 40 * 10);
  const committed = await client.committed('crm');
  for (const partition of [0, 1])
    assert.equal(
      value(`customerio_kafka_committed_offset{topic="people",partition="${partition}"}`),
      Number(committed.get(`people/${partition}`)),
    );
  assert.deepEqual([value('customerio_shared_rate_up'), value('customerio_shared_rate_processes')], [1, 1]);

  // Redis that is gone is seen here, and is no reason to start the process again.
  await redis.kill();
  while ((await samples()).get('customerio_shared_rate_up') !== 0) await wait(POLL_MS);
  assert.deepEqual([(await get('/livez')).status, (await get('/readyz')).status], [200, 200]);

  await broker.kill();
  await wait(500);
  assert.equal((await get('/livez')).status, 200);
  await broker.start();
  run.child.kill('SIGTERM');
  await run.says('stopping');
  const after = await Promise.all(['/readyz', '/livez'].map((path) => get(path).catch(() => undefined)));
  // It may have ended already.
  for (const [at, answer] of after.entries()) assert.ok(answer === undefined || answer.status === [503, 200][at]);
  assert.equal((await run.ended).status, 0);
});
