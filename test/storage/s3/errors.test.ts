/** What the errors of S3 mean in words, and which of them may pass by themselves. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { s3Error } from '../../../lib/storage/s3/errors.ts';

const S3 = {
  bucket: 'b',
  region: 'eu-west-1',
  secrets: ['the-secret', undefined],
  worked: false,
  asked: 'b.s3.eu-west-1.amazonaws.com:443',
};
const s3 = (name: string, status?: number, more: object = {}): unknown =>
  Object.assign(new Error('the message'), {
    name,
    $metadata: { httpStatusCode: status },
    $response: { headers: { authorization: 'the-secret' } },
    ...more,
  });

test('what is final names the setting or the permission', () => {
  const cases: [unknown, RegExp][] = [
    [s3('InvalidAccessKeyId', 403), /accessKeyId or AWS_ACCESS_KEY_ID/],
    [s3('SignatureDoesNotMatch', 403), /secret access key is wrong/],
    [s3('UserSuspended', 403), /is suspended/],
    [s3('NoSuchBucket', 404), /there is no bucket b/],
    [s3('PermanentRedirect', 301), /not in the region eu-west-1/],
    [s3('AuthorizationHeaderMalformed', 400), /set region to the bucket's own/],
    [s3('AccessDenied', 403), /lack the permission s3:PutObject/],
    [s3('UnknownError', 403), /lack the permission s3:PutObject/],
    [s3('CredentialsProviderError'), /no credentials were found/],
    [s3('ExpiredToken', 400), /expired or not valid/],
    [s3('RequestTimeTooSkewed', 403), /clock is wrong/],
    [Object.assign(new Error(), { code: 'CERT_HAS_EXPIRED' }), /^no secure connection to b\.s3\.eu-west-1\.amazonaws\.com:443/],
    [s3('NotImplemented', 501), /it refused the request: the message/],
    [s3('InvalidArgument', 400, { message: 'x-amz-checksum-crc32 is not known' }), /does not accept the checksums of the AWS SDK/],
    [s3('EntityTooLarge', 400), /it refused the request: the message/],
    ['not even an error', /it refused the request: not even an error/],
    [undefined, /it refused the request/],
    [new Error('Region is missing'), /^no region was found: set region or AWS_REGION$/],
    [new Error('something else'), /^it refused the request: something else$/],
  ];
  for (const [error, why] of cases) {
    const failure = s3Error(error, 'write', S3);
    assert.match(failure.why, why);
    assert.equal(failure.transient, false, failure.why);
  }
});

test('what may pass', () => {
  for (const [name, status] of [
    ['SlowDown', 503],
    ['InternalError', 500],
    ['x', 502],
    ['TooManyRequests', 429],
    ['NoSuchUpload', 404],
    ['BadDigest', 400],
    ['RequestTimeout', 400],
    ['TimeoutError'],
  ] as const) {
    assert.equal(s3Error(s3(name, status), 'write', S3).transient, true, name);
  }
  for (const code of ['ECONNRESET', 'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EPIPE']) {
    assert.equal(s3Error(Object.assign(new Error(), { code }), 'write', S3).transient, true, code);
  }
  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED', address: '10.0.0.1', port: 443 });
  assert.match(s3Error(refused, 'write', S3).why, /^the connection to b\.s3\.eu-west-1\.amazonaws\.com:443 failed \(ECONNREFUSED\)$/);
  // Another server than the store's, such as one that gives tokens.
  const elsewhere = Object.assign(new Error('connect'), { code: 'ECONNREFUSED', address: '10.0.0.1', port: 8080 });
  assert.match(s3Error(elsewhere, 'write', S3).why, /^the connection to 10\.0\.0\.1:8080 failed/);
  const both = Object.assign(new AggregateError([elsewhere]), { code: 'ECONNREFUSED' });
  assert.match(s3Error(both, 'write', { ...S3, asked: undefined }).why, /^the connection to 10\.0\.0\.1:8080 failed/);
  const unknown = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND', hostname: 'minio.example' });
  assert.match(s3Error(unknown, 'write', S3).why, /^the host name minio\.example is not known/);
  // What has worked before may work again: tokens are renewed elsewhere.
  assert.equal(s3Error(s3('ExpiredToken', 400), 'write', { ...S3, worked: true }).transient, true);
});

test('no secret is left in what is shown', () => {
  const error = s3('AccessDenied', 403, { message: 'the key the-secret may not', request: { body: 'the-secret' } });
  assert.ok(!inspect(s3Error(error, 'write', S3), { depth: 9, showHidden: true }).includes('the-secret'));
});
