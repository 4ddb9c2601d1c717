import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ErrorFacts, factsOf } from '../../../lib/storage/errors.ts';
import { type Compatibility, plainer, withCompatibility } from '../../../lib/storage/s3/compatibility.ts';

const ALL: Compatibility = { checksums: true, conditional: true };
const refusal = (name: string, status: number, message = ''): Error =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });
const facts = (name: string, status: number, message = ''): ErrorFacts => factsOf(refusal(name, status, message));
const words = (compatibility: readonly Compatibility[]): string[] =>
  compatibility.map(({ checksums, conditional }) => `${checksums ? 'checksums' : '-'} ${conditional ? 'conditional' : '-'}`);

test('what a refusal may mean, and what is tried for it', () => {
  const cases: [ErrorFacts, string[]][] = [
    [facts('NotImplemented', 501, "Header 'x-amz-checksum-crc32' with value 'x' not implemented"), ['- conditional']],
    [facts('InvalidArgument', 400, 'Unsupported header x-amz-sdk-checksum-algorithm'), ['- conditional']],
    [facts('InvalidRequest', 400, 'STREAMING-UNSIGNED-PAYLOAD-TRAILER is not supported'), ['- conditional']],
    [facts('SignatureDoesNotMatch', 403), ['- conditional']],
    [facts('XAmzContentSHA256Mismatch', 400), ['- conditional']],
    [facts('NotImplemented', 501, 'If-None-Match'), ['checksums -']],
    [
      facts('NotImplemented', 501, 'A header you provided implies functionality that is not implemented'),
      ['- conditional', 'checksums -', '- -'],
    ],
    [facts('400', 400), ['- conditional', 'checksums -', '- -']],
    // These have their own cause.
    ...['InvalidAccessKeyId', 'AccessDenied', 'UserSuspended', 'RequestTimeTooSkewed'].map((name): [ErrorFacts, string[]] => [
      facts(name, 403),
      [],
    ]),
    ...['ExpiredToken', 'AuthorizationHeaderMalformed', 'EntityTooLarge', 'BadDigest'].map((name): [ErrorFacts, string[]] => [
      facts(name, 400),
      [],
    ]),
    [facts('NoSuchBucket', 404), []],
    [facts('PreconditionFailed', 412), []],
    [facts('SlowDown', 503), []],
    [factsOf(Object.assign(new Error(), { code: 'ECONNRESET' })), []],
  ];
  for (const [fact, next] of cases) assert.deepEqual(words(plainer(ALL, fact)), next, `${fact.name} ${fact.message}`);
  assert.deepEqual(plainer({ checksums: false, conditional: false }, facts('NotImplemented', 501)), []);
  assert.deepEqual(words(plainer({ checksums: 'always', conditional: true }, facts('NotImplemented', 501))), ['checksums -']);
});

test('the first refusal is the error where nothing helps, and another cause where that comes to light', async () => {
  const trying = async (errors: Error[]): Promise<[string, number]> => {
    let tried = 0;
    const failed = await withCompatibility(ALL, async () => {
      throw errors[Math.min(tried++, errors.length - 1)];
    }).catch((error) => error);
    return [failed.name, tried];
  };
  assert.deepEqual(await trying([refusal('SignatureDoesNotMatch', 403)]), ['SignatureDoesNotMatch', 2]);
  assert.deepEqual(await trying([refusal('NotImplemented', 501)]), ['NotImplemented', 4]);
  assert.deepEqual(await trying([refusal('SignatureDoesNotMatch', 403), refusal('AccessDenied', 403)]), ['AccessDenied', 2]);
  assert.deepEqual(await trying([refusal('NotImplemented', 501), refusal('SlowDown', 503)]), ['SlowDown', 2]);
  const checksums = refusal('InvalidArgument', 400, 'unknown header x-amz-checksum-crc32');
  assert.deepEqual(await trying([checksums, refusal('InvalidRequest', 400, 'no such storage class')]), ['InvalidRequest', 3]);
  assert.deepEqual(await trying([refusal('AccessDenied', 403)]), ['AccessDenied', 1]);
});
