/**
 * A run in which every row is rejected, into a folder, S3 and GCS: each row is there once afterwards, and memory is flat.
 * Each run in a fresh process, the stores in another.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cost } from './cost.ts';
import { runTask, withProcess } from './processes.ts';
import type { RejectsJob } from './rejects-client.ts';
import { median, type Report, type Settings, say, sayMegabytes } from './report.ts';
import type { Bucket } from './store-servers.ts';

interface Result {
  readonly name: string;
  readonly written: readonly Cost[];
  readonly read: readonly Cost[];
}

/** Runs the bench. */
export async function rejects({ log, ...settings }: Settings): Promise<Report> {
  const rows = settings.rows ?? (settings.smoke ? 20_000 : 1_000_000);
  const rounds = settings.rounds ?? 1;
  const folder = await mkdtemp(join(tmpdir(), 'cio-bench-'));
  try {
    return await withProcess<Bucket[], Report>('store-servers.js', async (buckets) => {
      const results: Result[] = [];
      for (const { name, place, options } of [{ name: 'folder', place: join(folder, 'rejected'), options: {} }, ...buckets]) {
        const [written, read]: [Cost[], Cost[]] = [[], []];
        for (let round = 0; round < rounds; round++) {
          log(`rejects: ${name}, ${say(rows)} rows`);
          const job = { place: `${place}/${round}`, options, rows };
          written.push(await runTask<Cost>('rejects-client.js', { ...job, what: 'write' } satisfies RejectsJob));
          read.push(await runTask<Cost>('rejects-client.js', { ...job, what: 'read' } satisfies RejectsJob));
        }
        results.push({ name, written, read });
      }
      return report(rows, rounds, results);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function report(rows: number, rounds: number, results: readonly Result[]): Report {
  const perSecond = (costs: readonly Cost[]): number => median(costs.map((cost) => cost.rows / cost.wallSeconds));
  const peak = (costs: readonly Cost[]): number => median(costs.map((cost) => cost.peakRssBytes));
  return {
    title: `Rejects: ${say(rows)} rows, all rejected, each there once, median of ${rounds}`,
    table: [
      ['into', 'rows/s', 'peak memory', 'read again, rows/s', 'peak memory'],
      ...results.map(({ name, written, read }) => [
        name,
        say(perSecond(written)),
        sayMegabytes(peak(written)),
        say(perSecond(read)),
        sayMegabytes(peak(read)),
      ]),
    ],
    figures: { rows, rounds, results },
  };
}
