import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExactNumber } from '../../../lib/json/exact.ts';
import { Block } from '../../../lib/record/block.ts';
import { Deletion, Entry } from '../../../lib/record/entry.ts';
import { type Origin, originOf } from '../../../lib/record/origin.ts';
import { partitionPlace } from '../../../lib/record/place.ts';
import type { Element } from '../../../lib/record/record.ts';
import { Rejection } from '../../../lib/record/rejection.ts';
import { Skipped } from '../../../lib/record/skipped.ts';
import { MessageRows, type MessageRowsOptions, ValueBuffer } from '../../../lib/source/kafka/message-rows.ts';
import { Positions } from '../../../lib/source/kafka/positions.ts';
import { ndjsonDecoder } from '../../../lib/source/ndjson.ts';
import { validator } from '../../../lib/stage/validate.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import fc from '../../support/fast-check.ts';
import { oneByOne, readAll } from '../../support/read-all.ts';
import { runs } from '../../support/runs.ts';

type Value = Buffer | string | null | undefined;
interface Message {
  readonly key?: unknown;
  readonly value?: Value;
}

const PLACE = partitionPlace('crm', 3, { version: 'v1' });

function rowsOf(push: (item: Element | Block) => void, options: Partial<MessageRowsOptions> = {}): MessageRows {
  const standard = { tombstones: 'skip', tombstoneId: 'id', maxRecordBytes: 1_048_576 } as const;
  return new MessageRows({ ...standard, place: PLACE, stage: 'kafka', values: new ValueBuffer(), ...options }, push);
}

/** What becomes of the messages, from offset 100 on. */
function read(messages: readonly Message[], options: Partial<MessageRowsOptions> = {}): Element[] {
  const elements: Element[] = [];
  const rows = rowsOf(
    oneByOne((element) => elements.push(element)),
    options,
  );
  for (const [index, { key, value }] of messages.entries())
    rows.take(100 + index, key, typeof value === 'string' ? Buffer.from(value) : value);
  rows.flush();
  return elements;
}

function one(value: Value, key?: unknown, options: Partial<MessageRowsOptions> = {}): Element {
  const elements = read([{ key, value }], options);
  assert.equal(elements.length, 1);
  return elements[0] as Element;
}

function rejected(value: Value, key?: unknown, options: Partial<MessageRowsOptions> = {}): Rejection {
  const element = one(value, key, options);
  assert.ok(element instanceof Rejection, 'not rejected');
  assert.equal(element.cause.stage, 'kafka');
  assert.deepEqual([element.origin?.line, element.origin?.offset, element.origin?.topic, element.origin?.partition], [100, 100, 'crm', 3]);
  return element;
}

test('a value is a row that knows its topic, partition and offset', () => {
  const elements = read([{ value: '{"a":1}' }, { value: '{"b":"é"}' }]);
  assert.deepEqual(
    elements,
    [{ a: 1 }, { b: 'é' }].map((record, at) => Object.assign(record, elements[at])),
  );
  const { source, version, topic, partition, line, offset, bytes, raw } = originOf(elements[1]) as Origin;
  assert.deepEqual(
    [source, version, topic, partition, line, offset, bytes, raw],
    ['kafka://crm/3', 'v1', 'crm', 3, 101, 101, 10, '{"b":"é"}'],
  );
});

test('rows of one partition come as blocks, in order with everything else, and their bytes are copies', () => {
  const items: (Element | Block)[] = [];
  const rows = rowsOf((item) => items.push(item));
  const bytes = Buffer.from('{"a":1}{"a":2}nope{"a":3}');
  const cuts = [0, 7, 14, 18, 25];
  for (let at = 0; at < 4; at++) rows.take(at, null, bytes.subarray(cuts[at], cuts[at + 1]));
  rows.flush();
  rows.flush();
  bytes.fill(0);
  assert.deepEqual(
    items.map((item) =>
      item instanceof Block ? Array.from({ length: item.size }, (_, row) => [item.line(row), item.text(row)]) : 'element',
    ),
    [
      [
        [0, '{"a":1}'],
        [1, '{"a":2}'],
      ],
      'element',
      [[3, '{"a":3}']],
    ],
  );
});

test('a block ends when its memory is full, and a value of any length has room', () => {
  const long = `{"a":"${'x'.repeat(100_000)}"}`;
  const values = [...Array.from({ length: 2_000 }, (_, i) => `{"i":${i},"t":"${'y'.repeat(i % 90)}"}`), long, '{"last":1}'];
  assert.deepEqual(
    read(values.map((value) => ({ value }))).map((element) => originOf(element)?.raw),
    values,
  );
});

test('marks and white space around an object are not part of the row; line breaks in it become spaces', () => {
  for (const value of ['\uFEFF{"a":1}', ' \t{"a":1}', '{"a":1}\n', '\r\n \uFEFF {"a":1} \r\n']) {
    assert.equal(originOf(one(value))?.raw, '{"a":1}', JSON.stringify(value));
  }
  const pretty = JSON.stringify({ a: 1, b: { c: [1, 2] } }, null, 2);
  const elements = read([{ value: '{"x":1}' }, { value: pretty }, { value: '{"a":\r1}' }, { value: '{"y":2}' }]);
  assert.deepEqual(
    elements.map((element) => originOf(element)?.raw),
    ['{"x":1}', '{   "a": 1,   "b": {     "c": [       1,       2     ]   } }', '{"a": 1}', '{"y":2}'],
  );
  assert.deepEqual(
    elements.map((element) => originOf(element)?.line),
    [100, 101, 102, 103],
  );
});

test('a line break inside a text is malformed, as in every JSON', () => {
  const { cause, origin } = rejected('{"a":"x\ny"}');
  assert.match(cause.message, /not valid JSON/);
  assert.equal(origin?.raw, '{"a":"x\ny"}');
});

test('what is not an object is rejected like a line of NDJSON, with what came', async () => {
  for (const value of ['[1]', 'null', '"text"', '5', 'true', 'text', '{"a":', '{} {}', '{"a":1}x', '{"a":1e999}']) {
    const [line] = await readAll(ndjsonDecoder(), [value]);
    assert.ok(line instanceof Rejection);
    const { cause, origin, bytes } = rejected(value);
    assert.equal(cause.reason, line.cause.reason, value);
    assert.ok(cause.message.startsWith(line.cause.message), `${value}: ${cause.message}`);
    assert.deepEqual([origin?.raw, bytes], [value, undefined]);
  }
  assert.match(rejected('[{"a":1}]').cause.message, /an array: send each row as a message of its own$/);
});

test('an empty value is not a tombstone: it is rejected', () => {
  for (const value of ['', ' \n', '\uFEFF']) {
    const { cause, origin } = rejected(value, 'k', { tombstones: 'delete' });
    assert.match(cause.message, /the value is empty/);
    assert.equal(origin?.raw, value);
  }
});

const NOT_TEXT = 'not UTF-8 text: a value must be a JSON object; a consumer of your own can decode it and pass the JSON to fromKafka()';

test('bytes that are not text are kept as they are', () => {
  for (const value of [Buffer.from('{"a":"\xff"}', 'latin1'), Buffer.from('\xfe\xff{', 'latin1'), Buffer.from('\x1f\x8bgz', 'latin1')]) {
    const { cause, bytes, origin } = rejected(value);
    assert.deepEqual([cause.reason, cause.message, origin?.bytes], ['malformed', NOT_TEXT, value.length]);
    assert.deepEqual(bytes, value);
  }
  // The first row ends in the middle of a character, which the next one would complete.
  const split = read([{ value: Buffer.from('{"a":"\xc3}', 'latin1') }, { value: Buffer.from('{"b":1}') }]);
  assert.ok(split[0] instanceof Rejection && split[0].bytes !== undefined && !(split[1] instanceof Rejection));
});

test('the wire format of a schema registry is named, with what to do', () => {
  const { cause, bytes } = rejected(Buffer.concat([Buffer.of(0, 0, 0, 0, 7), Buffer.from('{"a":1}')]));
  assert.match(cause.message, /wire format of a schema registry.*Avro.*fromKafka/);
  assert.equal(bytes?.length, 12);
});

test('a value over the limit is rejected without its bytes; white space around it does not count', () => {
  const { cause, bytes, origin } = rejected(`{"a":"${'x'.repeat(50)}"}`, undefined, { maxRecordBytes: 50 });
  assert.deepEqual([cause.reason, bytes, origin?.raw, origin?.bytes], ['too_large', undefined, undefined, 58]);
  assert.equal(originOf(one(`{"a":1}${' '.repeat(50)}`, undefined, { maxRecordBytes: 7 }))?.raw, '{"a":1}');
});

test('a tombstone is skipped by default, whatever its key is', () => {
  for (const value of [null, undefined]) {
    for (const key of ['5', undefined, Buffer.of(0)]) {
      const element = one(value, key);
      assert.ok(element instanceof Skipped);
      assert.deepEqual([element.reason, element.origin?.offset, element.origin?.mapping], ['tombstone', 100, undefined]);
    }
  }
});

test('a tombstone deletes whom its key names, as a row of operations would', () => {
  const validate = validator({ object: 'entry' });
  for (const [tombstoneId, key] of [
    ['id', '5'],
    ['id', ' a b '],
    ['email', 'A@x.org'],
    ['email', 'nobody'],
    ['phone', '123'],
    ['cio_id', 'ab12'],
  ] as const) {
    for (const given of [key, Buffer.from(key)]) {
      const element = one(null, given, { tombstones: 'delete', tombstoneId });
      assert.ok(element instanceof Deletion);
      const row = { type: 'person', action: 'delete', identifiers: { [tombstoneId]: key } };
      const expected = validate(row);
      assert.ok(expected instanceof Entry);
      assert.deepEqual([element.operation, element.json, element.warnings], [expected.operation, expected.json, expected.warnings]);
      assert.deepEqual(element.record, { type: 'person', action: 'delete', identifiers: { [tombstoneId]: key } });
      assert.deepEqual([element.origin?.line, element.origin?.topic, element.origin?.mapping?.command], [100, 'crm', 'operations']);
    }
  }
});

const struct = 'Struct{id=5}';
const BAD_KEYS: readonly [key: unknown, message: RegExp, id?: unknown][] = [
  [undefined, /without a key/],
  [null, /without a key/],
  ['', /is empty/, ''],
  [' \n', /is empty/, ' \n'],
  ['null', /means no value/, 'null'],
  ['a\u0001b', /invisible character/, 'a\u0001b'],
  ['a\uD800', /could not be read/, 'a\uFFFD'],
  ['{"id":5}', /an object in JSON/, { id: 5 }],
  [' {"id":5}', /an object in JSON/, { id: 5 }],
  ['["5"]', /an array in JSON/, ['5']],
  ['"5"', /text in quotes/, ['5']],
  [' \uFEFF{"id":5}\u0001', /an object in JSON/, { id: 5 }],
  ['{"id":12345678901234567890}', /an object in JSON/, { id: new ExactNumber('12345678901234567890') }],
  [struct, /a structure, as Java prints it/, [struct]],
  ['{id=5, n=6}', /a structure, as Java prints it/, ['{id=5, n=6}']],
  [5, /neither bytes nor text/],
  [{ id: 5 }, /neither bytes nor text/],
];

test('a key that is not certainly the id is rejected, with a deletion to repair', () => {
  const validate = validator({ object: 'entry' });
  for (const [key, message, id] of BAD_KEYS) {
    for (const given of typeof key === 'string' ? [key, Buffer.from(key)] : [key]) {
      const rejection = rejected(null, given, { tombstones: 'delete' });
      assert.match(rejection.cause.message, message);
      assert.equal(rejection.cause.reason, 'invalid');
      assert.match(String(rejection.cause.field), /^identifiers/);
      assert.deepEqual(rejection.record, { type: 'person', action: 'delete', identifiers: id === undefined ? {} : { id } });
      assert.ok(validate(rejection.record as Record<string, unknown>) instanceof Rejection, 'sent again unrepaired, it must not pass');
    }
  }
  const asText = rejected(null, 'A\0\0\0', { tombstones: 'delete' });
  assert.deepEqual([asText.bytes, asText.record], [Buffer.from('A\0\0\0'), undefined]);
  for (const bytes of [Buffer.of(0, 0, 0, 5), Buffer.of(65, 0, 0, 0), Buffer.of(0, 0, 0, 0, 7, 65), Buffer.from('\xff\xfe', 'latin1')]) {
    const rejection = rejected(null, bytes, { tombstones: 'delete' });
    assert.match(rejection.cause.message, /schema registry|not valid UTF-8/);
    assert.deepEqual([rejection.bytes, rejection.record], [bytes, undefined]);
  }
});

test('a key that only looks like JSON is an id', () => {
  for (const key of ['{5', '[a]', '"', '{a}', '{550e8400-e29b-41d4-a716-446655440000}', 'a=b', '[id=5]']) {
    const element = one(null, key, { tombstones: 'delete' });
    assert.ok(element instanceof Deletion || (element instanceof Rejection && /means no value/.test(element.cause.message)), key);
  }
});

test('whatever comes, each message becomes one element, in order, with its offset', () => {
  const value = fc.oneof(
    fc.constantFrom<Value>(null, undefined, '', '{}', '{"a":1}', '[]', '{"a":\n1}', ' {"a":1}\n'),
    fc.json(),
    fc.string(),
    fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
  );
  const key = fc.option(
    fc.oneof(
      fc.string(),
      fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes)),
    ),
  );
  const tombstones = fc.constantFrom('skip' as const, 'delete' as const);
  fc.assert(
    fc.property(fc.array(fc.record({ key, value }), { maxLength: 30 }), tombstones, (messages, how) => {
      const elements = read(messages, { tombstones: how, maxRecordBytes: 15 });
      const offsets = elements.map((element) =>
        element instanceof Rejection || element instanceof Skipped || element instanceof Entry
          ? element.origin?.line
          : originOf(element)?.line,
      );
      assert.deepEqual(
        offsets,
        messages.map((_, index) => 100 + index),
      );
    }),
    { numRuns: runs(2_000) },
  );
});

test('a position holds the next offset of each partition that was read since the last one', async () => {
  const clock = new FakeClock();
  const positions = new Positions({ checkpointEveryRecords: 10, checkpointEveryMs: 1_000, clock });
  assert.deepEqual([positions.dueInMs, positions.take()], [undefined, undefined]);
  positions.read('a', 0, 5, 5);
  await clock.run(400);
  positions.read('a', 1, 7n, 0);
  positions.read('b', 0, 2, 1);
  positions.read('a', 0, 6, 1);
  assert.equal(positions.dueInMs, 600);
  await clock.run(1_000);
  assert.equal(positions.dueInMs, 0);
  const offsets = [
    { topic: 'a', partition: 0, offset: 6n },
    { topic: 'a', partition: 1, offset: 7n },
    { topic: 'b', partition: 0, offset: 2n },
  ];
  assert.deepEqual(positions.take(), { offsets });
  assert.deepEqual([positions.dueInMs, positions.take()], [undefined, undefined]);
  positions.read('a', 0, 16, 10);
  assert.equal(positions.dueInMs, 0);
  assert.deepEqual(positions.take(), { offsets: [{ topic: 'a', partition: 0, offset: 16n }] });
});
