/** Members of one group join, leave, fail and lose their broker: what arrives, how often, in which order, and what is committed. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { KafkaOptions } from '../../../lib/source/kafka/options.ts';
import type { TrackWriterOptions } from '../../../lib/write/options.ts';
import { start } from '../../support/sandbox.ts';
import { type Child, startChild } from '../../support/scale/child.ts';
import { type KafkaClient, kafkaClient } from '../../support/scale/kafka-client.ts';
import { type KafkaRun, type MemberArguments, startRun, until, updates } from '../../support/scale/kafka-run.ts';
import { type KafkaServer, startKafka } from '../../support/scale/kafka-server.ts';
import { isMissing } from '../../support/scale/needs.ts';

interface Situation {
  readonly latencyMs: number;
  readonly partitions: number;
  readonly rows: number;
  readonly options?: Partial<KafkaOptions>;
  readonly writing?: Partial<TrackWriterOptions>;
}

/** What has arrived in a sandbox that several members write to. */
interface Arrivals {
  readonly broker: KafkaServer;
  readonly client: KafkaClient;
  join(name: string): KafkaRun;
  /** In a process of its own. */
  joinAsProcess(name: string): Child;
  /** Of each member how many rows have arrived. */
  readonly from: ReadonlyMap<string, number>;
  readonly repeated: number;
  /** Rows that arrived from one member while another had the partition. */
  readonly foreign: number;
  /** People whose newest update is not the last one that arrived. */
  stale(): number;
  /** Resolves when all has arrived and is committed: after that nothing is read again. */
  done(): Promise<void>;
}

const PEOPLE = 60;

async function arrivals(t: TestContext, { latencyMs, partitions, rows, options, writing }: Situation): Promise<Arrivals> {
  const broker = await startKafka(t);
  const client = kafkaClient(t, broker.address);
  await client.createTopic('people', partitions);
  await client.produce(updates('people', partitions, rows, PEOPLE, 'x'.repeat(100)));
  const members = new Map<string, KafkaRun>();
  const times = new Uint32Array(rows);
  const last = new Map<string, number>();
  const from = new Map<string, number>();
  let foreign = 0;
  const sandbox = await start(t, {
    faults: [{ path: '/api/v2/batch', latencyMs }],
    onApply: ({ operation }) => {
      const { identifiers, attributes } = operation as { identifiers: { id: string }; attributes: { seq: number; by: string } };
      const { seq, by } = attributes;
      times[seq] = (times[seq] ?? 0) + 1;
      last.set(identifiers.id, seq);
      from.set(by, (from.get(by) ?? 0) + 1);
      const partition = (seq % PEOPLE) % partitions;
      for (const [name, { source }] of members)
        if (name !== by && source.status.partitions.some((one) => one.partition === partition)) foreign++;
    },
  });
  const argumentsOf = (name: string): MemberArguments => [
    name,
    { brokers: broker.address, topics: 'people', groupId: 'crm', heartbeatMs: 300, maxBytes: 20_000, ...options },
    { baseUrl: sandbox.url, concurrency: 5, maxBatchBytes: 8_000, ...writing },
  ];
  return {
    broker,
    client,
    join: (name) => {
      const run = startRun(t, ...argumentsOf(name));
      members.set(name, run);
      return run;
    },
    joinAsProcess: (name) => startChild(t, 'dist/test/support/scale/kafka-member.js', [JSON.stringify(argumentsOf(name))]),
    from,
    get repeated() {
      return times.reduce((sum, each) => sum + Math.max(0, each - 1), 0);
    },
    get foreign() {
      return foreign;
    },
    done: () =>
      until(
        () => {
          const held = [...members.values()].flatMap(({ source }) => source.status.partitions);
          return held.length === partitions && held.every(({ committed, end }) => committed === end) && times.every((each) => each > 0);
        },
        'all has arrived and is committed',
        120_000,
      ),
    stale: () => [...last].filter(([id, seq]) => seq !== rows - PEOPLE + Number(id.slice(1))).length,
  };
}

test('members join and leave: every row arrives once, in order, and from nobody who has lost its partition', async (t) => {
  if (isMissing(t, 'kafka')) return;
  const rows = 9_000;
  // A session so long that all settles within its share of it, on a slow machine, too.
  const all = await arrivals(t, {
    ...{ latencyMs: 100, partitions: 6, rows },
    options: { sessionTimeoutMs: 60_000, checkpointEveryMs: 500 },
    writing: { requestsPerSecond: 15 },
  });
  const a = all.join('a');
  await until(() => a.writer.summary.delivered > 500, 'a delivers');
  const b = all.join('b');
  await until(() => b.writer.summary.delivered > 300, 'b delivers');
  const c = all.join('c');
  await until(() => c.writer.summary.delivered > 300, 'c delivers');
  assert.deepEqual(
    [a, b, c].map(({ source }) => source.status.partitions.length),
    [2, 2, 2],
  );
  b.source.stop();
  b.source.stop();
  assert.equal(await b.done, undefined);
  assert.equal(b.source.status.state, 'left');
  await all.done();
  for (const { source } of [a, c]) source.stop();
  assert.deepEqual(await Promise.all([a.done, c.done]), [undefined, undefined]);
  assert.deepEqual([all.repeated, all.foreign, all.stale()], [0, 0, 0]);
  assert.deepEqual(await all.client.committed('crm'), await all.client.ends('people', 6));
  for (const { writer, source, warnings } of [a, b, c]) {
    assert.equal(writer.summary.skipped.total, 0);
    assert.ok(source.status.commits > 0);
    assert.deepEqual(warnings, []);
  }
  assert.ok(a.source.status.rebalances >= 3);
});

test('requests that are slower than what a rebalance waits for to settle: what is on the wire is waited for all the same', async (t) => {
  if (isMissing(t, 'kafka')) return;
  const rows = 1_200;
  const all = await arrivals(t, {
    // The share of the session is 1.5 s.
    ...{ latencyMs: 5_000, partitions: 4, rows },
    options: { sessionTimeoutMs: 10_000, checkpointEveryMs: 500 },
  });
  const a = all.join('a');
  await until(() => a.writer.summary.requests > 0, 'a sends');
  const b = all.join('b');
  await until(() => b.writer.summary.delivered > 0, 'b delivers');
  assert.ok(a.source.status.rebalances > 0);
  await all.done();
  assert.deepEqual([all.foreign, all.stale()], [0, 0]);
});

test('a member that fails is replaced, and a broker that is killed and comes back interrupts nothing for good', async (t) => {
  if (isMissing(t, 'kafka')) return;
  const rows = 6_000;
  const all = await arrivals(t, {
    ...{ latencyMs: 20, partitions: 4, rows },
    options: { sessionTimeoutMs: 6_000, checkpointEveryMs: 200 },
    writing: { requestsPerSecond: 20 },
  });
  const a = all.join('a');
  const b = all.join('b');
  await until(() => a.source.status.partitions.length === 2 && b.writer.summary.delivered > 200, 'both deliver');
  a.source.destroy(new Error('out of luck'));
  assert.match(String(await a.done), /out of luck/);
  await until(() => b.source.status.partitions.length === 4, 'b has all');
  await all.broker.kill();
  await until(() => b.warnings.length > 0, 'b says that the broker is gone');
  await all.broker.start();
  await all.done();
  b.source.stop();
  assert.equal(await b.done, undefined);
  assert.deepEqual([all.foreign, all.stale()], [0, 0]);
  assert.deepEqual(await all.client.committed('crm'), await all.client.ends('people', 4));
  assert.ok(b.warnings.includes('Kafka: fetching works again'), b.warnings.join('\n'));
  // One a minute for each kind of trouble, and in plain words.
  const failures = b.warnings.filter((text) => !text.endsWith(' works again') && !text.startsWith('Kafka: read but not committed: '));
  const kinds = failures.map((text) => /^Kafka: ([a-z A-Z]+) fails; retrying: /.exec(text)?.[1]);
  assert.ok(kinds.every((kind) => kind !== undefined) && new Set(kinds).size === kinds.length, b.warnings.join('\n'));
});

test('two processes with one instance id: the older one ends with an error, and the other reads on', async (t) => {
  if (isMissing(t, 'kafka')) return;
  const all = await arrivals(t, {
    ...{ latencyMs: 20, partitions: 4, rows: 4_000 },
    options: { groupInstanceId: 'one', checkpointEveryMs: 200 },
    writing: { requestsPerSecond: 20 },
  });
  const older = all.join('older');
  await until(() => older.writer.summary.delivered > 200, 'the older one delivers');
  const newer = all.join('newer');
  const error = Object(await older.done);
  assert.deepEqual(
    [error.code, error.message],
    ['CIO_SOURCE', 'Kafka: another process uses the instance id one: give each process its own'],
  );
  await all.done();
  newer.source.stop();
  assert.equal(await newer.done, undefined);
  assert.deepEqual([newer.warnings, newer.source.status.rebalances], [[], 0]);
});

test('a process that stands still for longer than its session sends nothing of what others have by then', async (t) => {
  if (isMissing(t, 'kafka')) return;
  const rows = 20_000;
  const all = await arrivals(t, {
    ...{ latencyMs: 20, partitions: 4, rows },
    options: { sessionTimeoutMs: 6_000, checkpointEveryMs: 200 },
    writing: { requestsPerSecond: 5 },
  });
  const still = all.joinAsProcess('still');
  const other = all.join('other');
  await until(() => other.source.status.partitions.length === 2 && (all.from.get('still') ?? 0) > 200, 'both deliver');
  still.process.kill('SIGSTOP');
  await until(() => other.source.status.partitions.length === 4, 'the other has all');
  await until(() => other.writer.summary.delivered > 1_000, 'the other delivers');
  const before = all.from.get('still');
  const { rebalances } = other.source.status;
  still.process.kill('SIGCONT');
  // It learns that it is out, and joins again.
  await until(() => other.source.status.state === 'rebalancing' || other.source.status.rebalances > rebalances, 'it joins again');
  assert.equal(all.from.get('still'), before);
  await until(() => (all.from.get('still') ?? 0) > (before ?? 0), 'it delivers again');
  still.process.kill('SIGTERM');
  assert.deepEqual(await still.ended, { status: 0, signal: null });
  assert.equal(still.stderr, '');
});
