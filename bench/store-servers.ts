/**
 * S3 and GCS in a process of its own, or real servers where CIO_S3_TEST_URL or CIO_GCS_TEST_URL name them; each with an
 * empty bucket. Reports how to get there, and ends with the process that started it.
 */
import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { Storage } from '@google-cloud/storage';
import type { StoreOptions } from '../lib/index.ts';
import { GcsServer } from '../test/support/object-storage/gcs-server.ts';
import { ACCESS, REGION, S3Server } from '../test/support/object-storage/s3-server.ts';

/** A bucket. */
export interface Bucket {
  readonly name: string;
  readonly place: string;
  readonly options: StoreOptions;
}

const { CIO_S3_TEST_URL: s3Url, CIO_S3_TEST_KEY = '', CIO_S3_TEST_SECRET = '', CIO_GCS_TEST_URL: gcsUrl } = process.env;
const bucket = `bench-${randomBytes(6).toString('hex')}`;
// The servers end with this process.
const untilTheEnd = { after: () => {} } as unknown as TestContext;

async function s3(): Promise<Bucket> {
  const place = `s3://${bucket}/rejected`;
  if (s3Url === undefined) {
    const server = await S3Server.start(untilTheEnd);
    await server.createBucket(bucket);
    return { name: 'S3 (a test server)', place, options: { s3: { endpoint: server.url, region: REGION, ...ACCESS } } };
  }
  const [accessKeyId, secretAccessKey] = [CIO_S3_TEST_KEY, CIO_S3_TEST_SECRET];
  const access = { endpoint: s3Url, region: 'us-east-1', accessKeyId, secretAccessKey };
  const client = new S3Client({ ...access, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  return { name: 'S3', place, options: { s3: access } };
}

async function gcs(): Promise<Bucket> {
  const place = `gs://${bucket}/rejected`;
  if (gcsUrl === undefined) {
    const server = await GcsServer.start(untilTheEnd);
    server.createBucket(bucket);
    return { name: 'GCS (a test server)', place, options: { gcs: { apiEndpoint: server.url, projectId: 'test' } } };
  }
  await new Storage({ apiEndpoint: gcsUrl, projectId: 'test' }).createBucket(bucket);
  return { name: 'GCS', place, options: { gcs: { apiEndpoint: gcsUrl, projectId: 'test' } } };
}

process.on('disconnect', () => process.exit());
process.send?.([await s3(), await gcs()]);
