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
    { title: `Load on Redis of processes that share ${RATE} requests/s: share of one core, calls per second`, one: 'one core' },
    [...few, ...many].map(({ processes, questions, cpu }) => ({
      label: `${say(processes)} ${processes === 1 ? 'process' : 'processes'}`,
      against: `one request every ${turnOf(processes)} each`,
      value: cpu,
      ...(cpu !== undefined && { text: `${say(cpu * 100, 1)} %, ${say(questions ?? 0)}/s` }),
    })),
  );
}

function rateTable({ shared }: ScaleFigures): string {
  return markdown([
    [
      '',
      'most sent in any second',
      'most received',
      'share of the rate used',
      'largest deviation from an equal share',
      'CPU per request',
      'CPU of Redis',
      'calls per request',
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
    ['one of four is killed', 'the others use the full rate after', 'and have its partitions after'],
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
    [`${say(memory.people)} people`, 'CPU per person', 'CPU of Redis', 'bytes per person in Redis'],
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
    line('one process sends a request every', turnOf),
    line(`... and each of its ${DEFAULT_CONCURRENCY} batches every`, (processes) => turnOf(processes * DEFAULT_CONCURRENCY)),
    line(
      '**Redis**: calls per second while all wait for their turn (measured)',
      measured(({ questionsPerSecond }) => say(questionsPerSecond)),
    ),
    line('calls per second while nobody has anything to send', (processes) => say((processes * 1e3) / HEARTBEAT_MS.heard)),
    line(
      'share of the rate used while all wait (measured)',
      measured(({ shareOfAllowed }) => `${say(shareOfAllowed * 100)} %`),
    ),
    line(
      'share of one core while all wait (measured)',
      measured(({ redisCpu }) => `${say(redisCpu * 100, 1)} %`),
    ),
    line('connections; twice as many with one memory', (processes) => say(processes)),
    line(
      'memory (measured)',
      measured(({ memoryBytes }) => `${say(memoryBytes / 1e6, 1)} MB`),
    ),
    line('**Kafka**: partitions, at least', (processes) => say(processes)),
    line('heartbeats per second', (processes) => per((processes * HEARTBEATS_PER_SESSION) / session)),
    line('fetch requests per second to one broker while nothing arrives', (processes) => per(processes / wait)),
    line('commits per second, at most', (processes) => per(processes / checkpoint)),
    line('pause when one more joins (measured)', joined),
    line('pauses in a rolling restart', (processes) => say(2 * processes)),
  ]);
}

/** How often one of so many has its turn. */
function turnOf(processes: number): string {
  const seconds = processes / RATE;
  return `${say(seconds, seconds < 1 ? 2 : 0)} s`;
}
