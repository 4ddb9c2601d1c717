/** What the errors of GCS mean in words, and which of them may pass by themselves. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { gcsError } from '../../../lib/storage/gcs/errors.ts';

const GCS = { bucket: 'b', secrets: ['the-secret'], worked: false, endpoint: new URL('https://storage.googleapis.com') };

test('final and passing, also where it is not an Error at all', () => {
  const cases: [unknown, RegExp, boolean][] = [
    [{ code: 403, message: 'no', errors: [] }, /lack the permission storage\.objects\.create on it \(403\)/, false],
    [{ code: 404, message: 'The specified bucket does not exist.' }, /there is no bucket b/, false],
    [{ code: 404, message: 'upload not found' }, /no longer knows the upload/, true],
    [{ code: 401, message: 'Invalid Credentials' }, /not valid there, or have expired/, false],
    [{ code: 503, message: '' }, /it answered 503/, true],
    [{ code: '429', message: '' }, /it answered 429/, true],
    [{ code: 408 }, /it answered 408/, true],
    [{ code: 'ECONNRESET', message: '' }, /^the connection to storage\.googleapis\.com:443 failed \(ECONNRESET\)$/, true],
    [Object.assign(new Error('socket hang up'), {}), /^the connection to storage\.googleapis\.com:443 broke$/, true],
    [new Error('Could not load the default credentials.'), /no credentials were found/, false],
    [new Error('invalid_grant'), /the key is not accepted/, false],
    [Object.assign(new Error(), { code: 'ENOENT' }), /the key file does not exist/, false],
    [{ code: 400, message: 'Provided CRC32C "x" doesn\'t match calculated CRC32C "y".' }, /arrived damaged/, true],
    [null, /it refused the request/, false],
  ];
  for (const [error, why, transient] of cases) {
    const failure = gcsError(error, 'write', GCS);
    assert.match(failure.why, why);
    assert.equal(failure.transient, transient, failure.why);
  }
});

test('no secret is left in what is shown', () => {
  const error = { code: 400, message: 'bad the-secret', config: { headers: { Authorization: 'Bearer the-secret' } } };
  assert.ok(!inspect(gcsError(error, 'write', GCS), { depth: 9, showHidden: true }).includes('the-secret'));
});
