import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RejectCounts } from '../../../lib/cli/show/reject-counts.ts';
import { Origin } from '../../../lib/record/origin.ts';
import { Rejection } from '../../../lib/record/rejection.ts';

test('counts keep a thousand kinds, and counts the rest together', () => {
  const counts = new RejectCounts();
  for (let n = 0; n < 3_000; n++)
    counts.add({ record: { n: n % 1_500 }, rejected_reason: 'invalid', rejected_field: `f${n % 1_500}` }, 'x');
  assert.deepEqual([counts.records, counts.kinds.length, counts.others], [3_000, 1_000, 1_000]);
  assert.deepEqual(counts.kinds[0], {
    ...{ reason: 'invalid', field: 'f0', stream: null, namespace: null, records: 2 },
    examples: [
      { object: 'x', record: '{"n":0}' },
      { object: 'x', record: '{"n":0}' },
    ],
  });
  counts.add(
    { record: `${'x'.repeat(119)}\u{1f600}`, rejected_reason: 'malformed', rejected_origin: { stream: 's', namespace: 'n' } },
    'x',
  );
  assert.equal(counts.others, 1_001);
});

test('any record will do as an example, however odd', () => {
  const counts = new RejectCounts();
  const own: Record<string, unknown> = { self: undefined };
  own.self = own;
  const failing = Object.defineProperty({}, 'email', { enumerable: true, get: () => assert.fail('read') });
  const records = [own, failing, null, undefined, 7n, 'text', [1], { email: null }, { email: { a: 1 } }];
  records.forEach((record, n) => {
    counts.add(
      new Rejection({ reason: 'invalid', field: 'email', message: 'm', stage: `s${n}` }, record, new Origin({}, { stream: `${n}` })),
    );
  });
  counts.add(new Rejection({ reason: 'malformed', message: 'm', stage: 's' }, undefined, undefined, Buffer.of(0xff, 0x41)));
  const values = counts.kinds.map(({ examples: [one] }) => [one?.record, one?.value]);
  assert.deepEqual(values, [
    ['', undefined],
    ['', undefined],
    ['null', undefined],
    ['', undefined],
    ['7', undefined],
    ['text', undefined],
    ['[1]', undefined],
    ['{"email":null}', undefined],
    ['{"email":{"a":1}}', '{"a":1}'],
    ['ÿA', undefined],
  ]);
});
