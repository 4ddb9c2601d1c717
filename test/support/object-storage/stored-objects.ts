/** Buckets that hold any objects, for tests of inputs: as they are reached by the library, and by the command line. */
import type { TestContext } from 'node:test';
import type { StoreOptions } from '../../../lib/storage/options.ts';
import type { Faults } from './faults.ts';
import { GcsServer } from './gcs-server.ts';
import { putObject } from './inputs-contract.ts';
import { ACCESS, REGION, S3Server } from './s3-server.ts';

/** A bucket of a server. */
export interface TestBucket {
  /** Such as `s3://bucket/`. */
  readonly url: string;
  readonly access: StoreOptions;
  readonly flags: readonly string[];
  readonly env: Record<string, string>;
  readonly server: { readonly faults: Faults; readonly requests: string[] };
  /** Takes a permission away. */
  deny(action: 'put' | 'get' | 'list' | 'delete'): void;
  /** Stores an object; one that is there is replaced. */
  put(name: string, content: string | Buffer): Promise<void>;
}

/** Each gives a bucket that is gone after the test. */
export const BUCKETS: Readonly<Record<'S3' | 'GCS', (t: TestContext) => Promise<TestBucket>>> = {
  S3: async (t) => {
    const server = await S3Server.start(t);
    await server.createBucket('bucket');
    const access = { s3: { endpoint: server.url, region: REGION, ...ACCESS } };
    return {
      ...{
        url: 's3://bucket/',
        access,
        server,
        put: (name, content) => putObject({ place: 's3://bucket', options: access }, name, content),
      },
      flags: ['--s3-endpoint', server.url, '--s3-region', REGION],
      env: { AWS_ACCESS_KEY_ID: ACCESS.accessKeyId, AWS_SECRET_ACCESS_KEY: ACCESS.secretAccessKey },
      deny: (action) => void server.keys.set(ACCESS.accessKeyId, { secret: ACCESS.secretAccessKey, denied: [action] }),
    };
  },
  GCS: async (t) => {
    const server = await GcsServer.start(t);
    server.createBucket('bucket');
    const access = { gcs: { apiEndpoint: server.url, projectId: 'test' } };
    return {
      ...{
        url: 'gs://bucket/',
        access,
        server,
        put: (name, content) => putObject({ place: 'gs://bucket', options: access }, name, content),
      },
      flags: ['--gcs-endpoint', server.url],
      env: {},
      deny: (action) => {
        server.denied = [action];
      },
    };
  },
};
