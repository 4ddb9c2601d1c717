import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printableLines } from '../lib/cli/show/print.ts';
import { CioError } from '../lib/errors.ts';
import { escapedJson, printable, printableJson } from '../lib/printable.ts';
import fc from './support/fast-check.ts';

const COMMANDS = '\u001b[2J\u009b31m\u202e\u2066\u200b\ufeff\u2028\u0007\r\n\u007f\ud800\u{e0041}';
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.constantFrom(...COMMANDS, 'a', '"', '\\'), { maxLength: 30 }).map((all) => all.join('')),
);

test('law: whatever the text, a line of it is printable, and so is an error', () => {
  fc.assert(
    fc.property(text, (given) => {
      assert.doesNotMatch(printable(given), UNPRINTABLE);
      assert.doesNotMatch(printableLines(given).replaceAll('\n', ''), UNPRINTABLE);
      const { message, todo } = new CioError('CIO_STATE', given, undefined, given);
      assert.doesNotMatch(message + todo, UNPRINTABLE);
    }),
  );
  assert.equal(printable('Zoë, 日本 😀 "q" \\'), 'Zoë, 日本 😀 "q" \\');
});

test('law: JSON of it is printable and the same value', () => {
  fc.assert(
    fc.property(text, (given) => {
      const line = printableJson({ [given]: [given] });
      assert.doesNotMatch(line, UNPRINTABLE);
      assert.deepEqual(JSON.parse(line), { [given]: [given] });
      assert.doesNotMatch(escapedJson(`${JSON.stringify(given)}\n`).slice(0, -1), UNPRINTABLE);
      assert.doesNotMatch(printableJson({ given }, 2).replaceAll('\n', ''), UNPRINTABLE);
    }),
  );
});
