import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RejectCounts } from '../../../lib/cli/show/reject-counts.ts';

test('counts keep a thousand kinds, and counts the rest together', () => {
  const counts = new RejectCounts();
  for (let n = 0; n < 3_000; n++)
    counts.add({ record: { n: n % 1_500 }, rejected_reason: 'invalid', rejected_field: `f${n % 1_500}` }, 'x');
  assert.deepEqual([counts.records, counts.kinds.length, counts.others], [3_000, 1_000, 1_000]);
  assert.deepEqual(counts.kinds[0], {
    ...{ reason: 'invalid', field: 'f0', stream: null, namespace: null, records: 2 },
    example: { object: 'x', record: '{"n":0}' },
  });
  counts.add(
    { record: `${'x'.repeat(119)}\u{1f600}`, rejected_reason: 'malformed', rejected_origin: { stream: 's', namespace: 'n' } },
    'x',
  );
  assert.equal(counts.others, 1_001);
});
