import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { z } from 'zod';
import { type Clock, systemClock } from '../../../lib/clock.ts';
import { readOptions } from '../../../lib/options.ts';
import type { Rejection } from '../../../lib/record/rejection.ts';
import { checkStore } from '../../../lib/storage/check-store.ts';
import { STORE_SHAPE, type StoreOptions } from '../../../lib/storage/options.ts';
import { folder } from '../../support/folder.ts';
import {
  contract,
  failureOf,
  inFallback,
  LARGE,
  names,
  PAD,
  range,
  rejection,
  seen,
  stored,
  write,
} from '../../support/object-storage/contract.ts';
import { type FaultySubject, faulty } from '../../support/object-storage/faulty.ts';
import { GcsServer } from '../../support/object-storage/gcs-server.ts';
import type { GcsUploads } from '../../support/object-storage/gcs-uploads.ts';
import { some } from '../../support/runs.ts';

/** A server with a bucket that asks for no key. */
async function start(t: TestContext): Promise<FaultySubject & { server: GcsServer }> {
  const server = await GcsServer.start(t);
  server.createBucket('bucket');
  return {
    server,
    place: 'gs://bucket/rejected',
    options: { gcs: { apiEndpoint: server.url, projectId: 'test' } },
    uploading: () => seen(server.requests, /^PUT .*upload_id/),
    deny: (action) => {
      server.denied = [action];
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

/** Credentials of a workload, which the SDK exchanges for tokens at our server. */
async function workload(t: TestContext, server: GcsServer): Promise<StoreOptions> {
  const file = join(await folder(t), 'subject-token');
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
      range(count).map((n) => rejection(n + at, 'people', count === 10 ? 0 : PAD)),
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
    message: /the credentials are not valid there, or have expired.*\(401\)/,
  });
});

test('a path that was read from a file is taken without its line end, and a key in one line gets its lines back', async (t) => {
  const { server, place } = await start(t);
  server.tokens = new Set();
  const options = await workload(t, server);
  const file = join(await folder(t), 'key.json');
  await writeFile(file, JSON.stringify(options.gcs?.credentials));
  await checkStore(place, { gcs: { apiEndpoint: server.url, keyFilename: `${file}\n` } });
  const before = { ...process.env };
  t.after(() => {
    process.env = before;
  });
  process.env = { ...before, GOOGLE_APPLICATION_CREDENTIALS: `${file}\r\n` };
  const https = { gcs: { apiEndpoint: server.url.replace('http:', 'https:') } };
  // Only what is asked for there is of interest: a server that speaks no TLS, after the key was read.
  await assert.rejects(checkStore(place, { ...https, giveUpMs: 0 }), { message: /no secure connection to 127\.0\.0\.1:\d+/ });
  const given = { client_email: 'a@b.c', private_key: '-----BEGIN PRIVATE KEY-----\\nAAAA\\n-----END PRIVATE KEY-----\\n' };
  const { gcs } = readOptions('test', z.strictObject(STORE_SHAPE), { gcs: { credentials: given } });
  assert.equal(gcs.credentials?.private_key, '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n');
});

test('a key file that is not there, and a key that is none', async (t) => {
  const { server, place } = await start(t);
  await assert.rejects(checkStore(place, { gcs: { apiEndpoint: server.url, keyFilename: '/nowhere/key.json' } }), {
    message: /the key file does not exist/,
  });
  const credentials = { client_email: 'a@b.c', private_key: 'no-key-at-all' };
  const error = await failureOf(checkStore(place, { gcs: { apiEndpoint: server.url, credentials } }));
  assert.match(error.message, /the key can't be read/);
  assert.ok(!JSON.stringify([error.message, String(error.cause)]).includes('no-key-at-all'));
});

test('a bucket with more objects than a page', async (t) => {
  const { server, place, options } = await start(t);
  const bucket = server.buckets.get('bucket');
  assert.ok(bucket);
  bucket.pageSize = 10;
  for (const n of range(23)) {
    const line = Buffer.from(`{"record":{"n":${n},"exact":12345678901234567890},"rejected_reason":"invalid","rejected_at":""}\n`);
    bucket.store({ name: `rejected/${String(n).padStart(5, '0')}.ndjson` }, line, new URLSearchParams());
  }
  assert.deepEqual(await stored(place, options), range(23));
});

/** Time goes by only in the waits between attempts. */
function waitless(): { clock: Clock; waited: () => number } {
  let now = 0;
  const timer: Clock['timer'] = (ms, fn) => {
    if (ms > 60_000) return () => {};
    const handle = setImmediate(() => {
      now += ms;
      fn();
    });
    return () => clearImmediate(handle);
  };
  return { clock: { ...systemClock, now: () => now, random: () => 0.9, timer }, waited: () => now };
}

/** A little more than a chunk. */
const large = (): Rejection[] => range(LARGE).map((n) => rejection(n, 'people', PAD));
/** The requests of an upload in chunks. */
const STEPS = { start: { method: 'POST', match: /uploadType=resumable/ }, chunk: { method: 'PUT', match: /upload_id=/ } };

for (const [step, request] of Object.entries(STEPS)) {
  test(`an object over 5 MB and a server that is away at the ${step} of its upload: stored once`, async (t) => {
    const { server, place, options } = await start(t);
    const { clock, waited } = waitless();
    for (const status of [503, 503, 503, 429, 429, 429, 503]) server.faults.add({ ...request, status });
    await write(large(), { ...options, to: place, clock });
    assert.equal(server.faults.seen, 7);
    assert.ok(waited() > 50_000 && waited() < 300_000, String(waited()));
    assert.deepEqual(await stored(place, options), range(LARGE));
    assert.equal(server.requests.filter((asked) => /^POST .*uploadType=resumable/.test(asked)).length, step === 'start' ? 8 : 1);
  });
}

test('an object over 5 MB and errors for good: given up after 300 s, kept in a file and named', async (t) => {
  const { server, place, options } = await start(t);
  const { clock, waited } = waitless();
  const spillTo = await folder(t);
  server.faults.add({ ...STEPS.chunk, status: 503, times: 1_000 });
  const error = await failureOf(write(large(), { ...options, to: place, spillTo, clock }));
  assert.match(error.message, /it answered 503, after \d+ attempts/);
  assert.deepEqual(await inFallback(spillTo, error), range(LARGE));
  assert.ok(waited() >= 300_000 && waited() < 330_000, String(waited()));
  // Whatever is left behind has its turn: an error that nobody hears would end this process.
  for (let n = 0; n < 10; n++) await new Promise(setImmediate);
});

test('an upload that breaks continues with what is missing', async (t) => {
  const { server, place, options } = await start(t);
  const { clock } = waitless();
  const ranges: string[] = [];
  server.onRequest = ({ method, headers }) => method === 'PUT' && ranges.push(String(headers['content-range']));
  // The first chunk arrives; the second breaks after some of it.
  server.faults.add({ ...STEPS.chunk, times: 1, afterServed: 1, afterBytes: 100_000 });
  await write(large(), { ...options, to: place, clock });
  assert.deepEqual(await stored(place, options), range(LARGE));
  const [first, second, asked, rest, ...more] = ranges;
  assert.match(String(first), /^bytes 0-5242879\/\*$/);
  assert.match(String(second), /^bytes 5242880-(\d+)\/\d+$/);
  assert.equal(asked, 'bytes */*');
  assert.match(String(rest), /^bytes 5242880-\d+\/\d+$/);
  assert.deepEqual(more, []);
});

test('a session that the server has forgotten, and one that has lost bytes: a new one from the first byte', async (t) => {
  for (const change of [
    (uploads: GcsUploads) => uploads.sessions.clear(),
    (uploads: GcsUploads) => {
      for (const session of uploads.sessions.values()) session.pieces = [];
    },
  ]) {
    const { server, place, options } = await start(t);
    server.faults.add({ ...STEPS.chunk, afterServed: 1, status: 503 });
    const { clock } = waitless();
    const timer: Clock['timer'] = (ms, fn) => {
      if (ms < 60_000) change(server.uploads);
      return clock.timer(ms, fn);
    };
    await write(large(), { ...options, to: place, clock: { ...clock, timer } });
    assert.deepEqual(await stored(place, options), range(LARGE));
  }
});

test('bytes that change on their way are noticed by the server, and sent again', async (t) => {
  const { server, place, options } = await start(t);
  const { clock } = waitless();
  for (const count of [10, LARGE]) {
    server.damaged = 1;
    await write(
      range(count).map((n) => rejection(n, 'people', PAD)),
      { ...options, to: `${place}/${count}`, clock },
    );
    assert.equal(server.damaged, 0);
    assert.deepEqual(await stored(`${place}/${count}`, options), range(count));
    assert.equal((await names(`${place}/${count}`, options)).length, 1);
  }
});

test('a web page that is answered with 200 is not GCS: nothing counts as stored, nor as empty', async (t) => {
  const says = /the answer is not from Google Cloud Storage \(HTTP 200\): check the endpoint and any proxy/;
  for (const text of some(['<html>Sign in</html>', '', '{}', '[]'])) {
    const page = createServer((request, response) => void request.resume().on('end', () => response.end(text)));
    await once(page.listen(0, '127.0.0.1'), 'listening');
    t.after(() => page.close());
    const options = { gcs: { apiEndpoint: `http://127.0.0.1:${(page.address() as AddressInfo).port}`, projectId: 'test' } };
    for (const pad of [0, PAD]) {
      const spillTo = await folder(t);
      const count = pad === 0 ? 1 : 600;
      const rejections = range(count).map((n) => rejection(n, 'people', pad));
      const error = await failureOf(write(rejections, { ...options, to: 'gs://bucket/rejected', spillTo }));
      assert.match(error.message, says);
      assert.equal((await inFallback(spillTo, error)).length, count);
    }
    await assert.rejects(names('gs://bucket/rejected', options), { code: 'CIO_REJECT_STORE', message: says });
  }
});
