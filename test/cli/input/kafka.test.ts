/** Kafka on the command line, as far as no broker is needed: what an address says, and what does not go with one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isKafka, kafkaAddress } from '../../../lib/cli/input/kafka/address.ts';
import { runs } from '../../support/runs.ts';

const read = (text: string): ReturnType<typeof kafkaAddress> => kafkaAddress(text, 'people');

test('brokers with their ports, topics and the group', () => {
  const cases: [text: string, brokers: string[], topics: string[], group: string][] = [
    ['kafka://a:9093/people?group=crm', ['a:9093'], ['people'], 'crm'],
    ['kafka://a,B.example:1,a/one,two,one?group=crm', ['a:9092', 'b.example:1'], ['one', 'two'], 'crm'],
    ['KAFKA://[::1],[2001:DB8::2]:19092/t?group=crm', ['[::1]:9092', '[2001:db8::2]:19092'], ['t'], 'crm'],
    ['kafka://127.0.0.1:65535/a.b_c-D?group=a%20b%26c%3Dd+e%23', ['127.0.0.1:65535'], ['a.b_c-D'], 'a b&c=d+e#'],
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
    ['kafka:host/topic', /^kafka:host\/topic is not an address of Kafka: write kafka:\/\/host:9092\/topic\?group=crm$/],
    ['kafka://h/t?group=a#b', /^kafka:\/\/h\/t is not an address of Kafka: write .*, with %23 for #$/],
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
    ['kafka://h/a/b?group=g', /^a\/b can't be a topic: .* several topics have commas between$/],
    ['kafka://h/..?group=g', /^\.\. can't be a topic/],
    [`kafka://h/${'t'.repeat(250)}?group=g`, /at most 249/],
    ['kafka://h/t%0a?group=g', /^t {2}can't be a topic/],
    ['kafka://h/%E0?group=g', /^the topic has a % that encodes nothing: write %25 for it$/],
    ['kafka://h/t?group=100%', /^the group has a % that encodes nothing/],
    ['kafka://h/t?group=a%1b[31m', /not printable/],
    ['kafka://h/t?groop=g', /^unknown parameter "groop": did you mean "group"\?; all else is a flag$/],
    ['kafka://h/t?group=a&group=b', /more than one group/],
    ['kafka://h/t?group=g&until=end', /^unknown parameter "until"; known: group; all else is a flag$/],
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
        'the address of Kafka must not hold credentials, as other users of the machine see them in `ps`: set CUSTOMERIO_KAFKA_USERNAME and CUSTOMERIO_KAFKA_PASSWORD, and give --kafka-sasl',
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
