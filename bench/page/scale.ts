/**
 * The tables of docs/scale.md and its chart: what was measured with one, two and four processes, and what follows from that and from
 * the defaults for ten, a hundred and a thousand. The text around them is written by hand.
 */
import type { z } from 'zod';
import { HEARTBEATS_PER_SESSION } from '../../lib/source/kafka/client/consumers.ts';
import { KAFKA_SHAPE } from '../../lib/source/kafka/options.ts';
import { DEFAULT_REQUESTS_PER_SECOND } from '../../lib/track/limits.ts';
import { DEFAULT_CONCURRENCY } from '../../lib/write/options.ts';
import { HEARTBEAT_MS } from '../../lib/write/shared/standing.ts';
import { say } from '../report.ts';
import { type Crowd, type MemoryRun, nameOf, type ScaleFigures } from '../scale/report.ts';
import { chartOf } from './chart.ts';
import { markdown } from './page.ts';
import type { Results } from './results.ts';

const SIZES = [10, 100, 1_000] as const;

const RATE = DEFAULT_REQUESTS_PER_SECOND;

/** What has not been measured yet is empty. */
function figuresOf(results: Results): ScaleFigures {
  const none: ScaleFigures = { requestsPerSecond: RATE, load: 0, shared: [], killed: [], crowds: [], rebalances: [], memory: undefined };
  return { ...none, ...(results.scale?.figures as Partial<ScaleFigures> | undefined) };
}

/** The tables by name. */
export const SCALE_TABLES: Readonly<Record<string, (results: Results) => string>> = {
  'one rate': (results) => rateTable(figuresOf(results)),
  killed: (results) => killedTable(figuresOf(results)),
  'one memory': (results) => memoryTable(figuresOf(results)),
  'rows from Kafka': ({ kafka }) => markdown(kafka?.table ?? [['not measured']]),
  'on paper': (results) => paperTable(figuresOf(results)),
};

/** Redis under one, two, four processes that send, and under more that only wait for their turn. */
export function chartOfScale(results: Results): string {
  const { shared, crowds } = figuresOf(results);
  const few = shared
    .filter(({ rows, isShared }) => rows === 'file' && isShared)
    .map(({ processes, requests, seconds, redis }) => ({
      processes,
      questions: (redis.questions * requests) / seconds,
      cpu: (redis.cpuMs * requests) / seconds / 1e3,
    }));
  const many = SIZES.map((members) => {
    const crowd = crowds.find((one) => one.members === members);
    return { processes: members, questions: crowd?.questionsPerSecond, cpu: crowd?.redisCpu };
  });
  return chartOf(
    { title: `What processes that share ${RATE} requests/s ask of Redis: share of one core, questions a second`, one: 'one core' },
    [...few, ...many].map(({ processes, questions, cpu }) => ({
      label: `${say(processes)} ${processes === 1 ? 'process' : 'processes'}`,
      against: `one request in ${turnOf(processes)} each`,
      value: cpu,
      ...(cpu !== undefined && { text: `${say(cpu * 100, 1)} %, ${say(questions ?? 0)}/s` }),
    })),
  );
}

function rateTable({ shared }: ScaleFigures): string {
  return markdown([
    [
      '',
      'most in any second, leaving',
      'arriving',
      'of the rate used',
      'farthest from an equal share',
      'CPU a request',
      'of Redis',
      'questions a request',
    ],
    ...shared.map((one) => [
      nameOf(one),
      say(one.mostInOneSecondLeaving),
      say(one.mostInOneSecondArriving),
      `${say(one.shareOfAllowed * 100, 1)} %`,
      one.processes === 1 ? '' : `${say(one.unevenness * 100, 1)} %`,
      `${say(one.cpuMsPerRequest, 2)} ms`,
      one.isShared ? `${say(one.redis.cpuMs, 3)} ms` : '',
      one.isShared ? say(one.redis.questions, 2) : '',
    ]),
  ]);
}

function killedTable({ killed }: ScaleFigures): string {
  return markdown([
    ['one of four is killed', 'the others use all of the rate after', 'and have its partitions after'],
    ...killed.map(({ rows, fullAgainAfterMs, partitionsAfterMs, sessionMs = 0 }) => [
      rows === 'file' ? 'rows from a file' : `rows from Kafka, a session of ${say(sessionMs / 1e3)} s`,
      fullAgainAfterMs === undefined ? 'never' : `${say(fullAgainAfterMs / 1e3, 2)} s`,
      partitionsAfterMs === undefined ? '' : `${say(partitionsAfterMs / 1e3, 1)} s`,
    ]),
  ]);
}

function memoryTable({ memory }: ScaleFigures): string {
  if (memory === undefined) return markdown([['not measured']]);
  const line = (name: string, run: MemoryRun): string[] => [
    name,
    `${say(run.cpuSecondsPerMillion, 1)} µs`,
    `${say(run.redisCpuSecondsPerMillion, 1)} µs`,
    `${say(Math.max(0, run.bytesAPerson))}`,
  ];
  return markdown([
    [`${say(memory.people)} people`, 'CPU a person', 'of Redis', 'bytes a person, in Redis'],
    line('without dedupe', memory.without),
    line('one memory, all new', memory.first),
    line('one memory, all unchanged', memory.unchanged),
  ]);
}

function paperTable({ crowds, rebalances }: ScaleFigures): string {
  const line = (name: string, of: (processes: number) => string): string[] => [name, ...SIZES.map(of)];
  const measured = (of: (crowd: Crowd) => string) => (processes: number) => {
    const crowd = crowds.find(({ members }) => members === processes);
    return crowd === undefined ? 'not measured' : of(crowd);
  };
  const joined = (processes: number): string => {
    const found = rebalances.find(({ members }) => members === processes);
    return found === undefined ? 'not measured' : `${say(found.ms / 1e3, 1)} s`;
  };
  const per = (count: number): string => say(count, count < 10 ? 1 : 0);
  const [session, wait, checkpoint] = [KAFKA_SHAPE.sessionTimeoutMs, KAFKA_SHAPE.maxWaitMs, KAFKA_SHAPE.checkpointEveryMs].map(
    (option: z.ZodType) => Number(option.parse(undefined)) / 1e3,
  ) as [number, number, number];
  return markdown([
    ['processes', ...SIZES.map((size) => say(size))],
    line('one process sends a request in', turnOf),
    line(`... and each of its ${DEFAULT_CONCURRENCY} batches in`, (processes) => turnOf(processes * DEFAULT_CONCURRENCY)),
    line(
      '**Redis**: questions a second, all wait for their turn (measured)',
      measured(({ questionsPerSecond }) => say(questionsPerSecond)),
    ),
    line('questions a second, nobody has anything to send', (processes) => say((processes * 1e3) / HEARTBEAT_MS.heard)),
    line(
      'of the rate used, all wait (measured)',
      measured(({ shareOfAllowed }) => `${say(shareOfAllowed * 100)} %`),
    ),
    line(
      'of one core, all wait (measured)',
      measured(({ redisCpu }) => `${say(redisCpu * 100, 1)} %`),
    ),
    line('connections; with one memory twice as many', (processes) => say(processes)),
    line(
      'memory (measured)',
      measured(({ memoryBytes }) => `${say(memoryBytes / 1e6, 1)} MB`),
    ),
    line('**Kafka**: partitions, at least', (processes) => say(processes)),
    line('heartbeats a second', (processes) => per((processes * HEARTBEATS_PER_SESSION) / session)),
    line('fetch requests a second while nothing comes, of one broker', (processes) => per(processes / wait)),
    line('commits a second, at most', (processes) => per(processes / checkpoint)),
    line('one more joins: all run again after (measured)', joined),
    line('a restart one by one: pauses of that kind', (processes) => say(2 * processes)),
  ]);
}

/** How often one of so many has its turn. */
function turnOf(processes: number): string {
  const seconds = processes / RATE;
  return `${say(seconds, seconds < 1 ? 2 : 0)} s`;
}
