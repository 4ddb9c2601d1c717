/** docs/kafka.md and docs/kafka-program.md on a real broker: every block does what the page says, and what it shows is what is printed. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { blocksIn } from '../../docs/blocks.ts';
import { Place } from '../../docs/place.ts';
import { type KafkaClient, kafkaClient } from '../../support/scale/kafka-client.ts';
import { startKafka } from '../../support/scale/kafka-server.ts';
import { isMissing } from '../../support/scale/needs.ts';
import { startRedis } from '../../support/scale/redis-server.ts';

const blocks = ['docs/kafka.md', 'docs/kafka-program.md'].flatMap((path) => blocksIn(readFileSync(path, 'utf8')));
const block = (language: string, holds: RegExp): string => {
  const [found, ...others] = blocks.filter((one) => one.language === language && holds.test(one.code));
  assert.ok(found !== undefined && others.length === 0, String(holds));
  return found.code;
};

const ROWS = 1_200;
/** What differs from run to run. */
const settled = (text: string): string =>
  text
    .replace(/[\d.]+ ms away/, 'N ms away')
    .replace(/good, 7[\d.]+ at/, 'good, 7 at')
    .replace(/(request|requests), .*$/m, '$1')
    .replace(/\d+ requests?$/m, 'N requests');

/** People, of whom 12 have no key and one has no email. */
async function producePeople(client: KafkaClient): Promise<void> {
  await client.createTopic('people', 4);
  const messages = Array.from({ length: ROWS }, (_, n) => {
    const email = n === 7 ? null : `p${n}@example.com`;
    return { topic: 'people', ...(n % 100 !== 1 && { key: `p${n}` }), value: JSON.stringify({ email, plan: 'pro' }) };
  });
  await client.produce(messages);
}

test('docs/kafka.md: its commands, its output and its program', async (t) => {
  if (isMissing(t, 'kafka', 'redis')) return;
  const broker = await startKafka(t);
  const redis = await startRedis(t);
  const client = kafkaClient(t, broker.address);
  await producePeople(client);
  for (const topic of ['orders', 'refunds']) await client.createTopic(topic, 1);
  await client.produce([{ topic: 'orders', key: 'p1', value: '{"email":"p1@example.com","total":5}' }]);
  const place = await Place.open(t);
  const here = (code: string): string => code.replaceAll('host:9092', broker.address).replace('redis://redis:6379', redis.url);
  const there = (text: string): string =>
    text.replaceAll(broker.address, 'host:9092').replace(new URL(redis.url).host, 'redis:6379').replaceAll(place.sandbox.url, 'SANDBOX');

  await t.test('check', async () => {
    const { stdout } = await place.sh(here(block('sh', /^cio-stream check/)));
    assert.equal(settled(there(stdout)), settled(block('text', /^credentials/).replace(/at https\S+/, 'at SANDBOX')));
  });

  await t.test('a dry run shows operations, and commits nothing', async () => {
    const { stdout } = await place.sh(here(block('sh', /--dry-run/)), { status: 1 });
    assert.equal(
      stdout
        .trim()
        .split('\n')
        .filter((line) => line.includes('"identify"')).length,
      2,
    );
    assert.deepEqual([place.people().length, (await client.committed('crm')).size], [0, 0]);
  });

  await t.test('it reads until it is stopped', async (t) => {
    const stderr = await untilStopped(t, place, here(block('sh', /^cio-stream people 'kafka:\S+' --email email --rejects rejected\/$/m)));
    assert.equal(settled(there(stderr)), settled(block('text', /^reading/)));
    assert.equal(place.sandbox.state().people.length, ROWS - 1);
    assert.deepEqual(await client.committed('crm'), await client.ends('people', 4));
  });

  await t.test('--until end, and tombstones', async (t) => {
    await place.sh(here(block('sh', /--until end/)));
    assert.equal(place.sandbox.state().events.length, 1);
    await client.produce([{ topic: 'people', key: 'p1@example.com' }]);
    await untilStopped(t, place, here(block('sh', /--tombstones delete/)), () => place.sandbox.state().people.length === ROWS - 2);
  });

  await t.test('the programs', async (t) => {
    const { stdout } = await place.js(here(block('js', /checkKafka/)));
    assert.match(stdout, /topic: 'people'[\s\S]*id: 'crm'/);
    await client.produce([{ topic: 'people', key: 'p1', value: '{"person_email":"new@example.com"}' }]);
    place.write('service.mjs', here(block('js', /source\.stop/)));
    const isThere = (): boolean => place.sandbox.state().people.some(({ email }) => email === 'new@example.com');
    await untilStopped(t, place, 'exec node service.mjs', isThere);
  });
});

/** Runs a command until all people have arrived, and stops it. Returns standard error. */
async function untilStopped(
  t: TestContext,
  place: Place,
  code: string,
  isDone: () => boolean = () => place.sandbox.state().people.length === ROWS - 1,
): Promise<string> {
  const child = spawn('sh', ['-c', code.replace(/^cio-stream/m, `exec ${join(place.folder, 'bin', 'cio-stream')}`)], {
    cwd: place.folder,
    env: place.env,
  });
  t.after(() => child.kill('SIGKILL'));
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  for (let tries = 0; tries < 300 && !isDone(); tries++) await new Promise((resolve) => setTimeout(resolve, 100));
  child.kill('SIGTERM');
  const [status] = await once(child, 'close');
  assert.equal(status, 0, stderr);
  for (const line of stderr.trimEnd().split('\n')) t.diagnostic(line);
  return stderr;
}
