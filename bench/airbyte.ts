/**
 * The connector beside a hand-written loop over the same messages, without a STATE and with one after each row; and beside the plain
 * pipeline on the same rows. And whether its memory is bounded: the peak over three times the rows should be the same.
 */
import type { Contender, Cost, DeliverJob } from './client.ts';
import type { MessagesJob } from './messages-writer.ts';
import { type BareServer, runTask, withRows, withServer } from './processes.ts';
import { median, type Report, type Settings, say, sayMegabytes } from './report.ts';
import type { RowFile } from './rows.ts';

const FACTOR = 3;
const KINDS = {
  pipeline: 'plain pipeline',
  loop: 'hand-written loop, no STATE',
  airbyte: 'connector, no STATE',
  stateLoop: 'hand-written loop, a STATE after each row',
  states: 'connector, a STATE after each row',
};

type Kind = keyof typeof KINDS;
type Costs = Record<Kind, Cost>;

/** Runs the bench. */
export async function airbyte({ log, ...settings }: Settings): Promise<Report> {
  const rows = settings.rows ?? (settings.smoke ? 20_000 : 500_000);
  const rounds = settings.rounds ?? (settings.smoke ? 1 : 3);
  log(`airbyte: ${say(rows)} rows`);
  const small = await measure(Math.ceil(rows / FACTOR), 1, log);
  return report(rows, await measure(rows, rounds, log), small);
}

function measure(rows: number, rounds: number, log: Settings['log']): Promise<Costs[]> {
  return withRows(rows, async (files) => {
    const messages = (stateEvery: number): Promise<RowFile[]> => runTask('messages-writer.js', { files, stateEvery } satisfies MessagesJob);
    const [withoutStates, withStates] = [await messages(0), await messages(1)];
    return withServer(async (server) => {
      const results: Costs[] = [];
      for (let round = 1; round <= rounds; round++) {
        log(`airbyte: ${say(rows)} rows, round ${round} of ${rounds}`);
        results.push({
          pipeline: await cost('pipeline', files, server),
          loop: await cost('airbyte-loop', withoutStates, server),
          airbyte: await cost('airbyte', withoutStates, server),
          stateLoop: await cost('airbyte-loop', withStates, server),
          states: await cost('airbyte', withStates, server),
        });
      }
      return results;
    });
  });
}

async function cost(contender: Contender, files: RowFile[], server: BareServer): Promise<Cost> {
  const job: DeliverJob = { contender, files, baseUrl: server.baseUrl };
  const result = await runTask<Cost>('client.js', job);
  await server.arrivals();
  return result;
}

function report(rows: number, results: readonly Costs[], small: readonly Costs[]): Report {
  const kinds = Object.keys(KINDS) as Kind[];
  const middle = (costs: readonly Costs[], figure: (costs: Costs) => number): number => median(costs.map(figure));
  const ratio = (kind: Kind, to: Kind): number => middle(results, (costs) => costs[to].cpuSeconds / costs[kind].cpuSeconds);
  const figuresOf = (kind: Kind) => {
    const peakRssBytes = middle(results, (costs) => costs[kind].peakRssBytes);
    return {
      recordsPerCpuSecond: middle(results, (costs) => costs[kind].rows / costs[kind].cpuSeconds),
      toLoop: ratio(kind, kind === 'states' ? 'stateLoop' : 'loop'),
      toPipeline: ratio(kind, 'pipeline'),
      peakRssBytes,
      memoryGrowth: peakRssBytes / middle(small, (costs) => costs[kind].peakRssBytes),
    };
  };
  const figures = Object.fromEntries(kinds.map((kind) => [kind, figuresOf(kind)])) as Record<Kind, ReturnType<typeof figuresOf>>;
  return {
    title: `The Airbyte connector: ${say(rows)} rows, median of ${results.length}`,
    table: [
      ['', 'rows per CPU-second', 'vs. the loop', 'vs. the pipeline', 'peak memory', 'vs. a third of the rows'],
      ...kinds.map((kind) => {
        const { recordsPerCpuSecond, toLoop, toPipeline, peakRssBytes, memoryGrowth } = figures[kind];
        return [
          KINDS[kind],
          say(recordsPerCpuSecond),
          say(toLoop, 2),
          say(toPipeline, 2),
          sayMegabytes(peakRssBytes),
          say(memoryGrowth, 2),
        ];
      }),
    ],
    figures: {
      ...{ rows, rounds: results.length, connectorToLoop: figures.airbyte.toLoop, statesToLoop: figures.states.toLoop },
      connectorToPipeline: figures.airbyte.toPipeline,
      kinds: figures,
    },
  };
}
