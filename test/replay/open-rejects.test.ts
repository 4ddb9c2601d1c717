import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRejects } from '../../lib/replay/open-rejects.ts';

test('a pipe or a device is not taken for a place without rejects', { skip: process.platform === 'win32' }, async () => {
  const rejects = await openRejects('/dev/null');
  await assert.rejects(rejects.objects().next(), {
    code: 'CIO_REJECT_STORE',
    message: /\/dev\/null: it is a pipe or a device, not a file or folder/,
  });
  await rejects.close();
});
