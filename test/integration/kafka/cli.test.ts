/** The command line over a real broker: what people type, what they are told, what is committed, and how it ends. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { generate } from 'selfsigned';
import { run as runProgram } from '../../support/child.ts';
import { folder, linesOf, type Ran, type Running, rejectedIn, sandboxFor, start } from '../../support/cli/run-cli.ts';
import { type KafkaClient, kafkaClient } from '../../support/scale/kafka-client.ts';
import { startKafka } from '../../support/scale/kafka-server.ts';
import { isMissing } from '../../support/scale/needs.ts';
import { startRedis } from '../../support/scale/redis-server.ts';

const EVENT = { person_id: 'p1', event_name: 'ordered' };
const person = (id: number, more: object = {}): string => JSON.stringify({ person_id: `p${id}`, n: id, ...more });

/** A broker with topics of people, and an account. */
interface Scene {
  readonly address: string;
  readonly client: KafkaClient;
  readonly cwd: string;
  readonly sandbox: Awaited<ReturnType<typeof sandboxFor>>;
  /** Starts a command; what it reads is `kafka://BROKER/` and this. */
  begin(command: string, place: string, ...flags: string[]): Running;
  run(command: string, place: string, ...flags: string[]): Promise<Ran>;
}

let names = 0;

test('cio-stream over Kafka', async (t) => {
  if (isMissing(t, 'kafka')) return;
  const broker = await startKafka(t, { 'group.min.session.timeout.ms': 1_000 });
  const client = kafkaClient(t, broker.address);
  const scene = async (own: TestContext, topics: readonly string[], partitions = 2): Promise<Scene> => {
    const sandbox = await sandboxFor(own, { requestsPerSecond: Number.POSITIVE_INFINITY });
    const cwd = await folder(own);
    for (const topic of topics) await client.createTopic(topic, partitions);
    const begin: Scene['begin'] = (command, place, ...flags) =>
      start([command, `kafka://${broker.address}/${place}`, ...flags, '--linger-ms', '10ms'], { cwd, env: sandbox.env });
    const run: Scene['run'] = async (...of) => {
      const running = begin(...of);
      running.child.stdin?.end();
      return running.ended;
    };
    return { address: broker.address, client, cwd, sandbox, begin, run };
  };
  const topicOf = (): string => `topic-${++names}`;

  await t.test('--until end reads what is there, commits it, and the next run reads what came since', async (t) => {
    const [topic, other] = [topicOf(), topicOf()];
    const { client, run, sandbox, cwd } = await scene(t, [topic, other]);
    const rows = Array.from({ length: 100 }, (_, id) => ({ topic: id % 3 === 0 ? other : topic, key: `p${id}`, value: person(id) }));
    await client.produce(rows);
    const place = `${topic},${other}?group=until-end`;
    const first = await run('people', place, '--until', 'end', '--report', 'report.json');
    assert.equal(first.status, 0, first.stderr);
    assert.match(first.stderr, /^done: 100 rows: 100 delivered, 0 rejected, 0 skipped$/m);
    assert.equal(sandbox.state().people.length, 100);
    const { command, delivered } = JSON.parse(readFileSync(join(cwd, 'report.json'), 'utf8'));
    assert.deepEqual([delivered, String(command).includes(place)], [100, true]);
    const ends = new Map([...(await client.ends(topic, 2)), ...(await client.ends(other, 2))]);
    assert.deepEqual(await client.committed('until-end'), ends);
    await client.produce([{ topic, key: 'p100', value: person(100) }]);
    const second = await run('people', place, '--until', 'end', '--log-format', 'json');
    assert.equal(second.status, 0, second.stderr);
    const summary = linesOf(second.stderr).at(-1);
    assert.deepEqual([summary?.type, summary?.read, summary?.delivered], ['summary', 1, 1]);
    assert.equal((await run('people', place, '--until', 'end', '--quiet')).stderr, '');
  });

  await t.test('a service ends with 0 when it is stopped, and has committed what it delivered; rejected rows are replayed', async (t) => {
    const topic = topicOf();
    const { client, begin, run, sandbox, cwd } = await scene(t, [topic]);
    const service = begin('people', `${topic}?group=service`, '--rejects', 'rejected/', '--checkpoint-every-ms', '100ms');
    await service.says('reading 2 partitions');
    const rows = [...Array.from({ length: 50 }, (_, id) => person(id)), '{"person_id":null}', 'not JSON', ''];
    await client.produce(rows.map((value, at) => ({ topic, partition: at % 2, value })));
    await until(() => sandbox.state().people.length === 50);
    // Rejected rows appear while it runs.
    await until(async () => (await rejectedIn(join(cwd, 'rejected')).catch(() => [])).length === 3);
    service.child.kill('SIGTERM');
    const { status, signal, stderr } = await service.ended;
    assert.deepEqual([status, signal], [0, null], stderr);
    assert.match(stderr, new RegExp(`^reading 2 partitions: ${topic} 0-1$`, 'm'));
    assert.match(stderr, /^stopping: finishing and committing what was read; a second signal exits immediately$/m);
    assert.match(stderr, /^stopped: 53 rows: 50 delivered, 3 rejected, 0 skipped$/m);
    assert.deepEqual(await client.committed('service'), await client.ends(topic, 2));
    const rejected = await rejectedIn(join(cwd, 'rejected'));
    const origins = rejected.map(({ rejected_origin: origin }) => Object(origin));
    assert.deepEqual(origins.map(({ topic, partition, offset }) => [topic, partition, Number(offset)]).sort(), [
      [topic, 0, 25],
      [topic, 0, 26],
      [topic, 1, 25],
    ]);
    const list = start(['rejects', 'rejected/', '--rows'], { cwd, input: '' });
    assert.match((await list.ended).stdout, new RegExp(`${topic}`));
    const replay = start(['replay', 'rejected/', '--rejects', 'again/'], { cwd, env: sandbox.env, input: '' });
    const replayed = await replay.ended;
    assert.equal(replayed.status, 1, replayed.stderr);
    assert.match(replayed.stderr, /3 rows: 0 delivered, 3 rejected/);
    // With --until end rejected rows show in the status.
    await client.produce([{ topic, value: 'not JSON' }]);
    assert.equal((await run('people', `${topic}?group=service`, '--until', 'end', '--rejects', 'rejected/')).status, 1);
  });

  await t.test('stopped with a lag: the next run continues where it stopped, and nothing is sent twice', async (t) => {
    const topic = topicOf();
    const { client, begin, run, sandbox } = await scene(t, [topic], 1);
    await client.produce(Array.from({ length: 20_000 }, (_, id) => ({ topic, value: JSON.stringify({ ...EVENT, n: id }) })));
    const slow = ['--rate', '20', '--kafka-max-bytes', '100kB'];
    const service = begin('events', `${topic}?group=lag`, ...slow);
    await until(() => sandbox.state().counts.applied > 0);
    service.child.kill('SIGINT');
    const { status, stderr } = await service.ended;
    assert.equal(status, 0, stderr);
    const [, read = '', delivered] = /^stopped: ([\d,]+) rows: ([\d,]+) delivered, 0 rejected, 0 skipped$/m.exec(stderr) ?? [];
    assert.equal(delivered, read, stderr);
    const first = Number(read.replace(',', ''));
    assert.ok(first > 0 && first < 20_000, stderr);
    assert.deepEqual(await client.committed('lag'), new Map([[`${topic}/0`, BigInt(first)]]));
    const second = await run('events', `${topic}?group=lag`, '--until', 'end');
    assert.match(second.stderr, new RegExp(`^done: ${(20_000 - first).toLocaleString('en-US')} rows: `, 'm'));
    assert.equal(sandbox.state().counts.events, 20_000);
  });

  await t.test('tombstones delete people if they are told to', async (t) => {
    const topic = topicOf();
    const { client, run, sandbox, cwd } = await scene(t, [topic]);
    const keep = { topic, key: 'ada@x.io', value: '{"person_email":"ada@x.io","n":1}' };
    await client.produce([
      keep,
      { topic, key: 'bob@x.io', value: '{"person_email":"bob@x.io","n":1}' },
      { topic, key: 'bob@x.io' },
      { topic },
    ]);
    const place = `${topic}?group=`;
    const skipped = await run('people', `${place}a`, '--until', 'end');
    assert.match(skipped.stderr, /4 rows: 2 delivered, 0 rejected, 2 skipped\n[\s\S]*2 tombstone, /);
    assert.equal(skipped.status, 0);
    const flags = ['--tombstones', 'delete', '--tombstone-id', 'email', '--rejects', 'rejected/'];
    const deleted = await run('people', `${place}b`, '--until', 'end', ...flags);
    assert.match(deleted.stderr, /4 rows: 3 delivered, 1 rejected, 0 skipped/);
    assert.equal(deleted.status, 1);
    assert.deepEqual(
      sandbox.state().people.map(({ email }) => email),
      ['ada@x.io'],
    );
    assert.match(String((await rejectedIn(join(cwd, 'rejected')))[0]?.rejected_message), /key/);
  });

  await t.test('a topic that is not there, and a broker that is not there, are said at once and within seconds', async (t) => {
    const { run, sandbox, cwd } = await scene(t, []);
    const wrong = await run('people', 'no-such-topic?group=g');
    assert.equal(wrong.status, 5, wrong.stderr);
    assert.match(wrong.stderr, /no-such-topic|UNKNOWN_TOPIC/);
    const away = await start(['people', 'kafka://127.0.0.1:1/t?group=g'], { cwd, env: sandbox.env, input: '' }).ended;
    assert.equal(away.status, 5, away.stderr);
    assert.match(away.stderr, /ECONNREFUSED/);
  });

  await t.test('an API that is down: it gives up as with files, and what is not committed is read again', async (t) => {
    const topic = topicOf();
    const { client, begin, run, sandbox } = await scene(t, [topic]);
    await client.produce([{ topic, value: person(1) }]);
    sandbox.setFaults([{ path: '/api/v2/batch', status: 503 }]);
    const gaveUp = await run('people', `${topic}?group=down`, '--give-up-ms', '500ms');
    assert.equal(gaveUp.status, 7, gaveUp.stderr);
    assert.match(gaveUp.stderr, /^what is not committed is read again when the same command runs again$/m);
    // To be stopped is no failure, also with rows in flight.
    const service = begin('people', `${topic}?group=down`, '--settle-ms', '300ms');
    await service.says('reading 2 partitions');
    await until(() => sandbox.state().counts.requests > 5);
    service.child.kill('SIGTERM');
    const stopped = await service.ended;
    assert.equal(stopped.status, 0, stopped.stderr);
    assert.match(stopped.stderr, /^stopped: 1 row: 0 delivered, 0 rejected, 1 skipped\n[\s\S]*1 reassigned, .* reads it again$/m);
    // A request that gets no answer is not waited for.
    sandbox.setFaults([{ path: '/api/v2/batch', latencyMs: 60_000 }]);
    const before = sandbox.state().counts.requests;
    const hung = begin('people', `${topic}?group=down`, '--settle-ms', '300ms');
    await until(() => sandbox.state().counts.requests > before + 1);
    hung.child.kill('SIGTERM');
    const cut = await hung.ended;
    assert.equal(cut.status, 0, cut.stderr);
    assert.match(cut.stderr, /^stopped: 1 row: 0 delivered, 0 rejected, 0 skipped, 1 not finished$/m);
    assert.match(cut.stderr, /^1 row in flight did not settle in time: not committed, and read again$/m);
    // A second signal does not wait.
    const hasty = begin('people', `${topic}?group=down`);
    await hasty.says('reading 2 partitions');
    hasty.child.kill('SIGTERM');
    await hasty.says('stopping:');
    await sleep(150);
    hasty.child.kill('SIGTERM');
    assert.equal((await hasty.ended).signal, 'SIGTERM');
    sandbox.setFaults([]);
    const again = await run('people', `${topic}?group=down`, '--until', 'end');
    assert.match(again.stderr, /^done: 1 row: 1 delivered/m);
  });

  await t.test('a dry run reads what the group has left, takes no partitions, and commits nothing', async (t) => {
    const topic = topicOf();
    const { client, begin, run, sandbox } = await scene(t, [topic]);
    await client.produce([{ topic, partition: 0, value: person(1) }]);
    await run('people', `${topic}?group=dry`, '--until', 'end');
    await client.produce([{ topic, partition: 0, value: person(2) }]);
    const before = await client.committed('dry');
    const dry = await run('people', `${topic}?group=dry`, '--dry-run', '--show', '5', '--rejects', 'rejected/');
    assert.equal(dry.status, 0, dry.stderr);
    assert.match(dry.stderr, /^dry run, nothing was sent: 1 row: 1 would be delivered/m);
    assert.deepEqual(
      linesOf(dry.stdout).map(({ identifiers }) => Object(identifiers).id),
      ['p2'],
    );
    assert.deepEqual([await client.committed('dry'), await client.members('dry'), sandbox.state().people.length], [before, 0, 1]);
    const service = begin('people', `${topic}?group=dry`);
    await service.says('reading 2 partitions');
    await run('people', `${topic}?group=dry`, '--dry-run', '--rejects', 'rejected/');
    service.child.kill('SIGTERM');
    // One line: it has had both partitions all the time.
    assert.equal((await service.ended).stderr.match(/^reading/gm)?.length, 1);
  });

  await t.test('two processes share the partitions, and one takes over what the other leaves', async (t) => {
    const topic = topicOf();
    const { client, begin, sandbox } = await scene(t, [topic], 4);
    const send = (from: number): Promise<void> =>
      client.produce(Array.from({ length: 40 }, (_, id) => ({ topic, partition: id % 4, value: person(from + id) })));
    const flags = ['--kafka-session-ms', '2s'];
    const first = begin('people', `${topic}?group=two`, ...flags);
    await first.says(`reading 4 partitions: ${topic} 0-3`);
    const second = begin('people', `${topic}?group=two`, '--log-format', 'json', ...flags);
    await Promise.all([first.says('reading 2 partitions'), second.says('reading 2 partitions')]);
    await send(0);
    await until(() => sandbox.state().people.length === 40);
    first.child.kill('SIGTERM');
    await second.says('reading 4 partitions');
    await send(40);
    await until(() => sandbox.state().people.length === 80);
    second.child.kill('SIGINT');
    const ends = await Promise.all([first.ended, second.ended]);
    assert.deepEqual(
      ends.map(({ status }) => status),
      [0, 0],
    );
    const { stopped, read, skipped } = linesOf(ends[1].stderr).at(-1) as Record<string, unknown>;
    assert.deepEqual([stopped, Number(read) >= 60, Object(skipped).total], [true, true, 0]);
    assert.deepEqual(await client.committed('two'), await client.ends(topic, 4));
  });

  await t.test('what one process has delivered another one skips, if Redis remembers it', async (t) => {
    if (isMissing(t, 'redis')) return;
    const { url } = await startRedis(t);
    const topic = topicOf();
    const { client, run, sandbox } = await scene(t, [topic]);
    await client.produce(Array.from({ length: 30 }, (_, id) => ({ topic, key: `p${id}`, value: person(id) })));
    const flags = ['--until', 'end', '--dedupe', '--redis', url];
    const first = await run('people', `${topic}?group=remembers-1`, ...flags);
    assert.match(first.stderr, /^done: 30 rows: 30 delivered, 0 rejected, 0 skipped$/m);
    assert.doesNotMatch(first.stderr, /warning/);
    const second = await run('people', `${topic}?group=remembers-2`, ...flags);
    assert.match(second.stderr, /^done: 30 rows: 0 delivered, 0 rejected, 30 skipped$/m);
    assert.equal(sandbox.state().people.length, 30);
  });

  await t.test('other flags of a run: --transform, --dedupe, --max-rejected, --config', async (t) => {
    const topic = topicOf();
    const { client, run, sandbox, cwd } = await scene(t, [topic], 1);
    writeFileSync(join(cwd, 'unwrap.mjs'), 'export default ({ payload }) => payload ?? [];');
    writeFileSync(
      join(cwd, 'load.json'),
      JSON.stringify({ transform: 'unwrap.mjs', until: 'end', 'kafka-max-bytes': '1MB', dedupe: true }),
    );
    const rows = [1, 1, 2].map((id) => ({ topic, value: JSON.stringify({ payload: { person_id: `p${id}`, n: id } }) }));
    await client.produce([...rows, { topic, value: '{"other":1}' }]);
    const ran = await run('people', `${topic}?group=flags`, '--config', 'load.json');
    assert.equal(ran.status, 0, ran.stderr);
    assert.match(ran.stderr, /^warning: --dedupe .*--redis/m);
    assert.match(ran.stderr, /4 rows: 2 delivered, 0 rejected, 2 skipped/);
    assert.equal(sandbox.state().people.length, 2);
    await client.produce([
      { topic, value: 'no' },
      { topic, value: person(3) },
    ]);
    const many = await run('people', `${topic}?group=flags`, '--max-rejected', '0', '--rejects', 'rejected/');
    assert.equal(many.status, 13, many.stderr);
    const changes = topicOf();
    await client.createTopic(changes, 1);
    await client.produce([{ topic: changes, value: JSON.stringify({ op: 'c', after: { id: 1 }, source: {} }) }]);
    const dry = await run('people', `${changes}?group=changes`, '--dry-run', '--rejects', 'rejected/');
    assert.match(dry.stderr, /^warning: the rows of kafka:.* look like change events of Debezium/m);
  });
});

test('stopped while the broker is away: it says how much of what was delivered is not committed', async (t) => {
  if (isMissing(t, 'kafka')) return;
  const broker = await startKafka(t);
  const client = kafkaClient(t, broker.address);
  const sandbox = await sandboxFor(t, { requestsPerSecond: Number.POSITIVE_INFINITY });
  await client.createTopic('people', 2);
  await client.produce(Array.from({ length: 30 }, (_, id) => ({ topic: 'people', partition: id % 2, value: person(id) })));
  const [cwd, place] = [await folder(t), `kafka://${broker.address}/people?group=away`];
  const service = start(['people', place, '--linger-ms', '10ms', '--checkpoint-every-ms', '1h'], { cwd, env: sandbox.env });
  await until(() => sandbox.state().people.length === 30);
  await broker.kill();
  await service.says('fetching fails');
  service.child.kill('SIGTERM');
  const { status, stderr } = await service.ended;
  assert.equal(status, 0, stderr);
  const text = 'read but not committed: up to 30 messages from 2 partitions; the next process of the group reads them again';
  assert.match(stderr, new RegExp(`^warning: Kafka: ${text}, .*\n[^]*^stopped: 30 rows: 30 delivered`, 'm'));
});

test('a broker that asks who reads: SASL, TLS, and certificates of clients', async (t) => {
  if (isMissing(t, 'kafka')) return;
  const cwd = await folder(t);
  const made = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  });
  writeFileSync(join(cwd, 'ca.pem'), made.cert);
  writeFileSync(join(cwd, 'client.key'), made.private);
  writeFileSync(join(cwd, 'store.pem'), made.private + made.cert);
  const modules = 'org.apache.kafka.common.security';
  const logins = (listener: string): object => ({
    [`listener.name.${listener}.plain.sasl.jaas.config`]: `${modules}.plain.PlainLoginModule required user_reader="p/ss w@rd";`,
    [`listener.name.${listener}.scram-sha-512.sasl.jaas.config`]: `${modules}.scram.ScramLoginModule required;`,
  });
  const settings = {
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-512',
    ...logins('sasl_ssl'),
    ...logins('sasl_plaintext'),
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': join(cwd, 'store.pem'),
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': join(cwd, 'ca.pem'),
    'listener.name.ssl.ssl.client.auth': 'required',
  };
  const { address, others } = await startKafka(t, settings, ['SSL', 'SASL_SSL', 'SASL_PLAINTEXT']);
  const client = kafkaClient(t, address);
  await client.createTopic('people', 1);
  await client.produce([{ topic: 'people', value: person(1) }]);
  const scram = ['--alter', '--entity-type', 'users', '--entity-name', 'reader', '--add-config', 'SCRAM-SHA-512=[password=p/ss w@rd]'];
  const jars = join(String(process.env.CIO_KAFKA_JARS), '*');
  const added = await runProgram('java', ['-cp', jars, 'kafka.admin.ConfigCommand', '--bootstrap-server', address, ...scram], cwd);
  assert.equal(added.status, 0, added.stderr);
  const sandbox = await sandboxFor(t);
  const [user, word] = ['CUSTOMERIO_KAFKA_USERNAME', 'CUSTOMERIO_KAFKA_PASSWORD'];
  const run = async (at: string | undefined, flags: string[], password?: string): Promise<Ran> => {
    const env = { ...sandbox.env, ...(password !== undefined && { [user]: 'reader', [word]: password }) };
    const all = ['people', `kafka://${at}/people?group=g-${++names}`, '--until', 'end', '--linger-ms', '10ms', ...flags];
    return start(all, { cwd, env, input: '' }).ended;
  };
  const good = (ran: Ran): void => assert.deepEqual([ran.status, /1 row: 1 delivered/.test(ran.stderr)], [0, true], ran.stderr);
  const bad = (ran: Ran, says: RegExp): void => {
    assert.deepEqual([ran.status, says.test(ran.stderr)], [5, true], ran.stderr);
    assert.doesNotMatch(ran.stderr, /p\/ss|hunter2/);
  };
  const plain = await run(others.SASL_PLAINTEXT, ['--kafka-sasl', 'plain'], 'p/ss w@rd');
  good(plain);
  assert.match(plain.stderr, /^warning: --kafka-sasl plain without --kafka-tls/m);
  good(await run(others.SASL_SSL, ['--kafka-sasl', 'PLAIN', '--kafka-ca', 'ca.pem'], 'p/ss w@rd'));
  good(await run(others.SSL, ['--kafka-ca', 'ca.pem', '--kafka-cert', 'ca.pem', '--kafka-key', 'client.key']));
  good(await run(others.SASL_SSL, ['--kafka-sasl', 'scram-sha-512', '--kafka-ca', 'ca.pem'], 'p/ss w@rd'));
  bad(await run(others.SASL_SSL, ['--kafka-sasl', 'scram-sha-512', '--kafka-ca', 'ca.pem'], 'hunter2'), /[Aa]uthentication failed/);
  bad(await run(others.SASL_PLAINTEXT, ['--kafka-sasl', 'plain'], 'hunter2'), /[Aa]uthentication failed/);
  bad(await run(others.SASL_SSL, ['--kafka-sasl', 'plain', '--kafka-tls'], 'p/ss w@rd'), /self.signed certificate/);
  bad(await run(others.SSL, []), /TLS|closed|ECONNRESET/);
});

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; !(await isSo()); await sleep(20)) assert.ok(Date.now() < end, 'it did not come');
}
