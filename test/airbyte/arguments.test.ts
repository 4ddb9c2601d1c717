import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readArguments } from '../../lib/airbyte/arguments.ts';

test('commands come as words or as flags, and more arguments than we know', () => {
  const write = { command: 'write', config: 'c', catalog: 'k' };
  for (const args of [
    ['write', '--config', 'c', '--catalog', 'k'],
    ['--write', '--config', 'c', '--catalog', 'k'],
    ['--config=c', '--catalog=k', '--write'],
    ['write', '--config', 'c', '--catalog', 'k', '--state', 's', '--debug'],
  ])
    assert.deepEqual(readArguments(args), write, args.join(' '));
  assert.deepEqual(readArguments(['spec']), { command: 'spec', config: '', catalog: '' });
  assert.equal(readArguments(['--check', '--config', 'c']).command, 'check');
  assert.equal(readArguments(['discover', '--config', 'c']).command, 'discover');
});

test('what is missing is named', () => {
  assert.throws(() => readArguments([]), /one of spec, check, discover, write/);
  assert.throws(() => readArguments(['send']), /one of spec, check, discover, write/);
  assert.throws(() => readArguments(['write', '--config', 'c']), /write needs --catalog FILE/);
  assert.throws(() => readArguments(['write', '--config']), /write needs --config FILE and --catalog FILE/);
});
