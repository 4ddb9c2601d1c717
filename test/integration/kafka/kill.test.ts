/**
 * The proof of scale-out: people and events in twelve partitions of a real broker, and processes that share them, a rate and a memory
 * in Redis. They are killed again and again, others join and leave, the broker and Redis are killed, too, and the API fails. Every
 * message is settled before its offset is committed, each person's operations come in their order, and at the end people, events and
 * rejected rows are those of a run that nothing disturbed. CIO_KAFKA_KILLS=30 makes it long.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { mulberry32 } from '../../../bench/rows.ts';
import type { Fault } from '../../../lib/sandbox/faults.ts';
import { folder } from '../../support/folder.ts';
import { type Calls, start } from '../../support/sandbox.ts';
import { type KafkaClient, kafkaClient } from '../../support/scale/kafka-client.ts';
import { type KafkaServer, startKafka } from '../../support/scale/kafka-server.ts';
import { Crew } from '../../support/scale/kill/crew.ts';
import { Ledger } from '../../support/scale/kill/ledger.ts';
import { type Messages, makeMessages } from '../../support/scale/kill/messages.ts';
import { isMissing } from '../../support/scale/needs.ts';
import { startRedis } from '../../support/scale/redis-server.ts';
import { SEED } from '../../support/seed.ts';

const LONG = process.env.CIO_KAFKA_KILLS !== undefined;
const KILLS = Number(process.env.CIO_KAFKA_KILLS ?? 3);
const MESSAGES = LONG ? 200_000 : 6_000;
const PARTITIONS = 12;
const TOPIC = 'people';
const CREW = 3;
/** Of all processes together; each request has about 25 rows. So a run takes about as long on every machine. */
const REQUESTS_PER_SECOND = LONG ? 80 : 30;
/** A killed process is missed after so long: long enough for what it has on the wire to arrive, on a busy machine, too. */
const SESSION_MS = 6_000;
const LOOK_EVERY_MS = 100;
/** Nothing stands still for so long. */
const STALLED_MS = 60_000;

const FAULTS: readonly Fault[] = [
  { path: '/api/v2/batch', status: 503, probability: 0.03 },
  // Each slows down all processes for seconds.
  { path: '/api/v2/batch', status: 429, headers: { 'retry-after': '0' }, probability: 0.002 },
  { path: '/api/v2/batch', reset: 'after', probability: 0.03 },
  { path: '/api/v2/batch', latencyMs: 1_000, probability: 0.15 },
];

/** What must be the same, as sorted lines. */
interface Outcome {
  readonly people: readonly string[];
  readonly events: readonly string[];
  readonly rejects: readonly string[];
}

interface Scene {
  readonly t: TestContext;
  readonly broker: KafkaServer;
  readonly client: KafkaClient;
  readonly messages: Messages;
}

/** A group of its own with a sandbox, a Redis and a place for rejected rows of its own. */
async function group({ t, broker, client, messages }: Scene, groupId: string, requestsPerSecond: number) {
  const rejects = await folder(t);
  const ledger = new Ledger(messages, rejects);
  const sandbox = await start(t, { onApply: ({ operation }) => ledger.apply(operation) });
  const redis = await startRedis(t);
  const options = { brokers: broker.address, topic: TOPIC, groupId, redis: redis.url, baseUrl: sandbox.url, rejects };
  const crew = new Crew(t, { ...options, requestsPerSecond, sessionTimeoutMs: SESSION_MS }, mulberry32(SEED));

  /** Looks at everything again and again, until `isDone`. Fails if something is wrong, or nothing has moved for long. */
  const watch = async (isDone: () => boolean | Promise<boolean>): Promise<void> => {
    let [before, movedAt] = ['', Date.now()];
    for (;;) {
      const committed = await client.committed(groupId).catch(() => new Map<string, bigint>());
      ledger.compare(committed);
      crew.check();
      assert.deepEqual(ledger.faults.slice(0, 5), [], crew.said);
      if (await isDone()) return;
      const now = `${ledger.taken} ${[...committed.values()].join()}`;
      if (now !== before) [before, movedAt] = [now, Date.now()];
      assert.ok(Date.now() - movedAt < STALLED_MS, `nothing moves: ${ledger.taken} are taken, committed is ${now}: ${crew.said}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  };
  /** Everything is settled, and committed. */
  const finish = async (): Promise<void> => {
    await watch(() => ledger.isComplete);
    const ends = await client.ends(TOPIC, PARTITIONS);
    await watch(async () => {
      const committed = await client.committed(groupId);
      return [...ends].every(([name, end]) => end === 0n || committed.get(name) === end);
    });
    await crew.leaveAll();
    assert.deepEqual(ledger.faults, []);
  };
  return { ledger, sandbox, redis, crew, watch, finish, outcome: () => outcomeOf(sandbox, rejects) };
}

function outcomeOf(sandbox: Calls, rejects: string): Outcome {
  const { people, events } = sandbox.state();
  const names = readdirSync(rejects, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ndjson'));
  const lines = names.flatMap((name) => readFileSync(join(rejects, name), 'utf8').trimEnd().split('\n'));
  const rejected = lines.map((line) => {
    const { rejected_at: _at, rejected_attempts: _attempts, rejected_status: _status, ...rest } = JSON.parse(line);
    return JSON.stringify(rest);
  });
  return {
    people: people.map(({ id, attributes }) => JSON.stringify([id, Object.entries(attributes).sort()])).sort(),
    events: events.map(({ id, name, identifiers, attributes }) => JSON.stringify([id, name, identifiers, attributes])).sort(),
    // What a killed process has kept, and another has read again, stands there twice.
    rejects: [...new Set(rejected)].sort(),
  };
}

function assertSame(got: Outcome, want: Outcome): void {
  for (const what of ['people', 'events', 'rejects'] as const) {
    const [is, should] = [new Set(got[what]), new Set(want[what])];
    const missing = want[what].filter((line) => !is.has(line));
    const extra = got[what].filter((line) => !should.has(line));
    const counts = `seed ${SEED}, ${what}: ${got[what].length} where ${want[what].length} should be`;
    assert.deepEqual([missing.slice(0, 3), extra.slice(0, 3), got[what].length], [[], [], want[what].length], counts);
  }
}

test('processes, the broker and Redis are killed, others join and leave: nothing is lost, doubled or overtaken', async (t) => {
  if (isMissing(t, 'kafka', 'redis')) return;
  const broker = await startKafka(t, { 'group.min.session.timeout.ms': 1_000 });
  const client = kafkaClient(t, broker.address);
  const messages = makeMessages(TOPIC, PARTITIONS, MESSAGES, SEED);
  await client.createTopic(TOPIC, PARTITIONS);
  await client.produce(messages.messages);
  const ends = messages.expected.map(({ length }, partition) => [`${TOPIC}/${partition}`, BigInt(length)] as const);
  assert.deepEqual(await client.ends(TOPIC, PARTITIONS), new Map(ends));
  const scene = { t, broker, client, messages };

  const calm = await group(scene, 'undisturbed', 1_000);
  calm.crew.join();
  await calm.finish();
  const want = calm.outcome();
  assert.equal(want.rejects.length, messages.bad);
  assert.equal(calm.ledger.repeats, 0);
  await calm.sandbox.close();

  const startedAt = Date.now();
  const { ledger, sandbox, redis, crew, watch, finish, outcome } = await group(scene, 'disturbed', REQUESTS_PER_SECOND);
  sandbox.setFaults(FAULTS);
  const random = mulberry32(SEED + 1);
  const acts = actsOf(KILLS, random);
  for (let n = 0; n < CREW; n++) crew.join();
  for (const [index, act] of acts.entries()) {
    const due = (MESSAGES * (index + 1)) / (acts.length + 2);
    // Those that have no row of their own in the ledger, such as rejected ones, are a few.
    await watch(() => ledger.taken >= due * 0.85);
    await new Promise((resolve) => setTimeout(resolve, random() * 400));
    if (act === 'join') crew.join();
    else if (act === 'leave') await crew.leave();
    else if (act === 'kill') await crew.kill();
    else {
      const server = act === 'broker' ? broker : redis;
      await server.kill();
      await server.start();
    }
    while (crew.size < CREW - 1 || (crew.size < CREW && random() < 0.7)) crew.join();
  }
  await finish();
  assertSame(outcome(), want);
  const seconds = Math.round((Date.now() - startedAt) / 1_000);
  t.diagnostic(
    `seed ${SEED}: ${MESSAGES} messages; ${crew.killed} kills, ${crew.joined} joins, ${crew.left} leaves, a broker and a Redis killed; ` +
      `${ledger.repeats} operations came again; ${seconds} s`,
  );
  t.diagnostic(`equal: ${want.people.length} people, ${want.events.length} events, ${want.rejects.length} rejected rows`);
});

/** What happens, in an order that the seed gives. The broker is killed in the first half, Redis in the second. */
function actsOf(kills: number, random: () => number): string[] {
  // Joins and leaves move partitions while everybody is busy; a kill leaves time in which requests end.
  const acts = ['kill', 'join', 'leave'].flatMap((act) => Array<string>(act === 'kill' ? kills : Math.ceil(kills / 2) + 2).fill(act));
  const shuffled = acts.map((act) => ({ act, at: random() })).sort((a, b) => a.at - b.at);
  const order = shuffled.map(({ act }) => act);
  order.splice(Math.floor(order.length / 3), 0, 'broker');
  order.splice(Math.floor((2 * order.length) / 3), 0, 'redis');
  return order;
}
