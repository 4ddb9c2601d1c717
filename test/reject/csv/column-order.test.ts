/** The columns of a sheet stand as in the file, whichever of them the first rows lack. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ColumnOrder } from '../../../lib/reject/csv/column-order.ts';
import fc from '../../support/fast-check.ts';
import { runs } from '../../support/runs.ts';

function orderOf(...rows: string[]): string {
  const order = new ColumnOrder();
  for (const row of rows) order.add(row.split(''));
  return order.names().join('');
}

test('a column that the first row lacks stands where later rows have it', () => {
  assert.equal(orderOf('bcd', 'abcd'), 'abcd');
  assert.equal(orderOf('ad', 'abd', 'acd', 'abcd'), 'abcd');
  assert.equal(orderOf('ac', 'ab', 'bc'), 'abc');
  assert.equal(orderOf('bc', 'xy', 'abc'), 'abcxy', 'rows of two files stay apart');
  assert.equal(orderOf('b', 'a', ''), 'ba', 'what no row says is as it came');
});

test('rows that contradict each other still have each column once', () => {
  assert.equal(orderOf('abc', 'cab'), 'bca');
  assert.equal(orderOf('ab', 'ba', 'aa').length, 2);
});

test('if one row has all columns, their order is its order, wherever it is', () => {
  const columns = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 12 });
  const rows = columns.chain((names) => fc.tuple(fc.constant(names), fc.array(fc.subarray(names)), fc.array(fc.subarray(names))));
  fc.assert(
    fc.property(rows, ([names, before, after]) => {
      const order = new ColumnOrder();
      for (const row of [...before, names, ...after]) order.add(row);
      assert.deepEqual(order.names(), names);
    }),
    { numRuns: runs(300) },
  );
});

test('rows of very many orders cost a bounded number of pairs', () => {
  const order = new ColumnOrder();
  const names = Array.from({ length: 300 }, (_, n) => `c${n}`);
  for (let step = 1; step < 300; step++) order.add(names.map((_, n) => names[(n * step) % 300] as string));
  assert.deepEqual(order.names().sort(), [...names].sort());
});

test('a row of very many columns, of which the first row had the last one only', () => {
  const order = new ColumnOrder();
  const names = Array.from({ length: 19_000 }, (_, n) => `c${n}`);
  order.add(names.slice(-1));
  order.add(names);
  assert.deepEqual(order.names(), names);
});
