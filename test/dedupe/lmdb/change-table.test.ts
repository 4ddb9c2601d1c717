/** The table of changes knows what a Map knows. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChangeTable } from '../../../lib/dedupe/lmdb/change-table.ts';
import fc from '../../support/fast-check.ts';
import { runs } from '../../support/runs.ts';

const number = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.bigInt({ min: 0n, max: 20n }),
  fc.constantFrom(2n ** 32n, 2n ** 63n),
);

test('law: after any changes it knows the last value of each key, and which are forgotten; emptied, nothing', () => {
  const table = new ChangeTable();
  fc.assert(
    fc.property(fc.array(fc.tuple(number, fc.option(number, { nil: undefined })), { maxLength: 200 }), number, (changes, other) => {
      table.clear();
      const known = new Map(changes);
      for (const [key, value] of changes) table.set(key, value);
      assert.equal(table.size, known.size);
      for (const [key, value] of known) assert.equal(table.valueAt(table.find(key)), value);
      assert.equal(table.find(other) >= 0, known.has(other));
      assert.deepEqual(
        [...table.sortedKeys()],
        [...known.keys()].sort((one, two) => (one < two ? -1 : 1)),
      );
    }),
    { numRuns: runs(500) },
  );
});

test('it grows, also with keys that are no hashes', () => {
  for (const step of [1n, 2n ** 32n, 0x9e3779b97f4a7c15n]) {
    const table = new ChangeTable();
    const keyOf = (n: number): bigint => BigInt.asUintN(64, BigInt(n) * step);
    for (let n = 0; n < 50_000; n++) table.set(keyOf(n), BigInt(n));
    for (let n = 0; n < 50_000; n++) assert.equal(table.valueAt(table.find(keyOf(n))), BigInt(n));
    assert.equal(table.find(keyOf(50_000)), -1);
  }
});
