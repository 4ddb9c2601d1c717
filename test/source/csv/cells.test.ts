import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CellEnd, type CellFormat, cut, opensCell } from '../../../lib/source/csv/cells.ts';
import fc from '../../support/fast-check.ts';
import { runs } from '../../support/runs.ts';

const PLAIN: CellFormat = { delimiter: ',', quote: '"', trim: false };
const TRIM: CellFormat = { ...PLAIN, trim: true };

test('how a text ends: outside, inside, at a stray quote, or at a mistake that may be a part of a cell of several lines', () => {
  const cases: [text: string, plain: CellEnd, trimmed?: CellEnd][] = [
    ['', 'outside'],
    ['a,"b"', 'outside'],
    ['"a""b"', 'outside'],
    ['"', 'inside'],
    ['a,"b""', 'inside'],
    ['5" pipe', 'stray'],
    ['a,5" b,c', 'stray'],
    ['5" pipe,"b"', 'broken'],
    ['5" pipe, "b', 'broken'],
    ['"a"b', 'broken'],
    ['"a" ,b', 'broken', 'outside'],
    ['a, "b"', 'broken', 'outside'],
    ['a,\t"b" \t', 'broken', 'outside'],
    ['a, "b', 'broken', 'inside'],
    ['"a" b', 'broken', 'broken'],
  ];
  for (const [text, plain, trimmed = plain] of cases) {
    assert.equal(cut(text, PLAIN).ending, plain, text);
    assert.equal(cut(text, TRIM).ending, trimmed, text);
  }
});

test('white space beside a delimiter is no part of a quoted cell, but a delimiter is none, even if it is a tab', () => {
  assert.deepEqual(cut(' "a b" ,\t" c "\t', TRIM), { cells: ['a b', ' c '], ending: 'outside' });
  assert.deepEqual(cut('\t"a"\t', { ...TRIM, delimiter: '\t' }), { cells: ['', 'a', ''], ending: 'outside' });
});

test('a text that begins inside a quoted cell is outside behind the first quote that is not doubled', () => {
  assert.deepEqual(cut('a""b,c",d', PLAIN, true), { cells: ['a"b,c', 'd'], ending: 'outside' });
  assert.equal(cut('a,b', PLAIN, true).ending, 'inside');
  assert.equal(cut('', PLAIN, true).ending, 'inside');
  assert.equal(cut('a" b', PLAIN, true).ending, 'broken');
});

test('with bare quotes allowed, a quote in a cell that no quote opened is text; one behind a quoted cell is still a mistake', () => {
  const bare: CellFormat = { ...PLAIN, bareQuotes: true };
  assert.deepEqual(cut('5" a,"b ""c""",d"', bare), { cells: ['5" a', 'b "c"', 'd"'], ending: 'outside' });
  assert.equal(cut('"a"b', bare).ending, 'broken');
});

test('without quotes a quote is a sign like any other', () => {
  assert.deepEqual(cut('"a,b"', { ...PLAIN, quote: false }), { cells: ['"a', 'b"'], ending: 'outside' });
});

test('a row begins with a line if its first quote opens a cell that is not empty', () => {
  const cases: [line: string, plain: boolean, trimmed?: boolean][] = [
    ['"a",b', true],
    ['a,"b', true],
    ['a,b', false],
    ['a"', false],
    ['"', false],
    ['a,"', false],
    ['",b', false],
    ['a, "b', false, true],
    ['a," ', true, false],
  ];
  for (const [line, plain, trimmed = plain] of cases) {
    assert.equal(opensCell(line, PLAIN), plain, line);
    assert.equal(opensCell(line, TRIM), trimmed, line);
  }
  assert.equal(opensCell('"a"', { ...PLAIN, quote: false }), false);
});

test('law: cells that were written come back, and cut off inside a quoted cell the text ends inside', () => {
  const format = fc.record({
    delimiter: fc.constantFrom(',', '\t', '||', 'ü'),
    quote: fc.constantFrom('"', "'", '«'),
    trim: fc.boolean(),
  });
  const parts = fc.constantFrom('a', ' ', '\t', ',', '|', '||', 'ü', '"', "'", '«', '\n', '😀');
  const cell = fc.array(parts, { maxLength: 5 }).map((texts) => texts.join(''));
  fc.assert(
    fc.property(format, fc.array(cell, { minLength: 1, maxLength: 5 }), (one, cells) => {
      const { delimiter, quote } = one;
      const put = (text: string): string => quote + text.replaceAll(quote, quote + quote) + quote;
      const text = cells.map(put).join(delimiter);
      assert.deepEqual(cut(text, one), { cells, ending: 'outside' });
      assert.equal(cut(text.slice(0, -1), one).ending, 'inside');
      assert.deepEqual(cut(text.slice(1), one, true), { cells, ending: 'outside' });
    }),
    { numRuns: runs(500) },
  );
});
