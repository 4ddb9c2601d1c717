/**
 * What remembering people costs: lookups per second, bytes on disk, memory; and the pipeline over people of whom all are new,
 * unchanged or changed beside the same pipeline without dedupe, which sends them. A person must not cost more when there are
 * many: so the first tenth of new people is beside the last. Each run in a fresh process.
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

/** The memory store holds fewer people than a folder, and its runs are short: there are more of them. */
interface MemoryRound {
  readonly without: Cost;
  readonly first: Cost;
}

/** Runs the bench. */
export async function dedupe({ log, ...settings }: Settings): Promise<Report> {
  const people = settings.rows ?? (settings.smoke ? 20_000 : 10_000_000);
  const rounds = settings.rounds ?? 1;
  const memoryRounds = settings.rounds ?? (settings.smoke ? 1 : 5);
  const folder = await mkdtemp(join(tmpdir(), 'cio-bench-'));
  try {
    return await withServer(async ({ baseUrl }) => {
      const few = Math.min(people, MOST_IN_MEMORY);
      const run = (what: DedupeJob['what'], store: string, plan = 'premium', count = people): Promise<Cost> => {
        log(`dedupe: ${what}, ${store === '' ? 'without dedupe' : store.replace(folder, 'lmdb')}, ${say(count)} people`);
        return runTask<Cost>('dedupe-client.js', { what, store, people: count, baseUrl, plan } satisfies DedupeJob);
      };
      const keys = join(folder, 'keys');
      const stores = { load: await run('load', keys), look: await run('look', keys), memory: await run('look', 'memory', undefined, few) };
      const { size } = await stat(join(keys, 'data.mdb'));
      const inMemory: MemoryRound[] = [];
      for (let round = 0; round < memoryRounds; round++) {
        const without = await run('pipeline', '', undefined, few);
        inMemory.push({ without, first: await run('pipeline', 'memory', undefined, few) });
      }
      const results: Round[] = [];
      for (let round = 0; round < rounds; round++) {
        const store = join(folder, `round-${round}`);
        const [without, first, unchanged] = [await run('pipeline', ''), await run('pipeline', store), await run('pipeline', store)];
        results.push({ without, first, unchanged, changed: await run('pipeline', store, 'free') });
      }
      return report(people, stores, size / people, inMemory, results);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function report(
  people: number,
  stores: Record<'load' | 'look' | 'memory', Cost>,
  bytesAPerson: number,
  inMemory: readonly MemoryRound[],
  rounds: readonly Round[],
): Report {
  const few = { without: inMemory.map(({ without }) => without), first: inMemory.map(({ first }) => first) };
  const of = (kind: keyof Round): Cost[] => rounds.map((round) => round[kind]);
  const without = of('without');
  const perTenth = (index: number): number => median(of('first').map(({ rows, tenths }) => rows / 10 / (tenths.at(index) ?? Number.NaN)));
  const tenth = (name: string, index: number): string[] => [
    name,
    say(perTenth(index)),
    say(perTenth(index) / median(without.map(perCpu)), 2),
    '',
    '',
  ];
  return {
    title: `Dedupe: ${say(people)} people, ${say(bytesAPerson)} bytes each on disk, median of ${rounds.length}`,
    table: [
      ['', 'per CPU-second', 'vs. without dedupe', 'peak memory', 'with the mapped file'],
      line('lmdb, commits', [stores.load]),
      line('lmdb, lookups', [stores.look]),
      line('memory, lookups', [stores.memory]),
      line(`pipeline without dedupe, ${say(few.without[0]?.rows ?? 0)} people`, few.without, few.without),
      line('pipeline, memory, all new', few.first, few.without),
      line('pipeline without dedupe', without, without),
      line('pipeline, lmdb, all new', of('first'), without),
      tenth('... the first tenth of them', 0),
      tenth('... the last tenth', -1),
      line('pipeline, lmdb, all unchanged', of('unchanged'), without),
      line('pipeline, lmdb, all changed', of('changed'), without),
    ],
    figures: {
      people,
      rounds: rounds.length,
      bytesAPerson,
      newToWithout: median(inMemory.map((round) => round.without.cpuSeconds / round.first.cpuSeconds)),
      unchangedToWithout: median(rounds.map((round) => round.without.cpuSeconds / round.unchanged.cpuSeconds)),
      lastTenthToFirst: perTenth(-1) / perTenth(0),
      stores,
      memoryRuns: inMemory,
      runs: rounds,
    },
  };
}

/** `without`: what it is compared with. */
function line(name: string, costs: readonly Cost[], without?: readonly Cost[]): string[] {
  const rate = median(costs.map(perCpu));
  return [
    name,
    say(rate),
    without === undefined ? '' : say(rate / median(without.map(perCpu)), 2),
    sayMegabytes(median(costs.map(({ peakOwnBytes }) => peakOwnBytes))),
    sayMegabytes(median(costs.map(({ peakRssBytes }) => peakRssBytes))),
  ];
}

function perCpu({ rows, cpuSeconds }: Cost): number {
  return rows / cpuSeconds;
}
