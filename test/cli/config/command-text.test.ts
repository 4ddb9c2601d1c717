import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandText, commandWords } from '../../../lib/cli/config/command-text.ts';

test('a command that is printed can be pasted: it says of each option what the config says', () => {
  const words = commandWords('people', '-crm 1.csv', {
    email: "it's",
    id: '-x',
    'snake-case': true,
    'drop-others': false,
    's3-path-style': false,
    'no-check': true,
    header: ['a', 'b c'],
    column: ['a=b', 'c='],
    rate: 5,
  });
  assert.deepEqual(words, [
    ...['people', "'./-crm 1.csv'", `--email 'it'\\''s'`, '--id=-x', '--snake-case', '--no-s3-path-style', '--no-check'],
    ...["--header 'a,b c'", '--column a=b', '--column c=', '--rate 5'],
  ]);
  assert.equal(commandText('replay', undefined, {}), 'cio-stream replay');
});
