/** Words that are printed for pasting, pasted: one shell reads them all. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { shellQuoted } from '../../../lib/cli/flags/shell-quote.ts';
import { printable } from '../../../lib/printable.ts';
import fc from '../../support/fast-check.ts';

const ODD = [
  ...[
    'people.csv',
    'E-Mail Address',
    "it's",
    '$HOME',
    '`id`',
    '$(id)',
    '"x"',
    'a\\b',
    '!!',
    '~',
    '*',
    '#',
    '=x',
    '-n',
    '',
    ' ',
    '%s',
    "'",
    'é',
    '日本',
  ],
  ...['a\nb', '\nx', 'a\tb\r', '\u001b[2J', '\u202ereversed', '-\u200b', "it's\n100% \\n", '\u0085', '😀\u2028'],
];

test('what is printed is the word that it was, once a shell has read it', () => {
  const words = [...ODD, ...fc.sample(fc.string({ unit: 'binary' }), 100)]
    // No shell has a word with a NUL in it, or with half a character; and what prints a word takes line breaks off its end.
    .filter((word) => !word.includes('\0') && !word.endsWith('\n') && Buffer.from(word).toString() === word);
  const script = words.map((word) => `printf '%s\\0' ${shellQuoted(word)}`).join('\n');
  assert.deepEqual(execFileSync('sh', { input: script }).toString().split('\0').slice(0, -1), words);
  for (const word of words) assert.equal(printable(shellQuoted(word)), shellQuoted(word));
});

test('a plain word stays as it is', () => {
  for (const word of ['people.csv', 'person_email=Email', '/tmp/a-b/c,d:e@f+g%h']) assert.equal(shellQuoted(word), word);
});
