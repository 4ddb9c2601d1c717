/**
 * How many records the pipeline delivers per CPU-second, beside the floor, plain streams (by hand, and with ndjson), and the
 * floor once tuned: for people, for events, and for both together. All take the same files to the same bare server, in
 * turns, each run in a fresh process.
 */
import type { Contender, DeliverCost, DeliverJob } from './client.ts';
import { inRounds, type Round, ratiosTo, summaries, tableOf } from './compare.ts';
import type { Cost } from './cost.ts';
import { runTask, withRows, withServer } from './processes.ts';
import { type Report, type Settings, say } from './report.ts';

const CONTENDERS = ['floor', 'pipeline', 'peer-plain-streams', 'peer-ndjson', 'tuned-floor'] as const satisfies readonly Contender[];

type Compared = (typeof CONTENDERS)[number];

/** Runs the bench. */
export function throughput({ log, ...settings }: Settings): Promise<Report> {
  const rows = settings.rows ?? (settings.smoke ? 20_000 : 1_000_000);
  const rounds = settings.rounds ?? (settings.smoke ? 1 : 5);
  log(`throughput: writing ${say(rows)} rows`);
  return withRows(rows, (files) =>
    withServer(async ({ baseUrl, arrivals }) => {
      const results = await inRounds({ bench: 'throughput', rounds, log }, CONTENDERS, async (contender) => {
        const cost = await runTask<DeliverCost>('client.js', { contender, files, baseUrl } satisfies DeliverJob);
        await arrivals();
        return cost;
      });
      return report(rows, results);
    }),
  );
}

function report(rows: number, rounds: readonly Round<Compared, DeliverCost>[]): Report {
  const contenders = summaries(rounds);
  const file = (index: number): Record<Compared, number> => ratiosTo('floor', rounds, ({ files }) => files[index] as Cost);
  const ratios = { mixed: ratiosTo('floor', rounds), people: file(0), events: file(1) };
  return {
    title: `Throughput: ${say(rows)} rows, median of ${rounds.length}`,
    table: tableOf(contenders, { 'vs. the floor': ratios.mixed, 'people only': ratios.people, 'events only': ratios.events }),
    figures: { rows, rounds: rounds.length, pipelineToFloor: ratios.mixed.pipeline, ratiosToFloor: ratios, contenders, runs: rounds },
  };
}
