/**
 * How many records the pipeline delivers per CPU-second, beside the floor, plain streams (by hand, and with ndjson), and the
 * floor once tuned. All take the same files to the same bare server, in turns, each run in a fresh process. Absolute
 * figures belong to the machine; the ratios within a round are what compares.
 */
import type { Contender, Cost, DeliverJob } from './client.ts';
import { type BareServer, runTask, withRows, withServer } from './processes.ts';
import { median, type Report, type Settings, say, sayMegabytes } from './report.ts';
import type { RowFile } from './rows.ts';

const CONTENDERS = ['floor', 'pipeline', 'peer-plain-streams', 'peer-ndjson', 'tuned-floor'] as const satisfies readonly Contender[];

type Compared = (typeof CONTENDERS)[number];
type Round = Record<Compared, Cost>;

/** Runs the bench. */
export function throughput({ log, ...settings }: Settings): Promise<Report> {
  const rows = settings.rows ?? (settings.smoke ? 20_000 : 1_000_000);
  const rounds = settings.rounds ?? (settings.smoke ? 1 : 5);
  log(`throughput: writing ${say(rows)} rows`);
  return withRows(rows, (files) =>
    withServer(async (server) => {
      const results: Round[] = [];
      for (let round = 1; round <= rounds; round++) {
        log(`throughput: round ${round} of ${rounds}`);
        results.push(await runRound(files, server));
      }
      return report(rows, results);
    }),
  );
}

async function runRound(files: RowFile[], server: BareServer): Promise<Round> {
  const round: Partial<Round> = {};
  for (const contender of CONTENDERS) {
    const job: DeliverJob = { contender, files, baseUrl: server.baseUrl };
    round[contender] = await runTask<Cost>('client.js', job);
    await server.arrivals();
  }
  return round as Round;
}

function report(rows: number, rounds: readonly Round[]): Report {
  const contenders = Object.fromEntries(CONTENDERS.map((name) => [name, summarise(rounds.map((round) => round[name]))]));
  const ratios = Object.fromEntries(CONTENDERS.map((name) => [name, ratioToFloor(rounds, name)]));
  return {
    title: `Throughput: ${say(rows)} rows, median of ${rounds.length}`,
    table: [
      ['', 'records per CPU-second', 'of the floor', 'CPU-s per million', 'rows/s', 'peak memory'],
      ...Object.entries(contenders).map(([name, figures]) => [
        name,
        say(figures.recordsPerCpuSecond),
        say(ratios[name] ?? Number.NaN, 2),
        say(figures.cpuSecondsPerMillion, 1),
        say(figures.rowsPerSecond),
        sayMegabytes(figures.peakRssBytes),
      ]),
    ],
    figures: { rows, rounds: rounds.length, pipelineToFloor: ratios.pipeline, ratiosToFloor: ratios, contenders, runs: rounds },
  };
}

function summarise(costs: readonly Cost[]): {
  recordsPerCpuSecond: number;
  cpuSecondsPerMillion: number;
  rowsPerSecond: number;
  peakRssBytes: number;
} {
  return {
    recordsPerCpuSecond: median(costs.map(({ rows, cpuSeconds }) => rows / cpuSeconds)),
    cpuSecondsPerMillion: median(costs.map(({ rows, cpuSeconds }) => (cpuSeconds * 1e6) / rows)),
    rowsPerSecond: median(costs.map(({ rows, wallSeconds }) => rows / wallSeconds)),
    peakRssBytes: median(costs.map(({ peakRssBytes }) => peakRssBytes)),
  };
}

/** Records per CPU-second as a share of the floor's, round by round: what else the machine does then matters least. */
function ratioToFloor(rounds: readonly Round[], name: Compared): number {
  return median(rounds.map((round) => round.floor.cpuSeconds / round[name].cpuSeconds));
}
