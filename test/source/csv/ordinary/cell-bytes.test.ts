import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trimmedCell } from '../../../../lib/source/csv/cell-text.ts';
import { stays } from '../../../../lib/source/csv/ordinary/cell-bytes.ts';

test('no character stays at the end of a cell that is taken off as text, and few are not certain', () => {
  let unsure = 0;
  for (let code = 0; code <= 0x10ffff; code += code > 0xffff ? 0x101 : 1) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const char = String.fromCodePoint(code);
    if (!stays(Buffer.from(char), 0)) unsure++;
    else if (trimmedCell(char) !== char) assert.fail(`U+${code.toString(16)}`);
  }
  assert.ok(unsure < 20_000, `${unsure}`);
  for (const char of 'aZ9é߀ñЖשñ中あ한😀') assert.equal(stays(Buffer.from(char), 0), char !== '߀', char);
});
