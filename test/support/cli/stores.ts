/** The three kinds of places for rejected records, as the command line reaches them. */
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { StoreOptions } from '../../../lib/index.ts';
import { Origin } from '../../../lib/record/origin.ts';
import { type Reason, Rejection } from '../../../lib/record/rejection.ts';
import { names, write } from '../object-storage/contract.ts';
import { GcsServer } from '../object-storage/gcs-server.ts';
import { ACCESS, REGION, S3Server } from '../object-storage/s3-server.ts';
import { folder } from './run-cli.ts';

/** One place, and how to get there. */
export interface TestStore {
  /** A place in it that nothing else uses. */
  place(name: string): string;
  readonly options: StoreOptions;
  readonly flags: readonly string[];
  readonly env: Record<string, string>;
}

/** Each gives a store that is gone after the test. */
export const STORES: Readonly<Record<'folder' | 'S3' | 'GCS', (t: TestContext) => Promise<TestStore>>> = {
  folder: async (t) => {
    const path = await folder(t);
    return { place: (name) => join(path, name), options: {}, flags: [], env: {} };
  },
  S3: async (t) => {
    const server = await S3Server.start(t);
    await server.createBucket('bucket');
    return {
      place: (name) => `s3://bucket/${name}`,
      options: { s3: { endpoint: server.url, region: REGION, ...ACCESS } },
      flags: ['--s3-endpoint', server.url, '--s3-region', REGION],
      env: { AWS_ACCESS_KEY_ID: ACCESS.accessKeyId, AWS_SECRET_ACCESS_KEY: ACCESS.secretAccessKey },
    };
  },
  GCS: async (t) => {
    const server = await GcsServer.start(t);
    server.createBucket('bucket');
    return {
      place: (name) => `gs://bucket/${name}`,
      options: { gcs: { apiEndpoint: server.url, projectId: 'test' } },
      flags: ['--gcs-endpoint', server.url],
      env: {},
    };
  },
};

/** What a rejection of a test says. */
export interface Rejected {
  readonly record: object;
  readonly reason?: Reason;
  readonly field?: string;
}

/** Puts rejected records there, as one object. They come from a place without a name. */
export async function seed(
  store: TestStore,
  name: string,
  rejected: readonly Rejected[],
  format: 'ndjson' | 'csv' = 'ndjson',
): Promise<void> {
  const rejections = rejected.map(({ record, reason = 'refused', field }, index) => {
    const origin = new Origin({ line: index + 1, raw: JSON.stringify(record) });
    return new Rejection({ reason, field, message: 'because of the test', stage: 'validate' }, record, origin);
  });
  await write(rejections, { ...store.options, to: store.place(name), format });
}

/** How many objects are there. */
export async function objectsIn(store: TestStore, name: string): Promise<number> {
  try {
    return (await names(store.place(name), store.options)).length;
  } catch (error) {
    // A folder that was never made.
    if (/ENOENT/.test(String(error))) return 0;
    throw error;
  }
}
