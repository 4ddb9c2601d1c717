/** Kafka on the command line, as far as no broker is needed: what an address says, and what does not go with one. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { SendFlags } from '../../../lib/cli/flags/flags.ts';
import { isKafka, kafkaAddress } from '../../../lib/cli/input/kafka/address.ts';
import { isService, kafkaInput } from '../../../lib/cli/input/kafka/kafka-input.ts';
import { partitionsText } from '../../../lib/cli/input/kafka/partition-text.ts';
import { topicOptions, topicWarnings } from '../../../lib/cli/input/kafka/topic-options.ts';
import { libraryProblem } from '../../../lib/source/kafka/client/library.ts';
import { cli, folder } from '../../support/cli/run-cli.ts';
import fc from '../../support/fast-check.ts';
import { runs } from '../../support/runs.ts';

const read = (text: string): ReturnType<typeof kafkaAddress> => kafkaAddress(text, 'people');

test('brokers with their ports, topics and the group', () => {
  const cases: [text: string, brokers: string[], topics: string[], group: string][] = [
    ['kafka://a:9093/people?group=crm', ['a:9093'], ['people'], 'crm'],
    ['kafka://a,B.example:1,a/one,two,one?group=crm', ['a:9092', 'b.example:1'], ['one', 'two'], 'crm'],
    ['KAFKA://[::1],[2001:DB8::2]:19092/t?group=crm', ['[::1]:9092', '[2001:db8::2]:19092'], ['t'], 'crm'],
    ['kafka://127.0.0.1:65535/a.b_c-D?group=a%C3%A9b%26c%3Dd+e%23', ['127.0.0.1:65535'], ['a.b_c-D'], 'aéb&c=d+e#'],
    ['kafka://my_broker/t%2Ehidden?&group=x=y&', ['my_broker:9092'], ['t.hidden'], 'x=y'],
  ];
  for (const [text, brokers, topics, group] of cases) {
    const address = read(text);
    assert.deepEqual([address.brokers, address.topics, address.group], [brokers, topics, group], text);
    // What is shown is an address of the same.
    assert.deepEqual(read(address.label), address);
  }
  assert.equal(read('kafka://a,b/t?group=crm').label, 'kafka://a:9092,b:9092/t?group=crm');
  assert.ok(isKafka('Kafka:x') && !isKafka('kafka') && !isKafka('./kafka:x'));
});

test('a mistake is said with what to write instead', () => {
  const wrong: [text: string, says: RegExp][] = [
    ['kafka://host/topic', /names no consumer group \(.*\): cio-stream people 'kafka:\/\/host:9092\/topic\?group=crm'$/],
    ['kafka://h,i:1/a,b?group=', /cio-stream people 'kafka:\/\/h:9092,i:1\/a,b\?group=crm'$/],
    ['kafka:host/topic', /^kafka:host\/topic is not a Kafka address: write kafka:\/\/host:9092\/topic\?group=crm$/],
    ['kafka://h/t?group=a#b', /^kafka:\/\/h\/t is not a Kafka address: write .*, with %23 for #$/],
    ['kafka:///t?group=g', /^kafka:\/\/\/t has an empty broker: write/],
    ['kafka://h,/t?group=g', /has an empty broker/],
    ['kafka://h?group=g', /^kafka:\/\/h has no topic: write/],
    ['kafka://h/t,?group=g', /has an empty topic/],
    ['kafka://h:0/t?group=g', /^h:0 has no usable port: it must be from 1 to 65535$/],
    ['kafka://h:65536/t?group=g', /h:65536 has no usable port/],
    ['kafka://h:http/t?group=g', /^h:http is not a broker: write host or host:9092$/],
    ['kafka://::1/t?group=g', /^::1 is not a broker: write IPv6 in brackets, such as \[::1\]:9092$/],
    ['kafka://::1:9092/t?group=g', /in brackets/],
    ['kafka://h h/t?group=g', /is not a broker/],
    ['kafka://h/a/b?group=g', /^a\/b is not a valid topic name: .* separate several topics with commas$/],
    ['kafka://h/..?group=g', /^\.\. is not a valid topic name/],
    [`kafka://h/${'t'.repeat(250)}?group=g`, /up to 249/],
    ['kafka://h/t%0a?group=g', /^t {2}is not a valid topic name/],
    ['kafka://h/%E0?group=g', /^the topic has a % that encodes nothing: write %25 for it$/],
    ['kafka://h/t?group=100%', /^the group has a % that encodes nothing/],
    ['kafka://h/t?group=a%1b[31m', /control characters/],
    ['kafka://h/t?group=my%20group', /must not contain white space/],
    ['kafka://h/t?groop=g', /^unknown parameter "groop": did you mean "group"\?; everything else is a flag$/],
    ['kafka://h/t?group=a&group=b', /more than one group/],
    ['kafka://h/t?group=g&until=end', /^unknown parameter "until"; known: group; everything else is a flag$/],
  ];
  for (const [text, says] of wrong) assert.throws(() => read(text), { code: 'CIO_OPTIONS', message: says }, text);
});

test('credentials in an address are refused, and never repeated', () => {
  for (const text of [
    'kafka://user:hunter2@h/t?group=g',
    'kafka://user@h/t?group=g&hunter2',
    'kafka://h,user:hunter2@i/t',
    'kafka://user:hun/ter2@h/t?group=hunter2',
    'kafka://user:h#unter2@h/t',
    'kafka://h/t?group=g&password=hunter2',
    'kafka://h/t?sasl.jaas.config=hunter2&group=g',
    'kafka://h/t?SASL_Password=hunter2',
    'kafka:user:hunter2@h/t',
  ])
    assert.throws(() => read(text), {
      code: 'CIO_OPTIONS',
      message:
        'the Kafka address must not contain credentials, as other users of the machine can see them with `ps`: set CUSTOMERIO_KAFKA_USERNAME and CUSTOMERIO_KAFKA_PASSWORD, and use --kafka-sasl',
    });
});

test('whatever stands behind kafka: is read, or is a mistake in words', () => {
  const piece = fc.oneof(fc.constantFrom('/', '?', ',', ':', '@', '#', '[', ']', '%', '&', '=', 'group=', '//', '\u001b'), fc.string());
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      try {
        const address = read(`kafka:${pieces.join('')}`);
        assert.deepEqual(read(address.label), address);
      } catch (error) {
        assert.equal(Object(error).code, 'CIO_OPTIONS', String(error));
      }
    }),
    { numRuns: runs(2_000) },
  );
});

const PLACE = 'kafka://a:1,b:2/t,u?group=crm';
const NONE = { column: [], null: [], dryRun: false } as unknown as SendFlags;
const input = (names: string[], flags: Partial<SendFlags> = {}, kind: 'people' | 'events' = 'people'): ReturnType<typeof kafkaInput> =>
  kafkaInput(names, { ...NONE, ...flags }, kind);

test('Kafka is read alone, and flags that would do nothing are refused', () => {
  assert.equal(input(['crm.csv', '-']), undefined);
  assert.deepEqual(input([PLACE], { maxRecordBytes: 5, stream: 's', namespace: 'n', until: 'end', tombstones: 'delete' })?.group, 'crm');
  const wrong: [names: string[], flags: Partial<SendFlags>, says: RegExp][] = [
    [[PLACE, '-'], {}, /^kafka:\/\/ can't be combined with other inputs: read those with a separate command$/],
    [['a.csv', PLACE], {}, /can't be combined/],
    [[PLACE, PLACE], {}, /only once: name several topics in one address, separated by commas$/],
    [[PLACE], { resume: 'r' }, /^--resume has no effect with kafka:\/\/, as the consumer group remembers .* run the same command again$/],
    [[PLACE], { format: 'csv' }, /^--format has no effect .* each Kafka message is one row, a JSON object in UTF-8: leave it out$/],
    [[PLACE], { jsonPath: 'x' }, /^--json-path .*: unwrap rows with --transform$/],
    [[PLACE], { encoding: 'latin1' }, /^--encoding has/],
    [[PLACE], { keepEmptyCells: 'keep' }, /^--keep-empty-cells has/],
    [[PLACE], { null: ['x'] }, /^--null has/],
    [[PLACE], { trim: true }, /^--trim has/],
    [[PLACE], { tombstoneId: 'email' }, /^--tombstone-id does nothing without --tombstones delete$/],
    [['a.csv'], { until: 'end' }, /^--until works only with a kafka:\/\/ input$/],
    [[], { kafkaTls: true }, /^--kafka-tls works only/],
    [['a.csv'], { from: 'latest' }, /^--from works only/],
  ];
  for (const [names, flags, says] of wrong) assert.throws(() => input(names, flags), { code: 'CIO_OPTIONS', message: says });
  const deletes = (): unknown => input([PLACE], { tombstones: 'delete' }, 'events');
  assert.throws(deletes, { message: '--tombstones delete deletes people, so it is for cio-stream people, not events' });
});

test('a run is a service unless it is to end', () => {
  const cases: [string[], Partial<SendFlags>, boolean][] = [
    [[PLACE], {}, true],
    [[PLACE], { until: 'end' }, false],
    [[PLACE], { dryRun: true }, false],
    [['a.csv'], {}, false],
  ];
  for (const [names, flags, expected] of cases) assert.equal(isService(names, { ...NONE, ...flags }), expected);
});

test('flags, the environment and files become options of kafka()', async (t) => {
  const address = read(PLACE);
  const base = { brokers: ['a:1', 'b:2'], topics: ['t', 'u'], groupId: 'crm' };
  const optionsOf = async (flags: Partial<SendFlags>): Promise<object> =>
    JSON.parse(JSON.stringify(await topicOptions(address, { ...NONE, ...flags })));
  t.after(() => {
    for (const name of ['USERNAME', 'PASSWORD', 'TOKEN']) delete process.env[`CUSTOMERIO_KAFKA_${name}`];
  });
  assert.deepEqual(await optionsOf({}), base);
  const own = { until: 'end', from: 'fail', kafkaMaxBytes: 5, kafkaSessionMs: 6_000, settleMs: 7, kafkaInstanceId: 'pod-0' } as const;
  assert.deepEqual(await optionsOf({ ...own, checkpointEvery: 8, checkpointEveryMs: 9, tombstones: 'skip', stream: 's' }), {
    ...{ ...base, until: 'end', from: 'fail', maxBytes: 5, sessionTimeoutMs: 6_000, settleMs: 7, groupInstanceId: 'pod-0' },
    ...{ checkpointEveryRecords: 8, checkpointEveryMs: 9, tombstones: 'skip', stream: 's' },
  });
  const cwd = await folder(t);
  const [ca, key, none] = [join(cwd, 'ca.pem'), join(cwd, 'key.pem'), join(cwd, 'none.pem')];
  writeFileSync(ca, '-----BEGIN CERTIFICATE-----\nx\n');
  writeFileSync(key, '-----BEGIN EC PRIVATE KEY-----\ny\n');
  writeFileSync(join(cwd, 'ca.der'), '0x');
  const [certText, keyText] = ['-----BEGIN CERTIFICATE-----\nx\n', '-----BEGIN EC PRIVATE KEY-----\ny\n'];
  assert.deepEqual(await optionsOf({ kafkaTls: true }), { ...base, tls: {} });
  assert.deepEqual(await optionsOf({ kafkaCa: ca }), { ...base, tls: { ca: certText } });
  assert.deepEqual(await optionsOf({ kafkaCert: ca, kafkaKey: key }), { ...base, tls: { cert: certText, key: keyText } });
  const wrong: [flags: Partial<SendFlags>, says: RegExp][] = [
    [{ kafkaCa: none }, /^--kafka-ca .*none\.pem can't be read: it does not exist \(ENOENT\)$/],
    [{ kafkaCa: join(cwd, 'ca.der') }, /ca\.der is not PEM/],
    [{ kafkaCert: ca }, /^--kafka-cert needs --kafka-key$/],
    [{ kafkaKey: key }, /^--kafka-key needs --kafka-cert$/],
    [{ kafkaSasl: 'PLAIN' }, /^--kafka-sasl plain needs CUSTOMERIO_KAFKA_USERNAME and CUSTOMERIO_KAFKA_PASSWORD in the environment$/],
    [{ kafkaSasl: 'OAUTHBEARER' }, /^--kafka-sasl oauthbearer needs CUSTOMERIO_KAFKA_TOKEN in/],
  ];
  for (const [flags, says] of wrong) await assert.rejects(optionsOf(flags), { code: 'CIO_OPTIONS', message: says });
  process.env.CUSTOMERIO_KAFKA_USERNAME = 'reader';
  process.env.CUSTOMERIO_KAFKA_PASSWORD = ' hunter2 \n';
  await assert.rejects(optionsOf({}), /^CioError: CUSTOMERIO_KAFKA_USERNAME is set but would not be used: choose a mechanism/);
  const sasl = { mechanism: 'SCRAM-SHA-512', username: 'reader', password: ' hunter2 ' } as const;
  assert.deepEqual(await optionsOf({ kafkaSasl: 'SCRAM-SHA-512' }), { ...base, sasl });
  process.env.CUSTOMERIO_KAFKA_TOKEN = 'abc';
  assert.deepEqual(await optionsOf({ kafkaSasl: 'OAUTHBEARER' }), { ...base, sasl: { mechanism: 'OAUTHBEARER', token: 'abc' } });
  assert.match(topicWarnings({ ...NONE, kafkaSasl: 'PLAIN' })[0] ?? '', /without --kafka-tls sends the password in clear text/);
  assert.deepEqual(topicWarnings({ ...NONE, kafkaSasl: 'PLAIN', kafkaCa: ca }), []);
  const [alone, both] = [
    { ...NONE, dedupe: true },
    { redis: ['redis://a'], stateDir: 'sd' },
  ];
  assert.match(topicWarnings(alone)[0] ?? '', /--dedupe without --redis knows only/);
  assert.match(topicWarnings({ ...alone, ...both })[0] ?? '', /--dedupe remembers in --state-dir and not in --redis/);
  assert.deepEqual(topicWarnings({ ...alone, redis: both.redis }), []);
});

test('partitions in words: numbers that follow each other are a range', () => {
  const of = (topic: string, ...numbers: number[]): object[] => numbers.map((partition) => ({ topic, partition }));
  const text = (...parts: object[][]): string => partitionsText(parts.flat() as Parameters<typeof partitionsText>[0]);
  assert.equal(text(of('people', 7, 2, 1, 0, 10, 11), of('a', 3)), 'reading 7 partitions: a 3; people 0-2, 7, 10-11');
  assert.equal(text(of('a', 0)), 'reading 1 partition: a 0');
  assert.match(text([]), /^reading no partitions: /);
});

test('a Node that the client of Kafka does not take is said at once, as an option to be changed', async (t) => {
  if (isMissingNode() === undefined) return t.skip('this Node is new enough');
  const { status, stderr } = await cli(['people', 'kafka://127.0.0.1:1/t?group=g'], { env: { CUSTOMERIO_BASE_URL: 'http://127.0.0.1:1' } });
  assert.equal(status, 2);
  assert.match(stderr, /^cio-stream: kafka\(\) needs Node 22\.22 or later, or 24\.6 or later, .* this is Node [\d.]+, /);
  assert.match(stderr, /^ {2}what to do: Install what the message names\.$/m);
});

const isMissingNode = (): string | undefined => libraryProblem(process.versions.node, '2.12.1');

test('a preview says how to get a file out of a topic', async () => {
  const { status, stderr } = await cli(['preview', 'kafka://h,i:1/people,orders']);
  assert.equal(status, 2);
  assert.match(stderr, /first: kcat -C -e -q -c 1000 -b h:9092,i:1 -t people > people\.ndjson && cio-stream preview people\.ndjson$/m);
});
