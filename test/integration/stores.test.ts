/**
 * The contract of object stores, and of inputs, against real servers: Ceph's S3 gateway and fake-gcs-server. `up.sh` starts them; without
 * them these tests are skipped. The same cases run against servers of this process in test/reject/.
 */
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { Storage } from '@google-cloud/storage';
import { contract, type Subject } from '../support/object-storage/contract.ts';
import { readsInputs } from '../support/object-storage/inputs-contract.ts';

const { CIO_S3_TEST_URL: s3Url, CIO_S3_TEST_KEY: accessKeyId = '', CIO_S3_TEST_SECRET: secretAccessKey = '' } = process.env;
const { CIO_GCS_TEST_URL: gcsUrl } = process.env;

/** Nothing shows from outside when an upload is in flight: about then. */
const uploading = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));

const fresh = (): string => `test-${randomBytes(6).toString('hex')}`;

async function s3(_t: TestContext): Promise<Subject> {
  const bucket = fresh();
  const access = { endpoint: String(s3Url), region: 'us-east-1', accessKeyId, secretAccessKey };
  const client = new S3Client({ ...access, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  client.destroy();
  return {
    place: `s3://${bucket}/rejected`,
    options: { s3: access },
    uploading,
    missingBucket: 's3://no-such-bucket/rejected',
    wrong: [
      { options: { s3: { ...access, accessKeyId: 'AKIAOTHER' } }, says: /InvalidAccessKeyId/, secret: secretAccessKey },
      { options: { s3: { ...access, secretAccessKey: 'not-the-secret' } }, says: /SignatureDoesNotMatch/, secret: 'not-the-secret' },
    ],
  };
}

async function gcs(_t: TestContext): Promise<Subject> {
  const bucket = fresh();
  await new Storage({ apiEndpoint: String(gcsUrl), projectId: 'test' }).createBucket(bucket);
  return {
    place: `gs://${bucket}/rejected`,
    options: { gcs: { apiEndpoint: String(gcsUrl), projectId: 'test' } },
    uploading,
    missingBucket: 'gs://no-such-bucket/rejected',
  };
}

if (s3Url === undefined)
  test('radosgw', { skip: 'CIO_S3_TEST_URL is not set: eval "$(test/integration/up.sh DIR)" starts a server' }, () => {});
else {
  contract('radosgw', s3);
  readsInputs('radosgw', s3);
}

if (gcsUrl === undefined)
  test('fake-gcs-server', { skip: 'CIO_GCS_TEST_URL is not set: eval "$(test/integration/up.sh DIR)" starts a server' }, () => {});
else {
  contract('fake-gcs-server', gcs);
  readsInputs('fake-gcs-server', gcs);
}
