import type { TestContext } from 'node:test';
import { contract, seen } from '../object-storage/contract.ts';
import { type FaultySubject, faulty } from '../object-storage/faulty.ts';
import { ACCESS, REGION, S3Server } from '../object-storage/s3-server.ts';

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
