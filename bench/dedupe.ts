/**
 * What remembering people costs: lookups per second, bytes on disk, memory; and the pipeline over people of whom all are
 * unchanged beside the same pipeline without dedupe, which sends them. A person must not cost more when there are many: so the
 * first tenth of new people is beside the last. Each run in a fresh process.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DedupeCost as Cost, DedupeJob } from './dedupe-client.ts';
import { runTask, withServer } from './processes.ts';
import { median, type Report, type Settings, say, sayMegabytes } from './report.ts';

/** The default size of the memory store. */
const MOST_IN_MEMORY = 1_000_000;

interface Round {
  readonly without: Cost;
  readonly first: Cost;
  readonly unchanged: Cost;
  readonly changed: Cost;
}

/** Runs the bench. */
export async function dedupe({ log, ...settings }: Settings): Promise<Report> {
  const people = settings.rows ?? (settings.smoke ? 20_000 : 10_000_000);
  const rounds = settings.rounds ?? 1;
  const folder = await mkdtemp(join(tmpdir(), 'cio-bench-'));
  try {
    return await withServer(async ({ baseUrl }) => {
      const run = (what: DedupeJob['what'], store: string, plan = 'premium'): Promise<Cost> => {
        log(`dedupe: ${what}, ${store === '' ? 'without dedupe' : store.replace(folder, 'lmdb')}, ${say(people)} people`);
        return runTask<Cost>('dedupe-client.js', {
          what,
          store,
          people: store === 'memory' ? Math.min(people, MOST_IN_MEMORY) : people,
          baseUrl,
          plan,
        } satisfies DedupeJob);
      };
      const keys = join(folder, 'keys');
      const stores = { load: await run('load', keys), look: await run('look', keys), memory: await run('look', 'memory') };
      const { size } = await stat(join(keys, 'data.mdb'));
      const results: Round[] = [];
      for (let round = 0; round < rounds; round++) {
        const store = join(folder, `round-${round}`);
        const [without, first, unchanged] = [await run('pipeline', ''), await run('pipeline', store), await run('pipeline', store)];
        results.push({ without, first, unchanged, changed: await run('pipeline', store, 'free') });
      }
      return report(people, stores, size / people, results);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function report(people: number, stores: Record<'load' | 'look' | 'memory', Cost>, bytesAPerson: number, rounds: readonly Round[]): Report {
  const perCpu = (name: keyof Round): number => median(rounds.map((round) => round[name].rows / round[name].cpuSeconds));
  const peak = (name: keyof Round, of: 'peakOwnBytes' | 'peakRssBytes'): string =>
    sayMegabytes(median(rounds.map((round) => round[name][of])));
  const ratio = median(rounds.map(({ without, unchanged }) => without.cpuSeconds / unchanged.cpuSeconds));
  const row = (name: string, { rows, cpuSeconds, peakOwnBytes, peakRssBytes }: Cost): string[] => [
    name,
    say(rows / cpuSeconds),
    '',
    sayMegabytes(peakOwnBytes),
    sayMegabytes(peakRssBytes),
  ];
  const line = (name: string, kind: keyof Round): string[] => [
    name,
    say(perCpu(kind)),
    say(perCpu(kind) / perCpu('without'), 2),
    peak(kind, 'peakOwnBytes'),
    peak(kind, 'peakRssBytes'),
  ];
  const perTenth = (index: number): number => median(rounds.map(({ first }) => first.rows / 10 / (first.tenths.at(index) ?? Number.NaN)));
  const tenth = (name: string, index: number): string[] => [
    name,
    say(perTenth(index)),
    say(perTenth(index) / perCpu('without'), 2),
    '',
    '',
  ];
  return {
    title: `Dedupe: ${say(people)} people, ${say(bytesAPerson)} bytes each on disk, median of ${rounds.length}`,
    table: [
      ['', 'a CPU-second', 'of the pipeline without', 'peak memory', 'with the mapped file'],
      row('lmdb, commits', stores.load),
      row('lmdb, lookups', stores.look),
      row('memory, lookups', stores.memory),
      line('pipeline without dedupe', 'without'),
      line('pipeline, lmdb, all new', 'first'),
      tenth('... the first tenth of them', 0),
      tenth('... the last tenth', -1),
      line('pipeline, lmdb, all unchanged', 'unchanged'),
      line('pipeline, lmdb, all changed', 'changed'),
    ],
    figures: {
      people,
      rounds: rounds.length,
      bytesAPerson,
      unchangedToWithout: ratio,
      lastTenthToFirst: perTenth(-1) / perTenth(0),
      stores,
      runs: rounds,
    },
  };
}
