import type { TestContext } from 'node:test';
import { contract, seen } from '../object-storage/contract.ts';
import { type FaultySubject, faulty } from '../object-storage/faulty.ts';
import { GcsServer } from '../object-storage/gcs-server.ts';

/** A server with a bucket that asks for no key. */
async function start(t: TestContext): Promise<FaultySubject & { server: GcsServer }> {
  const server = await GcsServer.start(t);
  server.createBucket('bucket');
  return {
    server,
    place: 'gs://bucket/rejected',
    options: { gcs: { apiEndpoint: server.url, projectId: 'test' } },
    uploading: () => seen(server.requests, /^PUT .*upload_id/),
    deny: (deed) => {
      server.denied = [deed];
    },
    permissions: {
      put: 'storage.objects.create',
      get: 'storage.objects.get',
      list: 'storage.objects.list',
      delete: 'storage.objects.delete',
    },
    missingBucket: 'gs://no-such-bucket/rejected',
  };
}

contract('GCS', start);
faulty('GCS', start);
