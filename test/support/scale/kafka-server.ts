/** A real Kafka for one test: one node that is broker and controller, from the jars in CIO_KAFKA_JARS. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { run } from '../child.ts';
import { ask, freePort, type ServerProcess, startServer } from './server-process.ts';

/** A broker; `address` is HOST:PORT, and `others` are those of further listeners. */
export type KafkaServer = ServerProcess & { readonly address: string; readonly others: Readonly<Partial<Record<Protocol, string>>> };

/** What a further listener speaks. */
export type Protocol = 'SSL' | 'SASL_SSL' | 'SASL_PLAINTEXT';

/** Starts to work sooner on a machine whose processors are shared. */
const JVM = ['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];

/** "Which brokers are there?", in the oldest words that it understands: metadata, version 1, no topics. */
const WHO_IS_THERE = Buffer.from([0, 0, 0, 14, 0, 3, 0, 1, 0, 0, 0, 1, 0xff, 0xff, 0, 0, 0, 0]);

/** Starts a broker that ends with the test. `settings` are those of server.properties, over these here. */
export async function startKafka(
  t: TestContext,
  settings: Readonly<Record<string, string | number>> = {},
  protocols: readonly Protocol[] = [],
): Promise<KafkaServer> {
  const folder = mkdtempSync(join(tmpdir(), 'cio-kafka-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [port, controllerPort] = [await freePort(), await freePort()];
  const others: Partial<Record<Protocol, string>> = {};
  for (const protocol of protocols) others[protocol] = `127.0.0.1:${await freePort()}`;
  const listeners = [`PLAINTEXT://127.0.0.1:${port}`, ...Object.entries(others).map(([name, address]) => `${name}://${address}`)].join(',');
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': ['CONTROLLER:PLAINTEXT', 'PLAINTEXT:PLAINTEXT', ...protocols.map((each) => `${each}:${each}`)].join(
      ',',
    ),
    listeners: `${listeners},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': listeners,
    'log.dirs': join(folder, 'data'),
    'auto.create.topics.enable': false,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'group.initial.rebalance.delay.ms': 0,
    ...settings,
  };
  const file = join(folder, 'server.properties');
  const lines = Object.entries(properties).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(file, lines.join(''));
  const java = [...JVM, '-cp', join(String(process.env.CIO_KAFKA_JARS), '*')];
  const formatted = await run('java', [...java, 'kafka.tools.StorageTool', 'format', '-t', 'MkU3OEVBNTcwNTJENDM2Qg', '-c', file], folder);
  assert.equal(formatted.status, 0, formatted.stdout + formatted.stderr);

  const answers = async (): Promise<boolean> => {
    const answer = await ask(port, WHO_IS_THERE);
    // Length and number of the question, then how many brokers: one that recovers answers, but doesn't count itself yet.
    return answer !== undefined && answer.length >= 12 && answer.readInt32BE(8) > 0;
  };
  const server = await startServer(t, ['java', ...java, 'kafka.Kafka', file], folder, answers);
  return { ...server, address: `127.0.0.1:${port}`, others };
}
