import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRejectLine, rejectLineProblem } from '../../lib/replay/reject-line-check.ts';

const LINE = {
  record: { a: 1 },
  ...{ rejected_reason: 'refused', rejected_field: 'a', rejected_message: 'is wrong', rejected_stage: 'trackWriter' },
  ...{ rejected_status: 207, rejected_attempts: 1, rejected_event_id: 'x', rejected_at: '2026-11-24T02:10:00.000Z' },
  rejected_origin: { source: 'f', line: 4, offset: 0, bytes: 35, stream: 's', namespace: 'n', version: 'v', part: 2 },
};

test('a reject line has a known reason and a time', () => {
  assert.ok(isRejectLine(LINE));
  for (const other of [{}, { rejected_reason: 'refused' }, { ...LINE, rejected_reason: 'toString' }, { ...LINE, rejected_at: 5 }]) {
    assert.ok(!isRejectLine(other));
  }
});

test('a line as it is written is right, also without what may be absent, and with words that are only shown', () => {
  assert.equal(rejectLineProblem(LINE), undefined);
  for (const absent of [undefined, null]) {
    const { record, rejected_reason, rejected_at } = LINE;
    const names = [...Object.keys(LINE).filter((name) => !['record', 'rejected_reason', 'rejected_at'].includes(name)), 'record_encoding'];
    const rest = Object.fromEntries(names.map((name) => [name, absent]));
    assert.equal(rejectLineProblem({ record, rejected_reason, rejected_at, ...rest }), undefined);
    const origin = Object.fromEntries(Object.keys(LINE.rejected_origin).map((name) => [name, absent]));
    assert.equal(rejectLineProblem({ ...LINE, rejected_origin: origin }), undefined);
  }
  assert.equal(rejectLineProblem({ ...LINE, rejected_message: 5, rejected_field: [], rejected_stage: {}, mine: 1 }), undefined);
});

test('a topic comes with its partition and its offset', () => {
  const origin = { topic: 'crm', partition: 0, offset: 5 };
  assert.equal(rejectLineProblem({ ...LINE, rejected_origin: origin }), undefined);
  for (const name of ['partition', 'offset']) {
    for (const value of [undefined, null, '5', -1]) {
      const problem = rejectLineProblem({ ...LINE, rejected_origin: { ...origin, [name]: value } });
      assert.equal(problem?.field, `rejected_origin.${name}`);
    }
  }
  assert.equal(rejectLineProblem({ ...LINE, rejected_origin: { ...origin, topic: 5 } })?.field, 'rejected_origin.topic');
});

test('what would be lost or misread in silence is named', () => {
  const wrong: readonly (readonly [field: string, values: readonly unknown[]])[] = [
    ['rejected_reason', [undefined, null, 5]],
    ['rejected_at', [undefined, null, 5]],
    ['rejected_status', ['207', 1.5, -1]],
    ['rejected_attempts', ['1', 2 ** 53]],
    ['rejected_event_id', [5, {}]],
    ['record_encoding', ['gzip', 5]],
    ['rejected_origin', ['f', [], 5]],
  ];
  for (const [field, values] of wrong) {
    for (const value of values) assert.equal(rejectLineProblem({ ...LINE, [field]: value })?.field, field, `${field} ${value}`);
  }
  for (const [name, value] of Object.entries({
    line: '4',
    offset: -1,
    bytes: 1.5,
    part: '2',
    source: 5,
    stream: 5,
    namespace: [],
    version: 5,
  })) {
    const rejected_origin = { ...LINE.rejected_origin, [name]: value };
    assert.equal(rejectLineProblem({ ...LINE, rejected_origin })?.field, `rejected_origin.${name}`);
  }
});

test('bytes of a record are base64', () => {
  const problem = (record: unknown): unknown => rejectLineProblem({ ...LINE, record, record_encoding: 'base64' })?.field;
  for (const length of [0, 1, 2, 3, 100_000]) assert.equal(problem(Buffer.alloc(length, 0xff).toString('base64')), undefined);
  for (const text of ['AAA', 'AA=A', 'A===', '====', 'AA A', 'AA-_']) assert.equal(problem(text), 'record', text);
});
