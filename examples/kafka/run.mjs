/**
 * Three processes read people from Kafka as one group, with one rate and one memory in Redis. One of them is killed in the middle,
 * and the others do its work. The API is a sandbox on this machine. See README.md here.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createSandbox } from 'customerio-streams';
import { missing, startKafka, startRedis } from './servers.mjs';

const PEOPLE = 2_000;
const UPDATES = 5; // of each person
const PARTITIONS = 12;
const RATE = 50; // requests a second, of all processes together

const lacking = missing();
if (lacking.length > 0) {
  console.error(`This example needs:\n${lacking.map((what) => `  ${what}\n`).join('')}`);
  process.exit(1);
}

const manifest = createRequire(import.meta.url).resolve('customerio-streams/package.json');
const CLI = join(dirname(manifest), 'dist', 'lib', 'cli', 'main.js'); // what `npx cio-stream` runs

const folder = mkdtempSync(join(tmpdir(), 'cio-example-'));
const stops = [() => rmSync(folder, { recursive: true, force: true })];
try {
  process.exitCode = (await run()) ? 0 : 1;
} finally {
  for (const stop of stops.reverse()) await stop();
}

/** Tells the story; true if all has arrived as it should. */
async function run() {
  console.log('Starting Kafka, Redis and a sandbox ...');
  const [broker, redis, sandbox] = [
    await startKafka(folder, stops),
    await startRedis(folder, stops),
    await createSandbox({ keepRequests: 100_000 }),
  ];
  stops.push(() => sandbox.close());
  console.log(`The sandbox shows what arrives: ${sandbox.url}`);

  const { Admin, Producer, stringSerializers } = await import('@platformatic/kafka');
  const kafka = { clientId: 'example', bootstrapBrokers: [broker] };
  const [admin, producer] = [new Admin(kafka), new Producer({ ...kafka, serializers: stringSerializers })];
  stops.push(() => Promise.all([admin.close(), producer.close()]));
  await admin.createTopics({ topics: ['people'], partitions: PARTITIONS, replicas: 1 });

  const start = (name) => startConsumer(name, { broker, redis, sandbox });
  const consumers = ['A', 'B', 'C'].map(start);

  // The key decides on the partition: so all updates of one person are in one, in their order.
  for (let update = 1; update <= UPDATES; update++)
    for (let from = 0; from < PEOPLE; from += 200) {
      const messages = Array.from({ length: 200 }, (_, n) => ({
        topic: 'people',
        key: `person-${from + n}`,
        value: JSON.stringify({ person_id: `person-${from + n}`, visits: update }),
      }));
      await producer.send({ messages });
      await wait(200);
      if (update === 3 && from === 0) {
        console.log('Killing B.');
        consumers[1].child.kill('SIGKILL');
      }
    }
  console.log(`Produced ${PEOPLE * UPDATES} updates of ${PEOPLE} people.`);

  const isThere = () => sandbox.state().people.filter(({ attributes }) => attributes.visits === UPDATES).length === PEOPLE;
  while (!isThere()) {
    await wait(200);
    for (const { name, child, log } of consumers) if (child.exitCode !== null) throw new Error(`${name} has ended: ${log}`);
  }
  return report(consumers, sandbox);
}

/** `cio-stream people kafka://...`: the same command in each process. */
function startConsumer(name, { broker, redis, sandbox }) {
  const address = `kafka://${broker}/people?group=example`;
  const args = ['people', address, '--redis', redis, '--dedupe', '--rate', RATE, '--linger-ms', '20'];
  const files = ['--rejects', join(folder, 'rejected'), '--kafka-session-ms', '6s', '--checkpoint-every-ms', '1s', '--log-format', 'json'];
  const account = { CUSTOMERIO_BASE_URL: sandbox.url, CUSTOMERIO_SITE_ID: sandbox.siteId, CUSTOMERIO_API_KEY: sandbox.apiKey };
  const child = spawn(process.execPath, [CLI, ...args, ...files], { env: { ...process.env, ...account } });
  const consumer = { name, child, log: '', ended: once(child, 'close') };
  child.stderr.on('data', (text) => {
    consumer.log += text;
  });
  stops.push(async () => {
    child.kill('SIGKILL');
    await consumer.ended;
  });
  return consumer;
}

/** Stops the consumers as an operator would, and shows what each has done, and what the sandbox has. */
async function report(consumers, sandbox) {
  for (const { child } of consumers) child.kill('SIGTERM');
  for (const consumer of consumers) {
    const [status, signal] = await consumer.ended;
    console.log(`${consumer.name}: ${signal ?? `${whatItDid(consumer.log)}; status ${status}`}`);
  }
  const requests = sandbox.requests();
  const refused = requests.filter(({ status }) => status === 429).length;
  const people = sandbox.state().people.length;
  console.log(
    `Sandbox: ${people} people, each with its last update; ${requests.length} requests, at most ${mostInAnySecond(requests)} in any second,`,
  );
  console.log(`  ${refused} refused (429).`);
  return people === PEOPLE && refused === 0;
}

/** From the last line that `--log-format json` has printed. */
function whatItDid(log) {
  const { delivered, skipped, requests } = JSON.parse(log.split('\n').findLast((line) => line.includes('"type":"summary"')) ?? '{}');
  return `${delivered} delivered, ${skipped?.total} skipped, in ${requests} requests`;
}

function mostInAnySecond(requests) {
  const times = requests.map(({ at }) => Date.parse(at)).sort((a, b) => a - b);
  let [first, most] = [0, 0];
  for (const [last, time] of times.entries()) {
    while (times[first] <= time - 1_000) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
