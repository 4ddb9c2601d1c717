import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textEnd } from '../../../lib/source/csv/line-ends.ts';
import { Held, placeBehind, ScannedRow, SpanCursor } from '../../../lib/source/csv/spans.ts';
import fc from '../../support/fast-check.ts';
import { cutAt, fractions } from '../../support/read-all.ts';
import { runs } from '../../support/runs.ts';

test('the text of a line ends before its LF and at most two CRs; only a line without an LF may have Ctrl-Zs behind it', () => {
  const cases: [line: string, text: string][] = [
    ['a\n', 'a'],
    ['a\r\n', 'a'],
    ['a\r\r\n', 'a'],
    ['a\r\r\r\n', 'a\r'],
    ['a\r', 'a'],
    ['a', 'a'],
    ['a\x1a\n', 'a\x1a'],
    ['a\x1a\x1a', 'a'],
    ['a\r\x1a', 'a'],
    ['\n', ''],
    ['', ''],
  ];
  for (const [line, text] of cases) {
    const bytes = Buffer.from(`\r${line}\n`);
    assert.equal(textEnd(bytes, 1, 1 + line.length), 1 + text.length, JSON.stringify(line));
  }
});

test('how the next line lies to a broken row', () => {
  const table = (['outside', 'stray', 'broken', 'inside'] as const).map((ending) => [
    placeBehind(ending, false),
    placeBehind(ending, true),
  ]);
  assert.deepEqual(table, [
    [undefined, 'behind'],
    ['behind', 'behind'],
    ['behind', 'behind'],
    ['inside', 'maybe-inside'],
  ]);
});

test('law: what is held comes back whole, whether its parts are contiguous, apart or in other memory', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 40 }),
      fractions,
      fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }),
      (bytes, cuts, copied) => {
        const input = Buffer.from(bytes);
        const held = new Held(7, 3);
        let at = 0;
        for (const [n, part] of cutAt(input, cuts).entries()) {
          if (copied[n]) held.add(Buffer.from(part));
          else held.add(input, at, at + part.length);
          at += part.length;
          assert.equal(held.size, at);
        }
        assert.deepEqual(held.bytes(), input);
        assert.deepEqual([held.offset, held.line], [7, 3]);
      },
    ),
    { numRuns: runs(300) },
  );
});

test('lines that are contiguous in memory are held without a copy', () => {
  const input = Buffer.from('one\ntwo\nthree\n');
  const bytes = new Held(0, 1).add(input, 0, 4).add(input, 4, 8).add(input, 8, 14).bytes();
  assert.equal(bytes.buffer, input.buffer);
  assert.equal(bytes.byteOffset, input.byteOffset);
  const gap = new Held(0, 1).add(input, 0, 4).add(input, 8, 14);
  assert.equal(gap.bytes().toString(), 'one\nthree\n');
});

test('a row is the bytes between its ends', () => {
  const row = new ScannedRow(Buffer.from('a\nbc\n'), 2, 4, 2, 102);
  assert.deepEqual([row.bytes.toString(), row.length, row.line, row.offset], ['bc', 2, 2, 102]);
});

test('the cursor moves by bytes and lines, goes back to what is held, and at the end keeps where the last part began', () => {
  const cursor = new SpanCursor({ offset: 5, line: 2, broken: undefined });
  cursor.pass(10, 2);
  assert.deepEqual([cursor.place, cursor.last], [{ offset: 15, line: 4, broken: undefined }, undefined]);
  cursor.isEnding = true;
  cursor.broken = 'behind';
  cursor.pass(3, 1);
  assert.deepEqual(cursor.last, { offset: 15, line: 4, broken: 'behind' });
  cursor.backTo(new Held(8, 3));
  assert.deepEqual(cursor.place, { offset: 8, line: 3, broken: 'behind' });
});

test('a place is inside a broken row if that is certain, and if it is not', () => {
  const isInside = (['behind', 'inside', 'maybe-inside', undefined] as const).map(
    (broken) => new SpanCursor({ offset: 0, line: 1, broken }).isInside,
  );
  assert.deepEqual(isInside, [false, true, true, false]);
});
