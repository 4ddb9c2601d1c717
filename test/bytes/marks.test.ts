import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beforeCtrlZ, behindMarks } from '../../lib/bytes/marks.ts';
import fc from '../support/fast-check.ts';
import { runs } from '../support/runs.ts';

const CTRL_Z = '\x1a';
const STARTS = new RegExp(`^(\xef\xbb\xbf|${CTRL_Z})*`);
const ENDS = new RegExp(`${CTRL_Z}+$`);

test('law: marks and Ctrl-Zs at the start are passed, Ctrl-Zs at the end left out, and nothing between or outside them', () => {
  // As latin1: the three bytes of a mark, parts of it, and text.
  const part = fc.constantFrom('\xef\xbb\xbf', '\x1a', '\xef\xbb', '\xbf', 'a', '');
  const text = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, text, text, (before, line, behind) => {
      const bytes = Buffer.from(before + line + behind, 'latin1');
      const [from, end] = [before.length, before.length + line.length];
      assert.equal(behindMarks(bytes, from, end), from + (STARTS.exec(line)?.[0].length ?? 0));
      assert.equal(beforeCtrlZ(bytes, from, end), from + line.replace(ENDS, '').length);
    }),
    { numRuns: runs(500), examples: [['', '\xef\xbb', '\xbf']] },
  );
});
