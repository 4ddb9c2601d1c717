/** Tables on a terminal: they line up, they fit, and no cell commands the terminal. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutTo, tableLines, widthOf } from '../../../lib/cli/show/table.ts';
import fc from '../../support/fast-check.ts';
import { runs } from '../../support/runs.ts';

test('the width of a text is that of its characters on a terminal', () => {
  const widths: [string, number][] = [
    ['', 0],
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 1],
    ['日本語', 6],
    ['ＡＢ', 4],
    ['한글', 4],
    ['👍🏽', 2],
    ['👩‍👩‍👧', 2],
    ['❤️', 2],
    ['🇩🇪', 2],
    ['Größe', 5],
  ];
  for (const [text, width] of widths) assert.equal(widthOf(text), width, text);
});

test('what is cut ends in …, and never in half a character', () => {
  assert.equal(cutTo('abcdef', 6), 'abcdef');
  assert.equal(cutTo('abcdef', 5), 'abcd…');
  assert.equal(cutTo('日本語', 5), '日本…');
  assert.equal(cutTo('日本語', 4), '日…');
  assert.equal(cutTo('👩‍👩‍👧x', 2), '…');
  assert.equal(cutTo('abc', 1), '…');
  assert.equal(cutTo('abc', 0), '');
});

test('columns line up, those that may shrink do, and nothing trails', () => {
  const rows = [
    ['name', 'n', 'text'],
    ['日本', '1', 'a long text that does not fit'],
    ['Zoë', '1,000', ''],
  ];
  const columns = [{}, { align: 'right' as const }, { least: 4 }];
  assert.deepEqual(tableLines(rows, { columns, width: 24 }), ['name      n  text', '日本      1  a long tex…', 'Zoë   1,000']);
  assert.deepEqual(tableLines(rows, { columns, width: 5 })[1], '日本      1  a l…');
  const painted = tableLines(rows, { columns, width: 24, paint: (text, row, column) => (row === 0 && column === 2 ? `<${text}>` : text) });
  assert.equal(painted[0], 'name      n  <text>');
});

test('a cell can neither command the terminal nor break the line', () => {
  const [line] = tableLines([['\u001b[2Ja\u0007\nb\u202e\u200d', 'x']], { columns: [{}, {}], width: 80 });
  assert.equal(line, ' [2Ja  b    x');
});

test('law: lines that may shrink are never wider than the terminal', () => {
  const cell = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }));
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 5 }), fc.integer({ min: 8, max: 60 }), (rows, width) => {
      for (const line of tableLines(rows, { columns: [{ least: 1 }, { least: 1, align: 'right' }, { least: 1 }], width })) {
        assert.ok(widthOf(line) <= width, `${JSON.stringify(line)}: ${widthOf(line)} > ${width}`);
        assert.doesNotMatch(line, /[\p{Cc}\p{Cf}]/u);
      }
    }),
    { numRuns: runs(1_000) },
  );
});
