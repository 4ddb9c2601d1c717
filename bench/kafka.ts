/** What a row from Kafka costs one process, against the same row from a file; and its memory, by how much one fetch may bring. */
import { startKafka } from '../test/support/scale/kafka-server.ts';
import { whatIsMissing } from '../test/support/scale/needs.ts';
import type { Cost } from './cost.ts';
import { runTask, withFiles, withServer } from './processes.ts';
import { median, type Report, type Settings, say, sayMegabytes } from './report.ts';
import type { RowFile } from './rows.ts';
import { withServers } from './scale/servers.ts';
import type { SourceJob } from './scale/source-client.ts';
import { fillTopic } from './scale/topic.ts';

const PARTITIONS = 12;
/** Of one fetch; the middle one is the default. */
const FETCHES = [500_000, 2_000_000, 8_000_000];
const FILE = 'a file';

/** Runs the bench; undefined if there is no Kafka. */
export async function kafka({ log, ...settings }: Settings): Promise<Report | undefined> {
  const missing = whatIsMissing('kafka');
  if (missing !== '') return void log(`kafka: skipped, ${missing}`);
  const rows = settings.rows ?? (settings.smoke ? 20_000 : 1_000_000);
  const rounds = settings.rounds ?? (settings.smoke ? 1 : 3);
  return withFiles([{ shape: 'events', rows }], ([file]) =>
    withServer(({ baseUrl }) =>
      withServers(async (t) => {
        const { address: brokers } = await startKafka(t);
        log(`kafka: ${say(rows)} rows into a topic`);
        const topic = await fillTopic(t, brokers, { topic: 'events', partitions: PARTITIONS, rows });
        const costs = new Map<string, Cost[]>([[FILE, []], ...FETCHES.map((bytes): [string, Cost[]] => [nameOf(bytes), []])]);
        const run = async (name: string, job: SourceJob['rows']): Promise<void> => {
          log(`kafka: ${name}`);
          costs.get(name)?.push(await runTask<Cost>('scale/source-client.js', { rows: job, baseUrl } satisfies SourceJob));
        };
        for (let round = 0; round < rounds; round++) {
          await run(FILE, file as RowFile);
          for (const maxBytes of FETCHES) await run(nameOf(maxBytes), { brokers, topic, groupId: `${round}-${maxBytes}`, maxBytes });
        }
        return report(rows, rounds, costs);
      }),
    ),
  );
}

function nameOf(maxBytes: number): string {
  return `Kafka, maxBytes ${say(maxBytes)}`;
}

function report(rows: number, rounds: number, costs: ReadonlyMap<string, readonly Cost[]>): Report {
  const perMillion = (runs: readonly Cost[]): number => median(runs.map((cost) => (cost.cpuSeconds / cost.rows) * 1e6));
  const ofFile = perMillion(costs.get(FILE) ?? []);
  const all = [...costs].map(([name, runs]) => ({
    name,
    cpuSecondsPerMillion: perMillion(runs),
    moreThanFile: perMillion(runs) - ofFile,
    rowsPerSecond: median(runs.map((cost) => cost.rows / cost.wallSeconds)),
    peakRssBytes: median(runs.map((cost) => cost.peakRssBytes)),
  }));
  return {
    title: `Rows from Kafka: ${say(rows)} events in ${PARTITIONS} partitions, median of ${rounds}`,
    table: [
      ['', 'CPU-s per million', 'more than a file', 'rows/s', 'peak memory'],
      ...all.map((one) => [
        one.name,
        say(one.cpuSecondsPerMillion, 2),
        one.name === FILE ? '' : say(one.moreThanFile, 2),
        say(one.rowsPerSecond),
        sayMegabytes(one.peakRssBytes),
      ]),
    ],
    figures: { rows, rounds, sources: all, runs: Object.fromEntries(costs) },
  };
}
