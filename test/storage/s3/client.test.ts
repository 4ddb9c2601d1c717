import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  AbortMultipartUploadCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { abortable, clientOptions, onlyAnswersOfS3, onRequest } from '../../../lib/storage/s3/client.ts';
import { type Answer, type Received, serve } from '../../support/scripted-server.ts';

const KEYS = { accessKeyId: 'i', secretAccessKey: 's' };
const NAMES = ['AWS_REGION', 'AWS_PROFILE', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];

/** The environment without anything of AWS but what is given. */
function environment(t: TestContext, given: Record<string, string>): void {
  const before = process.env;
  t.after(() => {
    process.env = before;
  });
  process.env = { ...Object.fromEntries(Object.entries(before).filter(([name]) => !NAMES.includes(name))), ...given };
}

async function start(
  t: TestContext,
  script: (request: Received, n: number) => Answer,
): Promise<{ client: S3Client; url: string; received: Received[] }> {
  const { url, received } = await serve(t, script);
  const client = new S3Client({ endpoint: url, region: 'r', forcePathStyle: true, credentials: KEYS, maxAttempts: 1 } as S3ClientConfig);
  t.after(() => client.destroy());
  return { client, url, received };
}

test('what is not set is left to the SDK; another server gets a region and its bucket in the path', async (t) => {
  environment(t, {});
  const own = await clientOptions({}, true);
  assert.deepEqual([own.endpoint, own.region, own.forcePathStyle, own.credentials], [undefined, undefined, false, undefined]);
  const other = await clientOptions({ endpoint: 'http://minio:9000' }, true);
  assert.deepEqual([other.endpoint, other.region, other.forcePathStyle], ['http://minio:9000', 'us-east-1', true]);
  const said = await clientOptions({ endpoint: 'http://minio:9000', region: 'eu-west-1', forcePathStyle: false }, true);
  assert.deepEqual([said.region, said.forcePathStyle], ['eu-west-1', false]);
});

test('checksums are as the user has set them, unless they are to be left out', async () => {
  for (const [requestChecksumCalculation, checksums, expected] of [
    [undefined, true, undefined],
    ['WHEN_SUPPORTED', true, 'WHEN_SUPPORTED'],
    [undefined, false, 'WHEN_REQUIRED'],
  ] as const) {
    const given = await clientOptions({ ...(requestChecksumCalculation && { requestChecksumCalculation }) }, checksums);
    assert.deepEqual([given.requestChecksumCalculation, given.responseChecksumValidation], [expected, expected]);
  }
});

test('a line end is taken off what the environment has from a file; without one it is left to the SDK', async (t) => {
  const keys = { AWS_ACCESS_KEY_ID: 'i', AWS_SECRET_ACCESS_KEY: 's' };
  const cases: [environment: Record<string, string>, credentials: unknown][] = [
    [keys, undefined],
    [{ ...keys, AWS_SECRET_ACCESS_KEY: 's\n' }, KEYS],
    [
      { ...keys, AWS_SESSION_TOKEN: 't\r\n' },
      { ...KEYS, sessionToken: 't' },
    ],
    [{ ...keys, AWS_SECRET_ACCESS_KEY: 's\n', AWS_PROFILE: 'p' }, undefined],
    [{ AWS_ACCESS_KEY_ID: 'i\n' }, undefined],
  ];
  for (const [given, expected] of cases) {
    environment(t, given);
    assert.deepEqual((await clientOptions({}, true)).credentials, expected, JSON.stringify(given));
  }
  environment(t, { AWS_REGION: 'eu-west-1\n', AWS_SECRET_ACCESS_KEY: 'x\n', AWS_ACCESS_KEY_ID: 'y' });
  assert.equal((await clientOptions({}, true)).region, 'eu-west-1');
  const own = { ...KEYS, sessionToken: 't' };
  assert.deepEqual((await clientOptions(own, true)).credentials, own, 'given keys come first');
});

test('an answer that has nothing of S3 is not one; one with a single member is', async (t) => {
  const listing = '<ListBucketResult><Name>b</Name></ListBucketResult>';
  const answers: Answer[] = [{ body: '' }, { headers: { etag: '"e"' }, body: '' }, { body: '<html/>' }, { body: listing }, { body: '' }];
  const { client } = await start(t, (_request, n) => answers[n] ?? {});
  onlyAnswersOfS3(client);
  const NOT_S3 = { name: 'NotS3', status: 200 };
  const put = (): Promise<unknown> => client.send(new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: '{}' }));
  const list = (): Promise<unknown> => client.send(new ListObjectsV2Command({ Bucket: 'b' }));
  await assert.rejects(put(), NOT_S3);
  await put();
  await assert.rejects(list(), NOT_S3);
  await list();
  await assert.rejects(client.send(new HeadObjectCommand({ Bucket: 'b', Key: 'k' })), NOT_S3);
});

test('each request that leaves is reported with its host and port', async (t) => {
  const { client, url } = await start(t, () => ({ headers: { etag: '"e"' }, body: '' }));
  const peers: string[] = [];
  onRequest(client, (peer) => peers.push(peer));
  for (const Key of ['a', 'b']) await client.send(new PutObjectCommand({ Bucket: 'b', Key, Body: '{}' }));
  assert.deepEqual(peers, [new URL(url).host, new URL(url).host]);
});

test('every request of an upload ends with its signal, but the one that clears the parts away is still sent', {
  timeout: 60_000,
}, async (t) => {
  const { client, received } = await start(t, ({ method }) => (method === 'DELETE' ? { status: 204, body: '' } : { delayMs: 600_000 }));
  const stop = new AbortController();
  const uploading = abortable(client, stop.signal);
  const failed = assert.rejects(uploading.send(new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: '{}' })), { name: 'AbortError' });
  while (received.length === 0) await new Promise(setImmediate);
  stop.abort();
  await failed;
  await uploading.send(new AbortMultipartUploadCommand({ Bucket: 'b', Key: 'k', UploadId: 'u' }));
  assert.equal(received.at(-1)?.method, 'DELETE');
});
