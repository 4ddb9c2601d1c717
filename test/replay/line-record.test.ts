import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringify } from '../../lib/json/exact.ts';
import { originOf } from '../../lib/record/origin.ts';
import type { SourceRecord } from '../../lib/record/record.ts';
import { Rejection } from '../../lib/record/rejection.ts';
import { cellValue, lineRecord, rejectLineOf } from '../../lib/replay/line-record.ts';
import fc from '../support/fast-check.ts';
import { runs } from '../support/runs.ts';

const PLACE = { source: 'r.ndjson', line: 7 };
const AT = '2026-11-24T00:00:00.000Z';
const UNKNOWN = '1970-01-01T00:00:00.000Z';

function read(text: string): SourceRecord {
  const record = lineRecord(text, PLACE);
  assert.ok(!(record instanceof Rejection), text);
  return record;
}

const plain = (record: SourceRecord): unknown => JSON.parse(JSON.stringify(record));

test('a line that is neither ours nor of Airbyte stays the record that it is', () => {
  const text = '{"id": 1, "record": {"a": 2}}';
  assert.deepEqual(plain(read(text)), JSON.parse(text));
  const { source, line, raw } = originOf(read(text)) ?? {};
  assert.deepEqual({ source, line, raw }, { ...PLACE, raw: text });
});

test('a line with rejected_at is ours, even if the record has columns of Airbyte', () => {
  const text = `{"record":{"_airbyte_raw_id":"u"},"rejected_reason":"invalid","rejected_at":"${AT}"}`;
  assert.deepEqual(read(text).record, { _airbyte_raw_id: 'u' });
  const beside = `{"_airbyte_raw_id":"u","id":1,"rejected_reason":"invalid","rejected_at":"${AT}"}`;
  assert.deepEqual(read(beside).record, { _airbyte_raw_id: 'u', id: 1 });
});

test('a flat line keeps the text of its record, also if another tool has moved a field behind ours', () => {
  const flat = `{"id": 1.50, "a":[1, 2],"rejected_reason":"invalid","rejected_at":"${AT}"}`;
  assert.equal(originOf(read(flat))?.raw, `{"record":{"id": 1.50, "a":[1, 2]},"rejected_reason":"invalid","rejected_at":"${AT}"}`);
  const moved = read(`{"rejected_reason":"invalid","id":1.50,"rejected_at":"${AT}","b":2}`);
  assert.equal(originOf(moved)?.raw, `{"record":{"id":1.5,"b":2},"rejected_reason":"invalid","rejected_at":"${AT}"}`);
});

test('law: in a flat line ours may stand anywhere among the fields of the record', () => {
  const ours = { rejected_reason: 'invalid', rejected_field: 'x', rejected_message: 'no', rejected_at: AT };
  const members = Object.entries({ id: 1, name: 'a', ...ours });
  fc.assert(
    fc.property(fc.shuffledSubarray(members, { minLength: members.length }), (shuffled) => {
      const { record, ...said } = plain(read(JSON.stringify(Object.fromEntries(shuffled)))) as SourceRecord;
      assert.deepEqual([record, said], [{ id: 1, name: 'a' }, ours]);
    }),
    { numRuns: runs(200) },
  );
});

test('the text of a record may hold our own names: only the last border counts', () => {
  const inner = '{"note":"x,\\"rejected_reason\\":1","deep":{"rejected_reason":"because"}}';
  const line = read(`{"record":${inner},"rejected_reason":"because","rejected_at":"${AT}"}`);
  assert.deepEqual(plain(line), {
    record: JSON.parse(inner),
    rejected_reason: 'refused',
    rejected_message: 'because',
    rejected_at: AT,
  });
});

test('a reason of another version is kept in the message; without a reason the message stays as it is', () => {
  const said = (given: SourceRecord): unknown => JSON.parse(rejectLineOf('{}', given));
  const expected = { record: {}, rejected_reason: 'refused', rejected_at: UNKNOWN };
  assert.deepEqual(said({ rejected_reason: 'new_kind' }), { ...expected, rejected_message: 'new_kind' });
  assert.deepEqual(said({ rejected_reason: 'new_kind', rejected_message: 'no' }), { ...expected, rejected_message: 'new_kind: no' });
  assert.deepEqual(said({ rejected_message: 'no' }), { ...expected, rejected_message: 'no' });
  // The names that every object has are not reasons.
  assert.deepEqual(said({ rejected_reason: 'toString' }), { ...expected, rejected_message: 'toString' });
  assert.deepEqual(said({ rejected_reason: 'invalid', rejected_at: AT }), { record: {}, rejected_reason: 'invalid', rejected_at: AT });
});

test('a row of Airbyte says where it was; a time that no Date can be is unknown', () => {
  const timeOf = (at: string): unknown => read(`{"_airbyte_extracted_at":${at},"_airbyte_data":{"id":1}}`).rejected_at;
  assert.equal(timeOf('1764000000000'), new Date(1_764_000_000_000).toISOString());
  for (const at of ['0', '-1', 'null', '"soon"', '8.64e15', '{}']) assert.equal(timeOf(at), UNKNOWN, at);
  assert.deepEqual(plain(read('{"_airbyte_data":{"id":1}}')), {
    record: { id: 1 },
    rejected_reason: 'refused',
    rejected_at: UNKNOWN,
    rejected_origin: PLACE,
  });
});

test('the data of Airbyte may be JSON text, and data that is not an object is the record as it is', () => {
  const recordOf = (data: string): unknown =>
    (plain(read(`{"_airbyte_raw_id":"u","_airbyte_data":${data}}`)) as { record: unknown }).record;
  for (const [data, record] of [
    ['"{\\"id\\":1}"', { id: 1 }],
    ['"{\\"id\\":"', '{"id":'],
    ['[1]', [1]],
    ['null', null],
    ['{}', null],
  ] as const)
    assert.deepEqual(recordOf(data), record, data);
  assert.match(stringify(read('{"_airbyte_data":12345678901234567890}')), /"record":12345678901234567890,/);
});

test('a cell that holds JSON is its value, anything else as it is', () => {
  assert.deepEqual(['[1]', '1', 'n/a', '', 5, null].map(cellValue), [[1], 1, 'n/a', '', 5, null]);
});

test('what is wrong with a line keeps its text and place', () => {
  for (const [text, field] of [
    [`{"record":{"id":1},"rejected_reason":"invalid","rejected_at":5}`, 'rejected_at'],
    [`{"record":{"id":1},"rejected_reason":"because","rejected_at":"${AT}","rejected_status":"x"}`, 'rejected_status'],
  ] as const) {
    const rejection = lineRecord(text, PLACE);
    assert.ok(rejection instanceof Rejection, text);
    const { cause, origin } = rejection;
    assert.deepEqual(
      [cause.reason, cause.field, cause.stage, origin?.raw, origin?.line, origin?.source],
      ['invalid', field, 'rejects', text, 7, 'r.ndjson'],
    );
  }
  const broken = lineRecord('{"record":', PLACE);
  assert.ok(broken instanceof Rejection && broken.cause.reason === 'malformed' && broken.origin?.raw === '{"record":');
});

test('law: in whatever order another tool writes the members of a line, the same record and the same words come back', () => {
  const values: Record<string, unknown> = { record: { id: 1 }, rejected_reason: 'because', rejected_at: AT, rejected_field: 'plan' };
  const names = Object.keys(values);
  fc.assert(
    fc.property(fc.shuffledSubarray(names, { minLength: names.length }), (order) => {
      const line = read(JSON.stringify(Object.fromEntries(order.map((name) => [name, values[name]]))));
      assert.deepEqual(plain(line), { ...values, rejected_reason: 'refused', rejected_message: 'because' });
    }),
    { numRuns: runs(50) },
  );
});
