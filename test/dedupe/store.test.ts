import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storeError } from '../../lib/dedupe/store.ts';

test('the numbers that the library gives for errors of the system are put in words', () => {
  assert.match(storeError('can not be written', { code: 28 }).message, /: no space left \(ENOSPC\)$/);
  assert.match(storeError('can not be read', { code: -30_796 }).message, /: -30796$/);
});
