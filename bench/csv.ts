/** How many rows of a CSV file the pipeline delivers per CPU-second, beside a loop around csv-parse. */
import type { DeliverJob } from './client.ts';
import { inRounds, ratiosTo, summaries, tableOf } from './compare.ts';
import type { Cost } from './cost.ts';
import { runTask, withFiles, withServer } from './processes.ts';
import { type Report, type Settings, say } from './report.ts';

const LOOP = 'csv-parse-loop';

/** Runs the bench. */
export function csv({ log, ...settings }: Settings): Promise<Report> {
  const rows = settings.rows ?? (settings.smoke ? 20_000 : 1_000_000);
  const rounds = settings.rounds ?? (settings.smoke ? 1 : 5);
  log(`csv: writing ${say(rows)} rows`);
  return withFiles([{ shape: 'people as CSV', rows }], (files) =>
    withServer(async ({ baseUrl }) => {
      const results = await inRounds({ bench: 'csv', rounds, log }, [LOOP, 'pipeline'], (contender) =>
        runTask<Cost>('client.js', { contender, files, baseUrl } satisfies DeliverJob),
      );
      const [contenders, ratios] = [summaries(results), ratiosTo(LOOP, results)];
      return {
        title: `CSV: ${say(rows)} people, median of ${rounds}`,
        table: tableOf(contenders, { 'vs. the loop': ratios }),
        figures: { rows, rounds, pipelineToLoop: ratios.pipeline, contenders, runs: results },
      };
    }),
  );
}
