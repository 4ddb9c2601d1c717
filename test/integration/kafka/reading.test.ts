/** What of a topic becomes rows, where reading begins, and when it ends. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CioError } from '../../../lib/errors.ts';
import { Checkpoint } from '../../../lib/record/checkpoint.ts';
import { originOf } from '../../../lib/record/origin.ts';
import { Rejection } from '../../../lib/record/rejection.ts';
import type { KafkaOptions } from '../../../lib/source/kafka/options.ts';
import { type KafkaSource, kafka } from '../../../lib/source/kafka.ts';
import { fast } from '../../support/fake-clock.ts';
import { type KafkaClient, kafkaClient, type TestMessage } from '../../support/scale/kafka-client.ts';
import { until } from '../../support/scale/kafka-run.ts';
import { startKafka } from '../../support/scale/kafka-server.ts';
import { isMissing } from '../../support/scale/needs.ts';
import { within } from '../../support/within.ts';

const LARGE = 8_000_000;

interface Reading {
  readonly rows: number[];
  readonly rejections: Rejection[];
  readonly warnings: string[];
  readonly source: KafkaSource;
}

/** Reads what is there; every checkpoint is released at once. */
async function readTo(options: Omit<KafkaOptions, 'groupId'> & { groupId?: string }): Promise<Reading> {
  const source = kafka({ groupId: 'g', until: 'end', ...options });
  const [rows, rejections, warnings]: [number[], Rejection[], string[]] = [[], [], []];
  source.on('warning', (text) => void warnings.push(text));
  for await (const element of source) {
    if (element instanceof Checkpoint) for (const release of element.released) release(false);
    else if (element instanceof Rejection) rejections.push(element);
    else rows.push(element.n);
  }
  return { rows, rejections, warnings, source };
}

const message = (topic: string, n: number, more: Partial<TestMessage> & { pad?: string } = {}): TestMessage => {
  const { pad = '', ...rest } = more;
  return { topic, partition: 0, key: `k${n}`, value: JSON.stringify({ n, pad }), ...rest };
};
const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, at) => from + at);

async function failure(promise: Promise<unknown>): Promise<CioError> {
  const error = await promise.then(
    () => undefined,
    (thrown) => thrown,
  );
  assert.ok(error instanceof CioError, String(error));
  return error;
}

/** What this process holds open: connections, and timers that keep it alive. */
const open = (): string[] => process.getActiveResourcesInfo().filter((each) => /TCP|Timeout/.test(each));

test('one broker, many topics', async (t) => {
  if (isMissing(t, 'kafka')) return;
  const broker = await startKafka(t, { 'message.max.bytes': LARGE, 'log.cleaner.backoff.ms': 200 });
  const client = kafkaClient(t, broker.address);
  const brokers = broker.address;
  const to = (topic: string, more: Partial<KafkaOptions> = {}) => readTo({ brokers, topics: topic, groupId: topic, ...more });
  await t.test('compressed batches, and several topics, each message once', async () => {
    const codecs = ['gzip', 'snappy', 'lz4', 'zstd', undefined] as const;
    for (const topic of ['first', 'second']) await client.createTopic(topic, 2);
    let n = 0;
    for (const codec of codecs)
      for (const topic of ['first', 'second']) {
        const some = numbers(n, n + 100).map((each) => message(topic, each, { partition: each % 2 }));
        await client.produce(some, codec);
        n += 100;
      }
    const { rows, source } = await readTo({ brokers, topics: ['first', 'second'], groupId: 'codecs', maxBytes: 1_000 });
    assert.deepEqual(
      rows.sort((a, b) => a - b),
      numbers(0, 1_000),
    );
    assert.equal(source.status.state, 'left');
    assert.ok(source.status.bytes > 1_000);
    assert.equal(source.rows(), 1_000);
    const committed = await client.committed('codecs');
    assert.deepEqual([...committed.values()], [250n, 250n, 250n, 250n]);
    assert.deepEqual((await readTo({ brokers, topics: ['first', 'second'], groupId: 'codecs' })).rows, []);
  });
  await t.test('of transactions only those that were committed; and it ends behind their markers', () => transactions(client, to));
  await t.test('a topic that was compacted has gaps, and ends all the same', () => compaction(client, to));
  await t.test('a message of 6 MB is rejected, and those behind it are read', async () => {
    await client.createTopic('large', 1, { 'max.message.bytes': String(LARGE) });
    await client.produce([message('large', 0), message('large', 1, { pad: 'x'.repeat(6_000_000) })]);
    await client.produce([message('large', 2)]);
    const { rows, rejections } = await to('large', { maxBytes: 10_000 });
    assert.deepEqual(rows, [0, 2]);
    assert.deepEqual(
      rejections.map(({ cause, origin }) => [cause.reason, origin?.line, origin?.topic, origin?.partition]),
      [['too_large', 1, 'large', 0]],
    );
  });
  await t.test('messages that retention has deleted before they were read are said loudly', () => retention(client, to));
  await t.test('where to begin without a commit', async () => {
    await client.createTopic('begin', 1);
    await client.produce(numbers(0, 5).map((n) => message('begin', n)));
    const error = await failure(to('begin', { from: 'fail' }));
    assert.equal(error.code, 'CIO_SOURCE');
    assert.match(error.message, /the group has committed nothing for begin\/0/);
    assert.deepEqual((await to('begin', { from: 'latest' })).rows, []);
    // What `latest` found is committed: what comes later is not lost.
    await client.produce(numbers(5, 8).map((n) => message('begin', n)));
    assert.deepEqual((await to('begin', { from: 'latest' })).rows, [5, 6, 7]);
  });
  await t.test('origins name topic, partition and offset, and the topic by its id', async () => {
    await client.createTopic('origins', 3);
    await client.produce([message('origins', 7, { partition: 2 })]);
    const source = kafka({ brokers, topics: 'origins', groupId: 'origins', until: 'end', settleMs: 0, stream: 's', namespace: 'n' });
    const elements = [];
    for await (const element of source) elements.push(element);
    const { place, line } = originOf(elements[0]) ?? {};
    assert.deepEqual([line, place?.source, place?.stream, place?.namespace], [0, 'kafka://origins/2', 's', 'n']);
    assert.match(String(place?.version), /^[\da-f-]{36}$/);
    assert.equal(place?.ownership?.state, 'lost');
  });
  await t.test('starts that fail, stops at any time, and nothing left open', () => endings(t, client, brokers));
});

type To = (topic: string, more?: Partial<KafkaOptions>) => Promise<Reading>;

async function transactions(client: KafkaClient, to: To): Promise<void> {
  const some = (from: number, count: number) => numbers(from, from + count).map((n) => message('tx', n, { pad: 'x'.repeat(500) }));
  await client.createTopic('tx', 1);
  await client.transaction(some(0, 5), 'commit');
  // The same producer aborts twice, and once so much that it comes in several fetches.
  await client.transaction(some(100, 3), 'abort');
  await client.transaction(some(200, 100), 'abort');
  await client.transaction(some(5, 5), 'commit');
  await client.transaction(some(300, 3), 'abort');
  for (const maxBytes of [5_000, 2_000_000]) {
    const { rows } = await to('tx', { groupId: `tx-${maxBytes}`, maxBytes });
    assert.deepEqual(rows, numbers(0, 10));
    // All markers are behind what is committed: nothing seems to be left.
    assert.deepEqual(await client.committed(`tx-${maxBytes}`), await client.ends('tx', 1));
  }
}

async function compaction(client: KafkaClient, to: To): Promise<void> {
  const configs = { 'cleanup.policy': 'compact', 'segment.ms': '100', 'min.cleanable.dirty.ratio': '0.01', 'delete.retention.ms': '0' };
  await client.createTopic('compact', 1, configs);
  for (let round = 0; round < 4; round++) {
    await client.produce(numbers(0, 10).map((n) => message('compact', 10 * round + n, { key: `k${n % 3}` })));
    // The next batch begins a segment of its own.
    await sleep(150);
  }
  await client.produce([message('compact', 99)]);
  for (const end = performance.now() + 60_000; ; await sleep(500)) {
    const { rows, source } = await to('compact', { groupId: `compact-${performance.now()}` });
    assert.equal(rows.at(-1), 99);
    assert.equal(source.status.state, 'left');
    if (rows.length < 30) break;
    assert.ok(performance.now() < end, 'the broker compacts nothing');
  }
}

async function retention(client: KafkaClient, to: To): Promise<void> {
  await client.createTopic('short', 1);
  await client.produce(numbers(0, 10).map((n) => message('short', n)));
  assert.deepEqual((await to('short')).rows, numbers(0, 10));
  await client.produce(numbers(10, 30).map((n) => message('short', n)));
  await client.deleteBefore('short', 0, 25n);
  const error = await failure(to('short', { from: 'fail' }));
  assert.match(error.message, /15 offsets of partition 0 of topic short \(10 to 24\) were deleted by retention before this group/);
  const { rows, warnings } = await to('short');
  assert.deepEqual(rows, numbers(25, 30));
  assert.equal(warnings.length, 1);
  assert.match(String(warnings[0]), /^15 offsets .* it never gets those rows; reading continues at 25$/);
}

async function endings(t: TestContext, client: KafkaClient, brokers: string): Promise<void> {
  await client.createTopic('endings', 2);
  const before = open();
  const missing = await failure(readTo({ brokers, topics: ['endings', 'nowhere'] }));
  assert.equal(missing.code, 'CIO_SOURCE');
  assert.match(missing.message, /^Kafka: the topics can't be looked up: Unknown topic nowhere$/);
  // So many milliseconds of its own are one of the clock here.
  const { clock } = fast(100);
  const dead = await failure(readTo({ brokers: '127.0.0.1:1', topics: 'endings', clock } as Omit<KafkaOptions, 'groupId'>));
  assert.match(dead.message, /ECONNREFUSED 127\.0\.0\.1:1/);
  const session = await failure(readTo({ brokers, topics: 'endings', sessionTimeoutMs: 200, heartbeatMs: 50 }));
  assert.match(session.message, /the group can't be joined: .*session/i);

  for (const waitMs of [0, 1, 5, 20, 50]) {
    const source = kafka({ brokers, topics: 'endings', groupId: 'endings' });
    source.resume();
    if (waitMs > 0) await sleep(waitMs);
    source.stop();
    source.stop();
    await within(new Promise((resolve) => source.once('close', resolve)), () => `a stop after ${waitMs} ms does not end it`);
    assert.equal(source.status.state, 'left');
  }
  const hopeless = kafka({ brokers: '127.0.0.1:1', topics: 'endings', groupId: 'endings' });
  hopeless.resume();
  await sleep(50);
  hopeless.stop();
  await within(new Promise((resolve) => hopeless.once('close', resolve)), () => 'without a broker it does not stop');
  const destroyed = kafka({ brokers, topics: 'endings', groupId: 'endings' });
  destroyed.resume();
  await until(() => destroyed.status.state === 'running', 'it runs');
  destroyed.destroy();
  await within(new Promise((resolve) => destroyed.once('close', resolve)), () => 'it is not destroyed');
  await until(() => open().length <= before.length, `nothing is open but ${before}`);
  assert.equal(await client.members('endings'), 0);
  t.diagnostic(`open: ${open()}`);
}
