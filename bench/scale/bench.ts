/** The parts of the bench of scale-out, one after the other; what each has found is in the report. */

import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DedupeCost, DedupeJob } from '../dedupe-client.ts';
import { answerOf, type BareServer, runTask, start } from '../processes.ts';
import type { Report, Settings } from '../report.ts';
import { fullAgainAfter, mostInOneSecond, unevenness } from '../rolling.ts';
import type { RowFile } from '../rows.ts';
import type { ScaleJob } from './client.ts';
import type { CrowdJob, CrowdRun } from './crowd.ts';
import { Group, nowMs } from './group.ts';
import type { MembersJob } from './members.ts';
import { type Crowd, type Killed, type Memory, type MemoryRun, type Rebalance, type Shared, scaleReport } from './report.ts';
import type { RedisUse, SeenRedis } from './servers.ts';
import { fillTopic } from './topic.ts';

const REQUESTS_PER_SECOND = 100;
/** Small batches, so that the machine has time for many requests. */
const MAX_BATCH_BYTES = 10_000;
/** Of the rate, for it to count as used. */
const ENOUGH = 0.92;
const SETTLING_MS = 2_000;
/** A workspace that Redis has not heard of begins after some silence. */
const CALM_MS = 5_000;
/** Of the topic that processes read. */
export const PARTITIONS = 12;
/** The least that a broker takes unless it is set up otherwise. */
export const SESSION_MS = 6_000;
/** For a group to settle, and for a killed process to be missed. */
const MOST_MS = 60_000;
/** Each crowd is of so many processes. */
const CROWD_PROCESSES = 2;

/** How long, and how many. */
export interface Lengths {
  readonly seconds: number;
  readonly afterKillMs: number;
  readonly sizes: readonly number[];
  readonly crowds: readonly number[];
  readonly groups: readonly number[];
  readonly people: number;
}

/** What it runs with. */
export interface BenchOptions {
  readonly server: BareServer;
  readonly redis: SeenRedis;
  readonly lengths: Lengths;
  readonly load: number;
  readonly log: Settings['log'];
}

/** Where processes get their rows. */
export type RowsOf = (groupId: string) => ScaleJob['rows'];

/** Runs the parts. */
export class ScaleBench {
  readonly #server: BareServer;
  readonly #redis: SeenRedis;
  readonly #lengths: Lengths;
  readonly #load: number;
  readonly #log: Settings['log'];
  readonly #shared: Shared[] = [];
  readonly #killed: Killed[] = [];
  readonly #crowds: Crowd[] = [];
  readonly #rebalances: Rebalance[] = [];
  #memory: Memory | undefined;
  #workspaces = 0;

  constructor({ server, redis, lengths, load, log }: BenchOptions) {
    this.#server = server;
    this.#redis = redis;
    this.#lengths = lengths;
    this.#load = load;
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
    // A machine that is too busy for all of the rate is not so after the kill, either.
    const enough = Math.min(ENOUGH, this.#shared.at(-1)?.shareOfAllowed ?? ENOUGH);
    const fullAgainAfterMs = fullAgainAfter(times, atMs, Math.floor(enough * REQUESTS_PER_SECOND));
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

  /** What was found. */
  report(): Report {
    const [shared, killed, crowds, rebalances] = [this.#shared, this.#killed, this.#crowds, this.#rebalances];
    return scaleReport({
      requestsPerSecond: REQUESTS_PER_SECOND,
      load: this.#load,
      shared,
      killed,
      crowds,
      rebalances,
      memory: this.#memory,
    });
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
