import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Block } from '../../lib/record/block.ts';

const reader = { place: {}, read: () => assert.fail('no row is read') };

test('a block keeps where its rows are, however many there are and however large its buffer is', () => {
  // Newer versions of Node have buffers beyond 4 GiB. Only the length of this one is looked at.
  for (const length of [1_000, 2 ** 33]) {
    const bytes = Object.defineProperty(Buffer.alloc(8), 'length', { value: length });
    const block = new Block(bytes, reader, 1);
    const rows = Array.from(
      { length: 300 },
      (_, n) => [length - 600 + 2 * n, length - 599 + 2 * n, n + 1, 2 ** 40 + n, Number.NaN] as const,
    );
    for (const row of rows) block.add(...row);
    assert.equal(block.size, rows.length);
    const kept = rows.map((_, n) => [block.from(n), block.to(n), block.line(n), block.offset(n), block.length(n)]);
    assert.deepEqual(kept, rows);
  }
});
