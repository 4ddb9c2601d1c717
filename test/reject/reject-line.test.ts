import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { test } from 'node:test';
import { Origin } from '../../lib/record/origin.ts';
import { readRecord } from '../../lib/record/read.ts';
import { type Cause, Rejection } from '../../lib/record/rejection.ts';
import { formatRejection } from '../../lib/reject/reject-line.ts';
import fc from '../support/fast-check.ts';
import { originFrom } from '../support/flat-origin.ts';
import { rejection } from '../support/reject/arbitrary.ts';
import { runs } from '../support/runs.ts';

const AT = Date.UTC(2026, 10, 24, 2, 10, 0, 5);
const WHY: Cause = { reason: 'invalid', message: 'must be text', stage: 'validate' };

/** The line of a record that was read from `raw`, without its tail. */
function recordPart(raw: string, bytes?: Buffer): string {
  const origin = originFrom({ source: 'a.ndjson', line: 3, raw });
  const read = readRecord(raw, origin, 'ndjson');
  const line = formatRejection(new Rejection(WHY, read instanceof Rejection ? undefined : read, origin, bytes), AT);
  return line.slice('{"record":'.length, line.lastIndexOf(',"rejected_reason":'));
}

test('a line says what, why, where and when, and leaves out what is not there', () => {
  const origin = originFrom({ source: 'a.ndjson', line: 3, offset: 40, bytes: 9, stream: 's', namespace: 'n', raw: '{"a": 1}' });
  const why: Cause = { ...WHY, field: 'person_email', status: 400, attempts: 2, eventId: '01J00000000000000000000000' };
  assert.equal(
    formatRejection(new Rejection(why, { a: 1 }, origin), AT),
    '{"record":{"a": 1},"rejected_reason":"invalid","rejected_field":"person_email","rejected_message":"must be text",' +
      '"rejected_stage":"validate","rejected_origin":{"source":"a.ndjson","stream":"s","namespace":"n","line":3,"offset":40,"bytes":9},' +
      '"rejected_status":400,"rejected_attempts":2,"rejected_event_id":"01J00000000000000000000000","rejected_at":"2026-11-24T02:10:00.005Z"}\n',
  );
  assert.equal(
    formatRejection(new Rejection(WHY, { a: 1 }), AT),
    '{"record":{"a":1},"rejected_reason":"invalid","rejected_message":"must be text","rejected_stage":"validate","rejected_at":"2026-11-24T02:10:00.005Z"}\n',
  );
});

test('of a message a line says topic, partition and offset', () => {
  const origin = originFrom({ topic: 'crm', partition: 3, line: 40, offset: 40, bytes: 8, version: 'id', stream: 's', raw: '{"a": 1}' });
  assert.match(
    formatRejection(new Rejection(WHY, { a: 1 }, origin), AT),
    /"rejected_origin":\{"topic":"crm","partition":3,"offset":40,"stream":"s","bytes":8,"version":"id"\},/,
  );
});

test('the text of a record stays as it came: digits, spaces, order, repeated keys', () => {
  const raw = '{ "id":12345678901234567890,"b":1.10, "a":"\\u00e9\u00e9", "a":2 }';
  assert.equal(recordPart(raw), raw);
});

test('a record over several lines is put on one', () => {
  assert.equal(recordPart('{\n  "a": 12345678901234567890,\r\n  "b": "x\\ny"\n}'), '{   "a": 12345678901234567890,   "b": "x\\ny" }');
});

test('text that is not a JSON object is kept as text', () => {
  for (const raw of ['{"a":', 'a,"b', '', '[1,2]', '7', 'null', '"x"', '{"a":1e999}', '{"a":1}{"b":2}', '{"a":1},"rejected_reason":"x"']) {
    assert.equal(recordPart(raw), JSON.stringify(raw));
  }
});

test('a row of CSV is kept as the record that was made of it', () => {
  const origin = originFrom({ source: 'a.csv', line: 3, raw: '{x},"y"' });
  assert.match(formatRejection(new Rejection(WHY, { a: '{x}', b: 'y' }, origin), AT), /^\{"record":\{"a":"\{x\}","b":"y"\},/);
});

test('what validate() refuses of a program does not come back as the plain data that JSON makes of it', () => {
  const line = (record: unknown): Record<string, unknown> => JSON.parse(formatRejection(new Rejection(WHY, record), AT));
  for (const value of [Buffer.from('x'), new Uint8Array(1), new Map([['a', 1]]), { f: () => 1 }]) {
    const { record, record_encoding: encoding } = line({ a: 1, value });
    assert.deepEqual([typeof record, encoding], ['string', 'inspect']);
  }
  assert.deepEqual(line({ at: new URL('https://example.com/') }).record, { at: 'https://example.com/' });
});

test('bytes that are no UTF-8 are kept as base64', () => {
  const bytes = Buffer.from([0x7b, 0xff, 0x7d]);
  const line = formatRejection(new Rejection(WHY, undefined, new Origin({ line: 1 }), bytes), AT);
  const { record, record_encoding: encoding } = JSON.parse(line);
  assert.deepEqual([Buffer.from(record, 'base64'), encoding], [bytes, 'base64']);
});

test('a record that was not kept is null', () => {
  assert.match(formatRejection(new Rejection(WHY, undefined, new Origin({ line: 1 })), AT), /^\{"record":null,"rejected_reason"/);
});

test('a row of a program is written with every digit', () => {
  const line = formatRejection(new Rejection(WHY, { id: 12345678901234567890n, at: new Date(0) }), AT);
  assert.match(line, /^\{"record":\{"id":12345678901234567890,"at":"1970-01-01T00:00:00.000Z"\},/);
});

test('a row that JSON can not hold is described', () => {
  const circular: Record<string, unknown> = { name: 'ring' };
  circular.self = circular;
  let deep: unknown = 1;
  for (let i = 0; i < 100_000; i++) deep = [deep];
  const hostile = { toJSON: () => assert.fail(), [Symbol.for('nodejs.util.inspect.custom')]: () => assert.fail() };
  for (const [record, seen] of [
    [{ a: Number.NaN }, /a: NaN/],
    [circular, /Circular/],
    [{ deep }, /deep/],
    [hostile, /can't be written as text/],
    [() => 1, /Function/],
  ] as const) {
    const { record: described, record_encoding: encoding } = JSON.parse(formatRejection(new Rejection(WHY, record), AT));
    assert.match(described, seen);
    assert.equal(encoding, 'inspect');
  }
});

test('the event id of an earlier run is kept, the one it was sent with comes first', () => {
  const origin = new Origin({ eventId: 'earlier' });
  assert.equal(JSON.parse(formatRejection(new Rejection(WHY, {}, origin), AT)).rejected_event_id, 'earlier');
  assert.equal(JSON.parse(formatRejection(new Rejection({ ...WHY, eventId: 'sent' }, {}, origin), AT)).rejected_event_id, 'sent');
});

test('any rejection gives one line of valid UTF-8 that a source takes for a record', () => {
  fc.assert(
    fc.property(rejection, (given) => {
      const line = formatRejection(given, AT);
      assert.ok(line.endsWith('}\n') && !/[\r\n]/.test(line.slice(0, -1)));
      assert.ok(isUtf8(Buffer.from(line)) && Buffer.from(line).toString() === line);
      const read = readRecord(line.slice(0, -1), new Origin({}), 'ndjson');
      assert.ok(!(read instanceof Rejection));
      assert.equal(read.rejected_reason, given.cause.reason);
      assert.equal(read.rejected_message, given.cause.message);
    }),
    { numRuns: runs(1_000) },
  );
});
