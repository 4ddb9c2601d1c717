import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectorFailureOf } from '../../lib/airbyte/failure.ts';
import { CioError, ERROR_CODES, type ErrorCode } from '../../lib/errors.ts';

test('who has to act', () => {
  const typeOf = (code: ErrorCode): string => connectorFailureOf(new CioError(code, 'x')).type;
  assert.deepEqual(
    ['CIO_OPTIONS', 'CIO_AUTH', 'CIO_REJECT_STORE'].map((code) => typeOf(code as ErrorCode)),
    ['config_error', 'config_error', 'config_error'],
  );
  assert.deepEqual(
    ['CIO_NETWORK', 'CIO_UNDELIVERED', 'CIO_SOURCE'].map((code) => typeOf(code as ErrorCode)),
    ['transient_error', 'transient_error', 'transient_error'],
  );
  assert.equal(typeOf('CIO_INTERNAL'), 'system_error');
  for (const code of Object.keys(ERROR_CODES)) assert.ok(typeOf(code as ErrorCode));
});

test('our errors in words; of foreign ones only the kind and the place, for their text may hold anything', () => {
  assert.match(connectorFailureOf(new CioError('CIO_AUTH', 'refused')).message, /^refused\. Check the site id/);
  const foreign = connectorFailureOf(Object.assign(new TypeError('secret\n    at the end'), { code: 'ERR_X' }));
  assert.match(foreign.message, /^unexpected TypeError ERR_X\. This is a bug/);
  assert.match(foreign.stack ?? '', /failure\.test/);
  assert.ok(!JSON.stringify(foreign).includes('secret'));
  for (const code of ['CIO_SOURCE', 'CIO_UNDELIVERED'] as const) {
    assert.doesNotMatch(connectorFailureOf(new CioError(code, 'x')).message, /giveUpMs|onGiveUp|same command|format named/);
  }
  assert.match(connectorFailureOf('text').message, /^unexpected Error\./);
});
