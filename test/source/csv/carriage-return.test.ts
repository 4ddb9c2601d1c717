import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crEndsRows, type Expected } from '../../../lib/source/csv/carriage-return.ts';

const FORMAT = { delimiter: ',', quote: '"', trim: false } as const;
const ends = (text: string, expected: Partial<Expected>): boolean =>
  crEndsRows(text, FORMAT, { width: 2, isFresh: false, hasNoLf: false, ...expected });

test('a CR in a header ends it; a CR inside quotes, or no CR at all, ends nothing', () => {
  const header = { width: undefined, isFresh: true };
  assert.equal(ends('a,b\r1,2', header), true);
  assert.equal(ends('a,"b\rc"', header), false);
  assert.equal(ends('a,b', header), false);
  assert.equal(ends('a,"b\rc"\r1,2', header), true);
});

test('behind the first row, CRs end rows if the first two of them have the right width', () => {
  const cases: [text: string, expected: boolean][] = [
    ['1,2\r3,4', true],
    ['1,2\r3,4\r5', true],
    ['1,2\r', true],
    ['1,2\r\r3,4', true],
    ['1,"2\r3"\r4,5', true],
    ['1\r2,3', false],
    ['1,2\r3', false],
    ['1,2,3\r4,5', false],
    ['1,"2\r3', false],
    ['1,x"y\r3,4', false],
  ];
  for (const [text, expected] of cases) assert.equal(ends(text, {}), expected, JSON.stringify(text));
});

test('of the first rows of a document without an LF the first decides', () => {
  assert.equal(ends('1,2\r3', { isFresh: true, hasNoLf: true }), true);
  assert.equal(ends('1\r3,4', { isFresh: true, hasNoLf: true }), false);
  assert.equal(ends('1,2\r3', { isFresh: true, hasNoLf: false }), false);
});

test('the line that names the delimiter ends at a CR', () => {
  for (const line of ['sep=;', '"sep=;"', 'SEP=\t', 'sep=']) assert.equal(ends(`${line}\ra;b`, { isFresh: true }), true, line);
  assert.equal(ends('sep=;\ra;b', {}), false);
});

test('rows of one column are cut at CRs if there is no LF; with both, it is an error at the start and no end later', () => {
  assert.equal(ends('a\rb', { width: 1, isFresh: true, hasNoLf: true }), true);
  assert.equal(ends('a\rb', { width: 1 }), false);
  assert.throws(() => ends('a\rb', { width: 1, isFresh: true }), { code: 'CIO_SOURCE', message: /CR alone and some in LF/, todo: /LF/ });
});

test('without quotes a CR between quotes ends rows', () => {
  const expected = { width: 2, isFresh: false, hasNoLf: false };
  assert.equal(crEndsRows('1,"2\r3,4"', { ...FORMAT, quote: false }, expected), true);
  assert.equal(crEndsRows('1,"2\r3,4"', FORMAT, expected), false);
});
