/**
 * Whether the pipeline uses the rate it is allowed, and no more, while data waits: the share of allowed requests, the most
 * in any rolling second (as they leave and as they arrive), and how full the batches are.
 */
import type { Arrival } from './bare-server.ts';
import { runTask, withRows, withServer } from './processes.ts';
import type { RateJob, RateRun } from './rate-client.ts';
import { type Report, type Settings, say } from './report.ts';
import { countsInEachSecond, mostInOneSecond } from './rolling.ts';
import type { RowFile } from './rows.ts';

const REQUESTS_PER_SECOND = 20;
const MAX_BATCH_BYTES = 500_000;
const SETTLING_MS = 1_000;
/** A point of the chart. */
const STEP_MS = 50;

/** Runs the bench. */
export function rate({ log, ...settings }: Settings): Promise<Report> {
  const seconds = settings.smoke ? 3 : 12;
  // Read again and again: one reading is about a third of a second's worth.
  const rows = settings.rows ?? 20_000;
  log(`rate: ${REQUESTS_PER_SECOND} requests/s for ${seconds} s`);
  return withRows(rows, ([, events]) =>
    withServer(async ({ baseUrl, arrivals }) => {
      const job: RateJob = { file: events as RowFile, baseUrl, requestsPerSecond: REQUESTS_PER_SECOND, seconds };
      const run = await runTask<RateRun>('rate-client.js', job);
      return report(run, await arrivals());
    }),
  );
}

/** Counts in whole seconds between the start-up and the end of the data: then there was always something to send. */
function report({ leavesMs, sourceEndedMs }: RateRun, arrivals: readonly Arrival[]): Report {
  const fromMs = (leavesMs[0] ?? 0) + SETTLING_MS;
  const seconds = Math.floor((sourceEndedMs - fromMs) / 1e3);
  const isSteady = (atMs: number): boolean => atMs >= fromMs && atMs < fromMs + seconds * 1e3;
  const requests = leavesMs.filter(isSteady).length;
  const arrivedMs = arrivals.map(({ atMs }) => atMs).sort((a, b) => a - b);
  const fills = arrivals.filter(({ atMs }) => isSteady(atMs)).map(({ bytes }) => bytes / MAX_BATCH_BYTES);
  const figures = {
    requestsPerSecond: REQUESTS_PER_SECOND,
    seconds,
    requests,
    shareOfAllowed: requests / (REQUESTS_PER_SECOND * seconds),
    mostInOneSecondLeaving: mostInOneSecond(leavesMs),
    mostInOneSecondArriving: mostInOneSecond(arrivedMs),
    slowestArrivalMs: Math.max(...leavesMs.map((atMs, index) => (arrivedMs[index] ?? 0) - atMs)),
    fillMean: fills.reduce((sum, fill) => sum + fill, 0) / fills.length,
    fillMin: Math.min(...fills),
    stepMs: STEP_MS,
    leavingInEachSecond: countsInEachSecond(leavesMs, STEP_MS),
  };
  return { title: `Rate: ${REQUESTS_PER_SECOND} requests/s allowed, ${seconds} s with data waiting`, table: tableOf(figures), figures };
}

type Figure = 'shareOfAllowed' | `mostInOneSecond${'Leaving' | 'Arriving'}` | 'slowestArrivalMs' | `fill${'Mean' | 'Min'}`;

function tableOf(figures: Record<Figure, number>): string[][] {
  return [
    ['', 'value'],
    ['share of allowed requests used', say(figures.shareOfAllowed, 3)],
    ['most in a rolling second, leaving', say(figures.mostInOneSecondLeaving)],
    ['most in a rolling second, arriving', say(figures.mostInOneSecondArriving)],
    // A machine that was busy elsewhere lets requests wait on the way, and then arrive together.
    ['slowest from leaving to arriving, ms', say(figures.slowestArrivalMs, 1)],
    ['batch fill, mean', say(figures.fillMean, 4)],
    ['batch fill, least', say(figures.fillMin, 4)],
  ];
}
