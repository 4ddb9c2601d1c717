import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { checkStore } from '../../lib/reject/check-store.ts';
import { contract, failureOf, names, range, rejection, seen, spillFolder, stored, write } from '../object-storage/contract.ts';
import { type FaultySubject, faulty } from '../object-storage/faulty.ts';
import { ACCESS, REGION, S3Server } from '../object-storage/s3-server.ts';

// Between its own attempts the SDK waits by the real clock; ours, around them, wait by the clock of the test.
process.env.AWS_MAX_ATTEMPTS = '1';

/** A server with a bucket, and the keys to it. */
async function start(t: TestContext): Promise<FaultySubject & { server: S3Server }> {
  const server = await S3Server.start(t);
  await server.createBucket('bucket');
  const s3 = { endpoint: server.url, region: REGION, ...ACCESS };
  return {
    server,
    place: 's3://bucket/rejected',
    options: { s3 },
    uploading: () => seen(server.requests, /^PUT .*partNumber=2/),
    deny: (deed) => server.keys.set(ACCESS.accessKeyId, { secret: ACCESS.secretAccessKey, denied: [deed] }),
    permissions: { put: 's3:PutObject', get: 's3:GetObject', list: 's3:ListBucket', delete: 's3:DeleteObject' },
    missingBucket: 's3://no-such-bucket/rejected',
    wrong: [
      {
        options: { s3: { ...s3, accessKeyId: 'AKIAOTHER' } },
        says: /access key id is not known.*InvalidAccessKeyId/,
        secret: ACCESS.secretAccessKey,
      },
      {
        options: { s3: { ...s3, secretAccessKey: 'not-the-secret' } },
        says: /secret access key is wrong.*SignatureDoesNotMatch/,
        secret: 'not-the-secret',
      },
    ],
  };
}

contract('S3', start);
faulty('S3', start);

const PAD = 'x'.repeat(10_000);

test('a server that does not know If-None-Match: nothing is overwritten either', async (t) => {
  const { server, place, options } = await start(t);
  server.conditional = false;
  const fixed = { ...options, to: place, pathFormat: '', fileNameFormat: 'the-same{format_extension}' };
  for (const n of range(3)) await write([rejection(n)], fixed);
  assert.deepEqual(await stored(place, options), range(3));
  assert.equal((await names(place, options)).length, 3);
});

test('checksums that an older server does not know can be left out', async (t) => {
  const { server, place, options } = await start(t);
  const checksums = new Set<string>();
  server.onRequest = ({ headers }) => {
    for (const name of Object.keys(headers)) if (name.startsWith('x-amz-checksum-') || name === 'x-amz-trailer') checksums.add(name);
  };
  await write([rejection(0)], { ...options, to: place });
  assert.ok(checksums.size > 0);
  checksums.clear();
  await write([rejection(1)], { ...options, to: place, s3: { ...options.s3, requestChecksumCalculation: 'WHEN_REQUIRED' } });
  assert.deepEqual([...checksums], []);
  assert.deepEqual(await stored(place, options), [0, 1]);
});

test('temporary keys go with their token', async (t) => {
  const { server, place, options } = await start(t);
  server.keys.set('ASIATEMP', { secret: 'temporary-secret', token: 'the-token' });
  const keys = { ...options.s3, accessKeyId: 'ASIATEMP', secretAccessKey: 'temporary-secret' };
  await checkStore(place, { s3: { ...keys, sessionToken: 'the-token' } });
  await assert.rejects(checkStore(place, { s3: { ...keys, sessionToken: 'another' } }), {
    message: /the token is expired or not valid.*InvalidToken/,
  });
  server.keys.set('ASIATEMP', { secret: 'temporary-secret', token: 'the-token', expired: true });
  const error = await failureOf(checkStore(place, { s3: { ...keys, sessionToken: 'the-token' } }));
  assert.match(error.message, /the token is expired or not valid: renew the session token.*ExpiredToken, 400/);
});

test('a role is taken on by STS', async (t) => {
  const { server, place, options } = await start(t);
  process.env.AWS_ENDPOINT_URL_STS = server.url;
  t.after(() => delete process.env.AWS_ENDPOINT_URL_STS);
  const s3 = { ...options.s3, roleArn: 'arn:aws:iam::123456789012:role/rejects', externalId: 'ours' };
  await write(
    range(700).map((n) => rejection(n, 'people', PAD)),
    { to: place, s3 },
  );
  assert.equal(server.roles, 1);
  assert.deepEqual(await stored(place, options), range(700));
  await assert.rejects(checkStore(place, { s3: { ...s3, externalId: 'wrong' } }), { code: 'CIO_REJECT_STORE' });
});

test('a wrong region is told as such', async (t) => {
  const { place, options } = await start(t);
  const error = await failureOf(checkStore(place, { s3: { ...options.s3, region: 'us-west-2' } }));
  assert.match(error.message, /the bucket is not in the region us-west-2: set region to the bucket's own/);
});

test('no keys anywhere', async (t) => {
  const { server, place } = await start(t);
  const before = { ...process.env };
  t.after(() => {
    process.env = before;
  });
  const empty = await spillFolder(t);
  process.env = { PATH: before.PATH, HOME: empty, AWS_EC2_METADATA_DISABLED: 'true' };
  const error = await failureOf(checkStore(place, { s3: { endpoint: server.url, region: REGION } }));
  assert.match(error.message, /no credentials were found: give accessKeyId and secretAccessKey, or set up the AWS credential chain/);
});
