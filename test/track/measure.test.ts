import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exceeds, truncate } from '../../lib/track/measure.ts';
import fc from '../support/fast-check.ts';
import { runs } from '../support/runs.ts';

// Full code points, and halves of surrogate pairs.
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(fc.constantFrom('a', 'é', '€', '😀', '\ud83d', '\ude00'), { maxLength: 60 }).map((parts) => parts.join('')),
);
const limit = fc.nat({ max: 120 });

test('exceeds says what Buffer.byteLength says', () => {
  fc.assert(
    fc.property(text, limit, (value, max) => assert.equal(exceeds(value, max), Buffer.byteLength(value) > max)),
    { numRuns: runs(2_000) },
  );
});

test('exceeds at the border', () => {
  for (const [value, bytes] of [
    ['a'.repeat(1_000), 1_000],
    ['é'.repeat(500), 1_000],
    ['€'.repeat(333), 999],
    ['😀'.repeat(250), 1_000],
    ['\ud83d'.repeat(10), 30],
  ] as const) {
    assert.deepEqual([exceeds(value, bytes), exceeds(value, bytes - 1)], [false, true]);
  }
});

test('truncate keeps as many whole characters as fit', () => {
  fc.assert(
    fc.property(text, limit, (value, max) => {
      // Half a pair has no UTF-8: as bytes it is always the replacement character.
      const whole = Buffer.from(value).toString();
      const short = truncate(value, max);
      if (Buffer.byteLength(value) <= max) return assert.equal(short, value);
      assert.ok(Buffer.byteLength(short) <= max);
      assert.ok(whole.startsWith(short));
      const [next = ''] = whole.slice(short.length);
      assert.ok(Buffer.byteLength(short + next) > max);
      assert.equal(Buffer.from(short).toString(), short);
    }),
    { numRuns: runs(2_000) },
  );
});

test('truncate in the middle of a character', () => {
  assert.equal(truncate('😀😀', 7), '😀');
  assert.equal(truncate('aé', 2), 'a');
  assert.equal(truncate('a€b', 4), 'a€');
  assert.equal(truncate('€', 2), '');
  assert.equal(truncate('aaa😀', 4), 'aaa');
  assert.equal(truncate('abc', 0), '');
});
