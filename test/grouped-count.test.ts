import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GroupedCount, type Names } from '../lib/grouped-count.ts';

const keep = ([reason, field]: Names): { what: string } => ({ what: `${reason} ${field}` });

test('each kind is counted, the most frequent comes first; of names that are long the beginning counts', () => {
  const kinds = new GroupedCount<{ what: string }>(10);
  assert.deepEqual(kinds.add(['a', undefined], keep), { what: 'a undefined', records: 1 });
  for (const tail of ['x', 'y', 'z']) kinds.add(['b', `${'n'.repeat(200)}${tail}`], keep);
  assert.deepEqual(kinds.all, [
    { what: `b ${'n'.repeat(200)}`, records: 3 },
    { what: 'a undefined', records: 1 },
  ]);
});

test('no more kinds than there is room for; those that are known still count', () => {
  const kinds = new GroupedCount<{ what: string }>(2);
  const counted = ['a', 'b', 'c', 'a', 'd'].map((name) => kinds.add([name], keep)?.records);
  assert.deepEqual(counted, [1, 1, undefined, 2, undefined]);
  assert.deepEqual([kinds.all.length, kinds.others], [2, 2]);
});
