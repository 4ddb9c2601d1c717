import type { TestContext } from 'node:test';
import { contract, type Subject, seen } from '../object-storage/contract.ts';
import { GcsServer } from '../object-storage/gcs-server.ts';

/** A server with a bucket that asks for no key. */
async function start(t: TestContext): Promise<Subject & { server: GcsServer }> {
  const server = await GcsServer.start(t);
  server.createBucket('bucket');
  return {
    server,
    place: 'gs://bucket/rejected',
    options: { gcs: { apiEndpoint: server.url, projectId: 'test' } },
    uploading: () => seen(server.requests, /^PUT .*upload_id/),
    missingBucket: 'gs://no-such-bucket/rejected',
  };
}

contract('GCS', start);
