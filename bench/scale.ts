/**
 * One rate for several processes, by a real Redis: at the server never more than the rate in any rolling second, nearly all of it
 * used, in equal shares, and all of it again soon after one was killed. With rows from a file, and with those of a real Kafka, where
 * others also take over the partitions. Then what ten, a hundred and a thousand processes ask of Redis.
 */
import { availableParallelism, loadavg } from 'node:os';
import { startKafka } from '../test/support/scale/kafka-server.ts';
import { whatIsMissing } from '../test/support/scale/needs.ts';
import { withFiles, withServer } from './processes.ts';
import { type Report, type Settings, say } from './report.ts';
import type { RowFile } from './rows.ts';
import { type Lengths, PARTITIONS, ScaleBench, SESSION_MS } from './scale/bench.ts';
import { startSeenRedis, withServers } from './scale/servers.ts';
import { fillTopic } from './scale/topic.ts';

const FULL: Lengths = { seconds: 15, afterKillMs: 5_000, sizes: [1, 2, 4], crowds: [10, 100, 1_000], groups: [10, 100], people: 1_000_000 };
const SMOKE: Lengths = { seconds: 2, afterKillMs: 2_000, sizes: [2], crowds: [10], groups: [2], people: 10_000 };

/** Runs the bench; undefined if there is no Redis. */
export async function scale({ log, smoke, ...settings }: Settings): Promise<Report | undefined> {
  const missing = whatIsMissing('redis');
  if (missing !== '') return void log(`scale: skipped, ${missing}`);
  const lengths = smoke ? SMOKE : FULL;
  const rows = settings.rows ?? (smoke ? 20_000 : 200_000);
  const load = (loadavg()[0] ?? 0) / availableParallelism();
  if (load > 0.5)
    log(`scale: each processor has ${say(load, 1)} processes to run already: requests will leave late, and less of the rate is used`);
  const withoutKafka = whatIsMissing('kafka');
  if (withoutKafka !== '') log(`scale: without Kafka, ${withoutKafka}`);
  return withFiles([{ shape: 'events', rows: 20_000 }], ([file]) =>
    withServer((server) =>
      withServers(async (t) => {
        const redis = await startSeenRedis(t);
        const bench = new ScaleBench({ server, redis, lengths, load, log });
        if (!smoke) await bench.alone(file as RowFile);
        await bench.rounds('file', () => file as RowFile);
        if (withoutKafka === '') {
          const broker = await startKafka(t);
          const topic = await fillTopic(t, broker.address, { topic: 'events', partitions: PARTITIONS, rows });
          await bench.rounds('kafka', (groupId) => ({ brokers: broker.address, topic, groupId, sessionTimeoutMs: SESSION_MS }));
          for (const members of lengths.groups) await bench.rebalance(t, broker.address, members);
          await broker.kill();
        }
        for (const members of lengths.crowds) await bench.crowd(members);
        await bench.memory(lengths.people);
        return bench.report();
      }),
    ),
  );
}
