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
  /** Until the first second in which the others use enough of the rate. */
  readonly fullAgainAfterMs: number;
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

/** All of it. */
export interface ScaleFigures {
  readonly requestsPerSecond: number;
  readonly shared: readonly Shared[];
  readonly killed: readonly Killed[];
  readonly crowds: readonly Crowd[];
  readonly rebalances: readonly Rebalance[];
}

/** The report. */
export function scaleReport(figures: ScaleFigures): Report {
  const { requestsPerSecond, shared, killed, crowds, rebalances } = figures;
  return {
    title: `Scale-out: ${requestsPerSecond} requests/s allowed, for all processes together`,
    table: [
      ['', 'most in a second', 'of the rate used', 'farthest from an equal share', 'CPU ms a request', 'of Redis', 'questions to Redis'],
      ...shared.map(lineOf),
      ...crowds.map((crowd) => crowdLine(crowd, requestsPerSecond)),
      ...killed.flatMap(killedLines),
      ...rebalances.map(({ members, ms }) => wide(`${say(members)} members of a group, one more joins: all run again after`, ms)),
    ],
    figures: { ...figures },
  };
}

/** A name, and a time in place of all figures. */
function wide(name: string, ms: number): string[] {
  return [name, `${say(ms)} ms`, '', '', '', '', ''];
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
