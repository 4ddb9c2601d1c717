import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { answer, answerJson, printableLines, printJson, printLines } from '../../../lib/cli/show/print.ts';
import fc from '../../support/fast-check.ts';
import { runs } from '../../support/runs.ts';

const COMMANDS = '\u001b[2J\u009b31m\u202e\r\u2028\ufeff';
const UNPRINTABLE = /[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** What comes out on standard error and on standard output. */
function printed(t: TestContext, print: () => void): { err: unknown[]; out: unknown[] } {
  const [err, out] = [t.mock.method(console, 'error', () => {}), t.mock.method(console, 'log', () => {})];
  print();
  const found = { err: err.mock.calls.flatMap((call) => call.arguments), out: out.mock.calls.flatMap((call) => call.arguments) };
  err.mock.restore();
  out.mock.restore();
  return found;
}

test('what is for people goes to standard error, answers go to standard output; neither commands a terminal', (t) => {
  const text = `a${COMMANDS}\nb`;
  const clean = `a${' '.repeat(1)}[2J 31m     \nb`;
  const shown = printed(t, () => printLines(text));
  assert.deepEqual([shown.out, shown.err.length], [[], 1]);
  assert.equal(String(shown.err[0]), printableLines(text));
  assert.equal(String(shown.err[0]).replace(/ +/g, ' '), clean.replace(/ +/g, ' '));
  assert.deepEqual(
    printed(t, () => answer(text)),
    { err: [], out: shown.err },
  );
});

test('JSON is escaped, not changed: a message is one line on standard error, an answer is indented on standard output', (t) => {
  const value = { [COMMANDS]: COMMANDS, n: [1] };
  const message = printed(t, () => printJson(value));
  const found = printed(t, () => answerJson(value));
  assert.deepEqual([message.out, found.err], [[], []]);
  for (const text of [String(message.err), String(found.out)]) {
    assert.doesNotMatch(text, UNPRINTABLE);
    assert.deepEqual(JSON.parse(text)[COMMANDS], COMMANDS);
  }
  assert.doesNotMatch(String(message.err), /\n/);
  assert.match(String(found.out), /^\{\n {2}"/);
});

test('law: the lines of a text stay as many, and each is printable', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '\n', '\r', '\u001b', '\u2028', '\ud800', 'é') });
  fc.assert(
    fc.property(text, (given) => {
      const lines = printableLines(given);
      assert.equal(lines.split('\n').length, given.split('\n').length);
      assert.doesNotMatch(lines, UNPRINTABLE);
    }),
    { numRuns: runs(100) },
  );
});
