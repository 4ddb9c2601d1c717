import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trimmedCell, withoutMarks } from '../../../lib/source/csv/cell-text.ts';
import fc from '../../support/fast-check.ts';
import { runs } from '../../support/runs.ts';

const MARKS = ['\uFEFF', '\u200B', '\u00AD', '\u00A0', '\u2007', '\u202F', '\u0001', '\u007F', '\u0085', '\u200E'];
const SPACES = [' ', '\t', '\n', '\u3000', '\u2003'];

test('marks are cut off both ends; white space only if it is asked for', () => {
  for (const mark of MARKS) {
    assert.equal(withoutMarks(`${mark}${mark}a${mark}`), 'a', JSON.stringify(mark));
    assert.equal(withoutMarks(`a${mark}b`), `a${mark}b`);
    assert.equal(withoutMarks(mark + mark), '');
  }
  for (const space of SPACES) {
    assert.equal(withoutMarks(`${space}a${space}`), `${space}a${space}`, JSON.stringify(space));
    assert.equal(trimmedCell(`${space}a${space}`), 'a', JSON.stringify(space));
  }
});

test('letters and signs at the ends stay, of whatever script', () => {
  for (const text of ['é', 'e\u0301', '😀', '"', '~', '0', '中', '\uFFFD', '\u0301']) {
    assert.equal(withoutMarks(text), text);
    assert.equal(trimmedCell(text), text);
  }
});

test('law: what is left begins and ends with text, and is all that stood between', () => {
  const ends = fc.array(fc.constantFrom(...MARKS, ...SPACES), { maxLength: 6 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(ends, ends, ends, fc.boolean(), (before, middle, behind, isEmpty) => {
      const text = isEmpty ? '' : `x${middle}y`;
      assert.equal(trimmedCell(before + text + behind), text);
      assert.equal(trimmedCell(withoutMarks(before + text + behind)), text);
    }),
    { numRuns: runs(300) },
  );
});
