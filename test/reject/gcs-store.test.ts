import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { checkStore } from '../../lib/reject/check-store.ts';
import type { StoreOptions } from '../../lib/reject/store-options.ts';
import { contract, failureOf, range, rejection, seen, stored, write } from '../object-storage/contract.ts';
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

const PAD = 'x'.repeat(10_000);

/** Credentials of a workload, which the SDK exchanges for tokens at our server. */
async function workload(t: TestContext, server: GcsServer): Promise<StoreOptions> {
  const folder = await mkdtemp(join(tmpdir(), 'cio-gcs-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'subject-token');
  await writeFile(file, 'who-we-are');
  const credentials = {
    type: 'external_account',
    audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/provider',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `${server.url}/token`,
    credential_source: { file },
  };
  return { gcs: { apiEndpoint: server.url, projectId: 'test', credentials } };
}

test('every upload has its precondition, and asks for no overwriting', async (t) => {
  const { server, place, options } = await start(t);
  await write(
    range(800).map((n) => rejection(n, n % 9 ? 'a' : 'b', PAD)),
    { ...options, to: place },
  );
  const uploads = server.requests.filter((request) => request.startsWith('POST /upload'));
  assert.ok(
    uploads.some((request) => request.includes('uploadType=resumable')) &&
      uploads.some((request) => request.includes('uploadType=multipart')),
  );
  for (const request of uploads) assert.match(request, /ifGenerationMatch=0/);
});

test('tokens go with every kind of request, to another server than Google too', async (t) => {
  const { server, place } = await start(t);
  server.tokens = new Set();
  const options = await workload(t, server);
  await checkStore(place, options);
  for (const [at, count] of [
    [0, 10],
    [10, 700],
  ] as const) {
    await write(
      range(count).map((n) => rejection(n + at, 'people', count === 10 ? '' : PAD)),
      { ...options, to: place },
    );
  }
  assert.deepEqual(await stored(place, options), range(710));
});

test('a token that is not to be had, and none where one is asked for', async (t) => {
  const { server, place } = await start(t);
  server.tokens = new Set();
  const options = await workload(t, server);
  const error = await failureOf(
    checkStore(place, { gcs: { ...options.gcs, credentials: { ...options.gcs?.credentials, token_url: `${server.url}/no-token` } } }),
  );
  assert.equal(error.code, 'CIO_REJECT_STORE');
  await assert.rejects(checkStore(place, { gcs: { apiEndpoint: server.url } }), {
    message: /the credentials are not valid there, or expired.*\(401\)/,
  });
});

test('a key file that is not there, and a key that is none', async (t) => {
  const { server, place } = await start(t);
  await assert.rejects(checkStore(place, { gcs: { apiEndpoint: server.url, keyFilename: '/nowhere/key.json' } }), {
    message: /the key file is not there/,
  });
  const credentials = { client_email: 'a@b.c', private_key: 'no-key-at-all' };
  const error = await failureOf(checkStore(place, { gcs: { apiEndpoint: server.url, credentials } }));
  assert.match(error.message, /the key is not readable/);
  assert.ok(!JSON.stringify([error.message, String(error.cause)]).includes('no-key-at-all'));
});

test('a bucket with more objects than a page', async (t) => {
  const { server, place, options } = await start(t);
  const bucket = server.buckets.get('bucket');
  for (const n of range(2_300))
    bucket?.store(
      { name: `rejected/${String(n).padStart(5, '0')}.ndjson` },
      Buffer.from(`{"record":{"n":${n},"exact":12345678901234567890},"rejected_reason":"invalid","rejected_at":""}\n`),
      new URLSearchParams(),
    );
  assert.deepEqual(await stored(place, options), range(2_300));
});
