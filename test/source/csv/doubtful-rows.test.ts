import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Doubt } from '../../../lib/source/csv/doubtful-rows.ts';
import { SpanCursor } from '../../../lib/source/csv/spans.ts';

/** A doubt behind a broken row that ends at byte 10, and what it gives to be read again. */
function doubting(maxBytes = 100): { doubt: Doubt; cursor: SpanCursor; read: unknown[]; hold(text: string, hasQuote?: boolean): void } {
  const cursor = new SpanCursor({ offset: 10, line: 3, broken: 'behind' });
  const read: unknown[] = [];
  const doubt = new Doubt(cursor, maxBytes, (bytes) => {
    read.push([bytes.toString(), doubt.isRefusing ? 'refused' : 'read', cursor.offset, cursor.line, cursor.broken]);
  });
  const hold = (text: string, hasQuote = false): void => doubt.hold(Buffer.from(`#${text}`), 1, 1 + text.length, 1, hasQuote);
  return { doubt, cursor, read, hold };
}

test('rows are held, and the first of them stays the next one to read', () => {
  const { doubt, cursor, read, hold } = doubting();
  assert.equal(doubt.next, undefined);
  hold('a,b\n');
  hold('c,d\n');
  assert.deepEqual(doubt.next, { offset: 10, line: 3, broken: 'behind' });
  assert.deepEqual([cursor.offset, cursor.line, read], [18, 5, []]);
});

test('at the end they are rows; before another mistake only if one has a quote and the mistake is in a row that begins as rows do', () => {
  const decided = (isEnd: boolean, isRow: boolean, hasQuote: boolean): unknown => {
    const { doubt, read, hold } = doubting();
    hold('a,b\n', hasQuote);
    hold('c,d\n');
    doubt.decide(isEnd, isRow);
    assert.deepEqual([doubt.next, doubt.isRefusing], [undefined, false]);
    return read;
  };
  const asRows = [['a,b\nc,d\n', 'read', 10, 3, undefined]];
  const refused = [['a,b\nc,d\n', 'refused', 10, 3, 'behind']];
  assert.deepEqual(decided(true, false, false), asRows);
  assert.deepEqual(decided(false, true, true), asRows);
  assert.deepEqual(decided(false, true, false), refused);
  assert.deepEqual(decided(false, false, true), refused);
  assert.deepEqual(decided(false, false, false), refused);
});

test('a quote in rows that were decided on says nothing of those held later', () => {
  const { doubt, cursor, read, hold } = doubting();
  hold('"a",b\n', true);
  doubt.decide(false, true);
  cursor.broken = 'behind';
  hold('c,d\n');
  doubt.decide(false, true);
  assert.deepEqual(read.at(-1), ['c,d\n', 'refused', 10, 3, 'behind']);
});

test('more than a row may have is not held: then they are rows', () => {
  const { cursor, read, hold } = doubting(8);
  hold('a,b\n');
  hold('c,d\n');
  assert.deepEqual(read, [], 'as much as a row may have is held');
  hold('\n');
  assert.deepEqual(read, [['a,b\nc,d\n\n', 'read', 10, 3, undefined]]);
  assert.equal(cursor.broken, undefined);
});

test('rows have to be held behind a broken row only, and not while they are refused', () => {
  const { doubt, cursor } = doubting();
  assert.equal(doubt.isOpen, true);
  doubt.isRefusing = true;
  assert.equal(doubt.isOpen, false);
  doubt.isRefusing = false;
  for (const broken of ['inside', 'maybe-inside', undefined] as const) {
    cursor.broken = broken;
    assert.equal(doubt.isOpen, false, broken);
  }
});

test('without anything held there is nothing to decide', () => {
  const { doubt, cursor, read } = doubting();
  doubt.decide(true);
  assert.deepEqual([read, cursor.broken], [[], 'behind']);
});
