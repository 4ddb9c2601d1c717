import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteView, copyAll, copySpan } from '../lib/byte-view.ts';

const MARK = 0xee;

test('spans of every length, from and to every place in a word, and nothing beside them', () => {
  const source = Buffer.from(Array.from({ length: 620 }, (_, i) => (i * 31) % 251));
  for (let length = 0; length <= 600; length++) {
    const from = length % 9;
    const at = (length * 5) % 11;
    // The span ends with both: neither is read or written beyond its end.
    const target = Buffer.alloc(at + length, MARK);
    assert.equal(copySpan(new ByteView(source.subarray(0, from + length)), from, from + length, new ByteView(target), at), at + length);
    assert.deepEqual(target.subarray(at), source.subarray(from, from + length));
    assert.ok(target.subarray(0, at).every((byte) => byte === MARK));
  }
});

test('a span in the middle leaves what follows it as it is', () => {
  const target = Buffer.alloc(40, MARK);
  assert.equal(copyAll(ByteView.of('größer'), new ByteView(target), 3), 11);
  assert.equal(target.toString('utf8', 3, 11), 'größer');
  assert.ok(target.subarray(11).every((byte) => byte === MARK));
});
