/**
 * One rate for several processes, by a real Redis: at the server never more than the rate in any rolling second, nearly all of it
 * used, in equal shares, and all of it again soon after one was killed. With rows from a file, and with those of a real Kafka, where
 * others also take over the partitions. Then what ten, a hundred and a thousand processes ask of Redis.
 */
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startKafka } from '../test/support/scale/kafka-server.ts';
import { whatIsMissing } from '../test/support/scale/needs.ts';
import type { DedupeCost, DedupeJob } from './dedupe-client.ts';
import { answerOf, type BareServer, runTask, start, withFiles, withServer } from './processes.ts';
import type { Report, Settings } from './report.ts';
import { fullAgainAfter, mostInOneSecond, unevenness } from './rolling.ts';
import type { RowFile } from './rows.ts';
import type { ScaleJob } from './scale/client.ts';
import type { CrowdJob, CrowdRun } from './scale/crowd.ts';
import { Group, nowMs } from './scale/group.ts';
import type { MembersJob } from './scale/members.ts';
import { type Crowd, type Killed, type Memory, type MemoryRun, type Rebalance, type Shared, scaleReport } from './scale/report.ts';
import { type RedisUse, type SeenRedis, startSeenRedis, withServers } from './scale/servers.ts';
import { fillTopic } from './scale/topic.ts';

const REQUESTS_PER_SECOND = 100;
/** Small batches, so that the machine has time for many requests. */
const MAX_BATCH_BYTES = 10_000;
/** Of the rate, for it to count as used. */
const ENOUGH = 0.92;
const SETTLING_MS = 2_000;
/** A workspace that Redis has not heard of begins after some silence. */
const CALM_MS = 5_000;
const PARTITIONS = 12;
/** The least that a broker takes unless it is set up otherwise. */
const SESSION_MS = 6_000;
/** For a group to settle, and for a killed process to be missed. */
const MOST_MS = 60_000;
/** Each crowd is of so many processes. */
const CROWDS = [10, 100, 1_000];
const CROWD_PROCESSES = 2;
/** One more joins a group of so many. */
const GROUPS = [10, 100];

interface Lengths {
  readonly seconds: number;
  readonly afterKillMs: number;
  readonly sizes: readonly number[];
  readonly crowds: readonly number[];
  readonly groups: readonly number[];
  readonly people: number;
}

/** Where processes get their rows. */
type RowsOf = (groupId: string) => ScaleJob['rows'];

/** Runs the bench; undefined if there is no Redis. */
export async function scale({ log, smoke, ...settings }: Settings): Promise<Report | undefined> {
  const missing = whatIsMissing('redis');
  if (missing !== '') return void log(`scale: skipped, ${missing}`);
  const lengths: Lengths = smoke
    ? { seconds: 2, afterKillMs: 2_000, sizes: [2], crowds: [10], groups: [2], people: 10_000 }
    : { seconds: 15, afterKillMs: 5_000, sizes: [1, 2, 4], crowds: CROWDS, groups: GROUPS, people: 1_000_000 };
  const rows = settings.rows ?? (smoke ? 20_000 : 200_000);
  const withoutKafka = whatIsMissing('kafka');
  if (withoutKafka !== '') log(`scale: without Kafka, ${withoutKafka}`);
  return withFiles([{ shape: 'events', rows: 20_000 }], ([file]) =>
    withServer((server) =>
      withServers(async (t) => {
        const redis = await startSeenRedis(t);
        const bench = new Bench({ server, redis, lengths, log });
        if (!smoke) await bench.alone(file as RowFile);
        await bench.rounds('file', () => file as RowFile);
        if (withoutKafka === '') {
          const broker = await startKafka(t);
          const topic = await fillTopic(t, broker.address, { topic: 'events', partitions: PARTITIONS, rows });
          await bench.rounds('kafka', (groupId) => ({ brokers: broker.address, topic, groupId, sessionTimeoutMs: SESSION_MS }));
          for (const members of lengths.groups) await bench.rebalance(t, broker.address, members);
          await broker.kill();
        }
        for (const members of lengths.crowds) await bench.crowd(members);
        await bench.memory(lengths.people);
        return bench.report();
      }),
    ),
  );
}

class Bench {
  readonly #server: BareServer;
  readonly #redis: SeenRedis;
  readonly #lengths: Lengths;
  readonly #log: Settings['log'];
  readonly #shared: Shared[] = [];
  readonly #killed: Killed[] = [];
  readonly #crowds: Crowd[] = [];
  readonly #rebalances: Rebalance[] = [];
  #memory: Memory | undefined;
  #workspaces = 0;

  constructor({ server, redis, lengths, log }: { server: BareServer; redis: SeenRedis; lengths: Lengths; log: Settings['log'] }) {
    this.#server = server;
    this.#redis = redis;
    this.#lengths = lengths;
    this.#log = log;
  }

  /** One process whose rate is its own: what it costs without Redis. */
  async alone(file: RowFile): Promise<void> {
    this.#log('scale: one process without Redis');
    const group = this.#group(1, () => file, false);
    try {
      await this.#measure('file', group, false);
    } finally {
      await group.stop();
    }
  }

  /** Groups of each size; of the last one is killed. */
  async rounds(kind: Shared['rows'], rowsOf: RowsOf): Promise<void> {
    for (const size of this.#lengths.sizes) {
      this.#log(`scale: ${size} processes, rows from ${kind}`);
      const group = this.#group(size, rowsOf, true);
      try {
        if (kind === 'kafka') await group.until('all have partitions', () => isSpread(group.partitionsAt(nowMs())), MOST_MS);
        await this.#measure(kind, group, true);
        if (size === this.#lengths.sizes.at(-1)) await this.#kill(kind, group);
      } finally {
        await group.stop();
      }
    }
  }

  #group(size: number, rowsOf: RowsOf, isShared: boolean): Group {
    const siteId = this.#workspace();
    const rows = rowsOf(siteId);
    const each = { rows, baseUrl: this.#server.baseUrl, siteId, requestsPerSecond: REQUESTS_PER_SECOND, maxBatchBytes: MAX_BATCH_BYTES };
    const redis = isShared ? this.#redis.url : undefined;
    return new Group(
      this.#server,
      Array.from({ length: size }, (_, index) => ({ ...each, redis, apiKey: `key-${index}` })),
    );
  }

  /** A new one, so that what ran before does not count. */
  #workspace(): string {
    return `workspace-${++this.#workspaces}`;
  }

  /** One more joins a group. */
  async rebalance(t: TestContext, brokers: string, members: number): Promise<void> {
    this.#log(`scale: one more joins ${members} members`);
    const topic = await fillTopic(t, brokers, { topic: `for-${members}`, partitions: members + 1, rows: 0 });
    const job: MembersJob = { brokers, topic, groupId: topic, members, partitions: members + 1 };
    this.#rebalances.push({ members, ms: await runTask<number>('scale/members.js', job) });
  }

  async #measure(rows: Shared['rows'], group: Group, isShared: boolean): Promise<void> {
    const { size } = group;
    await group.until('all send', () => group.counts(0, Number.POSITIVE_INFINITY).every((count) => count > 0), MOST_MS);
    await group.run(SETTLING_MS);
    const [fromMs, before, cpuBefore] = [nowMs(), await this.#redis.use(), await group.cpuSeconds()];
    await group.run(this.#lengths.seconds * 1e3);
    const [toMs, after, cpuAfter] = [nowMs(), await this.#redis.use(), await group.cpuSeconds()];
    const counts = group.counts(fromMs, toMs);
    const requests = counts.reduce((sum, count) => sum + count, 0);
    const seconds = (toMs - fromMs) / 1e3;
    const measured: Shared = {
      ...{ rows, processes: size, isShared, seconds, requests },
      shareOfAllowed: requests / (REQUESTS_PER_SECOND * seconds),
      mostInOneSecondLeaving: mostInOneSecond(group.leftMs.sort((a, b) => a - b)),
      mostInOneSecondArriving: mostInOneSecond(group.arrivals.map(({ atMs }) => atMs)),
      unevenness: unevenness(counts),
      cpuMsPerRequest: ((cpuAfter - cpuBefore) * 1e3) / requests,
      redis: perRequest(before, after, requests),
    };
    this.#shared.push(measured);
  }

  async #kill(rows: Shared['rows'], group: Group): Promise<void> {
    this.#log('scale: one of them is killed');
    const atMs = await group.kill(0);
    await group.run(this.#lengths.afterKillMs);
    const times = group.arrivals.map((arrival) => arrival.atMs);
    const fullAgainAfterMs = fullAgainAfter(times, atMs, Math.ceil(ENOUGH * REQUESTS_PER_SECOND));
    const killed: Killed = { rows, processes: group.size, fullAgainAfterMs };
    if (rows === 'file') return void this.#killed.push(killed);
    const haveAll = (): boolean => sum(group.partitionsAt(nowMs()).slice(1)) === PARTITIONS;
    await group.until('the others have all partitions', haveAll, MOST_MS);
    const partitionsAfterMs = (group.held.at(-1)?.atMs ?? Number.POSITIVE_INFINITY) - atMs;
    this.#killed.push({ ...killed, partitionsAfterMs, sessionMs: SESSION_MS });
  }

  /** One memory: all people new, then all unchanged, beside the pipeline without it. */
  async memory(people: number): Promise<void> {
    const run = async (store: string): Promise<MemoryRun> => {
      this.#log(`scale: ${people} people, ${store === '' ? 'without dedupe' : 'with one memory'}`);
      const before = await this.#redis.use();
      const job: DedupeJob = { what: 'pipeline', store, people, baseUrl: this.#server.baseUrl };
      const { cpuSeconds } = await runTask<DedupeCost>('dedupe-client.js', job);
      const after = await this.#redis.use();
      const perMillion = 1e6 / people;
      return {
        cpuSecondsPerMillion: cpuSeconds * perMillion,
        redisCpuSecondsPerMillion: (after.cpuSeconds - before.cpuSeconds) * perMillion,
        bytesAPerson: (after.memoryBytes - before.memoryBytes) / people,
      };
    };
    this.#memory = { people, without: await run(''), first: await run(this.#redis.url), unchanged: await run(this.#redis.url) };
  }

  /** So many that always wait for their turn. */
  async crowd(members: number): Promise<void> {
    this.#log(`scale: ${members} that wait for their turn`);
    const redis = await this.#redis.use();
    const job = { redis: this.#redis.url, siteId: this.#workspace(), requestsPerSecond: REQUESTS_PER_SECOND };
    const children = Array.from({ length: CROWD_PROCESSES }, () =>
      start('scale/crowd.js', [JSON.stringify({ ...job, members: members / CROWD_PROCESSES } satisfies CrowdJob)]),
    );
    const ask = (): Promise<CrowdRun[]> => {
      const answers = Promise.all(children.map((child) => answerOf<CrowdRun>(child)));
      for (const child of children) child.send('run');
      return answers;
    };
    try {
      await Promise.all(children.map((child) => answerOf(child)));
      await sleep(CALM_MS);
      await ask();
      const [fromMs, before] = [nowMs(), await this.#redis.use()];
      await sleep(this.#lengths.seconds * 1e3);
      const [toMs, after] = [nowMs(), await this.#redis.use()];
      const sentMs = (await ask()).flatMap((run) => run.sentMs).sort((a, b) => a - b);
      const seconds = (toMs - fromMs) / 1e3;
      this.#crowds.push({
        members,
        shareOfAllowed: sentMs.filter((at) => at >= fromMs && at < toMs).length / (REQUESTS_PER_SECOND * seconds),
        mostInOneSecond: mostInOneSecond(sentMs),
        questionsPerSecond: (after.questions - before.questions) / seconds,
        redisCpu: (after.cpuSeconds - before.cpuSeconds) / seconds,
        connections: after.clients,
        memoryBytes: after.memoryBytes - redis.memoryBytes,
      });
    } finally {
      for (const child of children) child.kill('SIGKILL');
    }
  }

  report(): Report {
    const [shared, killed, crowds, rebalances] = [this.#shared, this.#killed, this.#crowds, this.#rebalances];
    return scaleReport({ requestsPerSecond: REQUESTS_PER_SECOND, shared, killed, crowds, rebalances, memory: this.#memory });
  }
}

function perRequest(before: RedisUse, after: RedisUse, requests: number): Shared['redis'] {
  return {
    questions: (after.questions - before.questions) / requests,
    commands: (after.commands - before.commands) / requests,
    cpuMs: ((after.cpuSeconds - before.cpuSeconds) * 1e3) / requests,
  };
}

function isSpread(partitions: readonly number[]): boolean {
  return sum(partitions) === PARTITIONS && partitions.every((count) => count > 0);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
