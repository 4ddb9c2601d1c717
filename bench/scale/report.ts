/** What the bench of scale-out has found, and its table. */
import { type Report, say } from '../report.ts';

/** What processes have shown together. */
export interface Shared {
  readonly rows: 'file' | 'kafka';
  readonly processes: number;
  /** Without Redis the rate is the process's own. */
  readonly isShared: boolean;
  readonly seconds: number;
  readonly requests: number;
  readonly shareOfAllowed: number;
  readonly mostInOneSecondLeaving: number;
  readonly mostInOneSecondArriving: number;
  readonly unevenness: number;
  readonly cpuMsPerRequest: number;
  readonly redis: PerRequest;
}

/** What Redis did for one request. */
export interface PerRequest {
  readonly questions: number;
  readonly commands: number;
  readonly cpuMs: number;
}

/** After one of them was killed. */
export interface Killed {
  readonly rows: Shared['rows'];
  readonly processes: number;
  /** Until the first second in which the others use enough of the rate; none if the bench ended before. */
  readonly fullAgainAfterMs: number | undefined;
  /** Until the others have all partitions; none with rows from a file. */
  readonly partitionsAfterMs?: number;
  readonly sessionMs?: number;
}

/** What many processes ask of Redis. */
export interface Crowd {
  readonly members: number;
  readonly shareOfAllowed: number;
  readonly mostInOneSecond: number;
  readonly questionsPerSecond: number;
  readonly redisCpu: number;
  readonly connections: number;
  readonly memoryBytes: number;
}

/** A group of Kafka that one more process joins. */
export interface Rebalance {
  readonly members: number;
  /** Until all have their partitions again. */
  readonly ms: number;
}

/** What a run cost with or without one memory in Redis. */
export interface MemoryRun {
  readonly cpuSecondsPerMillion: number;
  readonly redisCpuSecondsPerMillion: number;
  /** More in Redis after the run than before. */
  readonly bytesAPerson: number;
}

/** One memory: no dedupe, all people new, all unchanged. */
export interface Memory {
  readonly people: number;
  readonly without: MemoryRun;
  readonly first: MemoryRun;
  readonly unchanged: MemoryRun;
}

/** All of it. */
export interface ScaleFigures {
  readonly requestsPerSecond: number;
  /** Processes that each processor had to run before the bench began. */
  readonly load: number;
  readonly shared: readonly Shared[];
  readonly killed: readonly Killed[];
  readonly crowds: readonly Crowd[];
  readonly rebalances: readonly Rebalance[];
  readonly memory: Memory | undefined;
}

/** The report. */
export function scaleReport(figures: ScaleFigures): Report {
  const { requestsPerSecond, shared, killed, crowds, rebalances, memory } = figures;
  return {
    title: `Scale-out: ${requestsPerSecond} requests/s allowed, for all processes together`,
    table: [
      ['', 'most in a second', 'of the rate used', 'farthest from an equal share', 'CPU ms a request', 'of Redis', 'questions to Redis'],
      ...shared.map(lineOf),
      ...crowds.map((crowd) => crowdLine(crowd, requestsPerSecond)),
      ...killed.flatMap(killedLines),
      ...rebalances.map(({ members, ms }) => wide(`${say(members)} members of a group, one more joins: all run again after`, ms)),
      ...(memory === undefined ? [] : memoryLines(memory)),
    ],
    figures: { ...figures },
  };
}

/** A name, and a time in place of all figures. */
function wide(name: string, ms: number | undefined): string[] {
  return [name, ms === undefined ? 'never' : `${say(ms)} ms`, ...new Array<string>(5).fill('')];
}

function memoryLines({ people, without, first, unchanged }: Memory): string[][] {
  const line = (name: string, run: MemoryRun): string[] => [
    `${say(people)} people, ${name}: CPU a person, of Redis`,
    ...['', '', '', `${say(run.cpuSecondsPerMillion, 2)} µs`, `${say(run.redisCpuSecondsPerMillion, 2)} µs`, ''],
  ];
  return [line('without dedupe', without), line('one memory, all new', first), line('one memory, all unchanged', unchanged)];
}

/** In words. */
export function nameOf({ processes, rows, isShared }: Pick<Shared, 'processes' | 'rows' | 'isShared'>): string {
  const name = `${processes} ${processes === 1 ? 'process' : 'processes'}, rows from ${rows === 'file' ? 'a file' : 'Kafka'}`;
  return isShared ? name : `${name}, without Redis`;
}

function lineOf(one: Shared): string[] {
  const percent = one.processes === 1 ? '' : `${say(one.unevenness * 100, 1)} %`;
  return [
    nameOf(one),
    say(one.mostInOneSecondArriving),
    say(one.shareOfAllowed, 3),
    percent,
    say(one.cpuMsPerRequest, 2),
    one.isShared ? say(one.redis.cpuMs, 3) : '',
    one.isShared ? say(one.redis.questions, 2) : '',
  ];
}

function killedLines({ rows, processes, fullAgainAfterMs, partitionsAfterMs, sessionMs = 0 }: Killed): string[][] {
  const name = `one of ${processes} killed, rows from ${rows === 'file' ? 'a file' : 'Kafka'}: the others use all of the rate after`;
  const partitions = `... and have its partitions after (session of ${say(sessionMs)} ms)`;
  return [wide(name, fullAgainAfterMs), ...(partitionsAfterMs === undefined ? [] : [wide(partitions, partitionsAfterMs)])];
}

function crowdLine({ members, mostInOneSecond: most, shareOfAllowed, questionsPerSecond, redisCpu }: Crowd, rate: number): string[] {
  const requests = shareOfAllowed * rate;
  return [
    `${say(members)} that wait for their turn`,
    say(most),
    say(shareOfAllowed, 3),
    '',
    '',
    say((redisCpu * 1e3) / requests, 3),
    say(questionsPerSecond / requests, 2),
  ];
}
