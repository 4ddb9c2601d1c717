/** Whether memory is bounded: the peak of a run over ten times the rows should be the same. */
import type { DeliverJob } from './client.ts';
import type { Cost } from './cost.ts';
import { runTask, withRows, withServer } from './processes.ts';
import { median, type Report, type Settings, say, sayMegabytes } from './report.ts';

const FACTOR = 10;

/** Runs the bench. */
export async function memory({ log, ...settings }: Settings): Promise<Report> {
  const rows = settings.rows ?? (settings.smoke ? 10_000 : 1_000_000);
  const rounds = settings.rounds ?? 1;
  const small = await peakOf(rows, rounds, log);
  const large = await peakOf(rows * FACTOR, rounds, log);
  const ratio = large / small;
  return {
    title: `Memory of the pipeline: peak, median of ${rounds}`,
    table: [
      ['rows', 'peak memory', 'ratio'],
      [say(rows), sayMegabytes(small), ''],
      [say(rows * FACTOR), sayMegabytes(large), say(ratio, 2)],
    ],
    figures: { rounds, small: figuresOf(rows, small), large: figuresOf(rows * FACTOR, large), ratio },
  };
}

function figuresOf(rows: number, peakRssBytes: number): object {
  return { rows, peakRssBytes, peakMegabytes: peakRssBytes / 1e6 };
}

function peakOf(rows: number, rounds: number, log: Settings['log']): Promise<number> {
  log(`memory: ${say(rows)} rows`);
  return withRows(rows, (files) =>
    withServer(async ({ baseUrl }) => {
      const job: DeliverJob = { contender: 'pipeline', files, baseUrl };
      const peaks: number[] = [];
      for (let round = 0; round < rounds; round++) peaks.push((await runTask<Cost>('client.js', job)).peakRssBytes);
      return median(peaks);
    }),
  );
}
