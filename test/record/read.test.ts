import assert from 'node:assert/strict';
import { test } from 'node:test';
import { originOf } from '../../lib/record/origin.ts';
import { readRecord, unreadable } from '../../lib/record/read.ts';
import { isRecord } from '../../lib/record/record.ts';
import { Rejection } from '../../lib/record/rejection.ts';
import { originFrom } from '../support/flat-origin.ts';

const origin = originFrom({ source: 'f', line: 3, raw: 'text' });

test('an object is a record that carries its origin where nobody sees it', () => {
  const record = readRecord('{"a":1}', origin, 'ndjson');
  assert.ok(isRecord(record));
  assert.equal(originOf(record), origin);
  assert.deepEqual(Object.keys(record), ['a']);
  assert.equal(JSON.stringify(record), '{"a":1}');
});

test('what is not an object is malformed and called by its kind, never by its contents', () => {
  const kinds: [string, string][] = [
    ['null', 'null'],
    ['[{}]', 'an array'],
    ['"secret"', 'a string'],
    ['5', 'a number'],
    ['12345678901234567890', 'a number'],
    ['true', 'a boolean'],
  ];
  for (const [text, kind] of kinds) {
    const rejection = readRecord(text, origin, 'ndjson');
    assert.ok(rejection instanceof Rejection);
    assert.deepEqual(rejection.cause, { reason: 'malformed', message: `a record is a JSON object, this is ${kind}`, stage: 'ndjson' });
    assert.equal(rejection.origin, origin);
    assert.equal(rejection.record, undefined);
  }
});

test('text that can not be read is rejected with the reason that JSON has for it', () => {
  const reasons = ['{"a":', '{"a":1e999}', '['.repeat(100_000)].map((text) => (readRecord(text, origin, 'csv') as Rejection).cause.reason);
  assert.deepEqual(reasons, ['malformed', 'invalid', 'malformed']);
});

test('unreadable keeps the bytes', () => {
  const bytes = Buffer.from([0xff]);
  const rejection = unreadable('malformed', 'not valid UTF-8', origin, 'csv', bytes);
  assert.deepEqual([rejection.bytes, rejection.origin, rejection.record], [bytes, origin, undefined]);
});
