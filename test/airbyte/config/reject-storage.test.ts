import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { buildApp } from 'fauxqs';
import { type Config, readConfig } from '../../../lib/airbyte/config/config.ts';
import { rejectOptions, rejectStore } from '../../../lib/airbyte/config/reject-storage.ts';
import type { RejectWriterOptions } from '../../../lib/reject/options.ts';
import { createSandbox } from '../../../lib/sandbox/create-sandbox.ts';
import { configFor, errorsOf, row, run, runWrite, statesOf, streamOf } from '../../support/airbyte/connector.ts';

function optionsOf(storage: object, syncId?: string): RejectWriterOptions | undefined {
  const read = readConfig({ credentials: { siteId: 's', apiKey: 'k' }, object_storage_config: storage });
  assert.ok('data' in read, JSON.stringify(read));
  const { object_storage_config: config } = read.data as Config;
  return config && rejectOptions(config, syncId);
}

const s3 = { storage_type: 'S3', s3_bucket_name: 'bucket', s3_bucket_region: 'eu-west-1', bucket_path: 'a/b' };

test('None is not a store', () => {
  assert.equal(optionsOf({ storage_type: 'None' }), undefined);
  assert.equal(rejectStore(undefined, '1', {}), undefined);
});

test("S3 as in Airbyte's connector: CSV, no flattening, no compression, its own templates where none are given", () => {
  assert.deepEqual(optionsOf({ ...s3, role_arn: '', s3_endpoint: '', file_name_format: '', access_key_id: 'i', secret_access_key: 'k' }), {
    to: 's3://bucket/a/b',
    s3: { region: 'eu-west-1', accessKeyId: 'i', secretAccessKey: 'k' },
    format: 'csv',
    flattening: 'none',
    compression: 'none',
    pathFormat: '{namespace}/{stream_name}/',
    fileNameFormat: '{year}_{month}_{day}_{epoch}_{part_number}{format_extension}',
    rollBytes: 209_715_200,
  });
});

test('everything that can be said is handed on', () => {
  const all = optionsOf(
    {
      ...s3,
      s3_bucket_region: '',
      role_arn: 'arn',
      s3_endpoint: 'http://127.0.0.1:9000',
      format: { format_type: 'JSONL', flattening: 'Root level flattening' },
      compression: { compression_type: 'GZIP' },
      path_format: '{sync_id}/',
      file_name_format: '{part_number}',
    },
    '7',
  );
  assert.deepEqual(all, {
    to: 's3://bucket/a/b',
    s3: { endpoint: 'http://127.0.0.1:9000', roleArn: 'arn' },
    format: 'ndjson',
    flattening: 'root',
    compression: 'gzip',
    pathFormat: '{sync_id}/',
    fileNameFormat: '{part_number}',
    rollBytes: 209_715_200,
    syncId: '7',
  });
});

test('GCS: the key is JSON', () => {
  const gcs = { storage_type: 'GCS', gcs_bucket_name: 'bucket', gcs_endpoint: 'http://127.0.0.1:1' };
  const { to, gcs: access } = optionsOf({ ...gcs, service_account_json: '{"type":"service_account"}' }) ?? {};
  assert.deepEqual([to, access], ['gs://bucket/', { apiEndpoint: 'http://127.0.0.1:1', credentials: { type: 'service_account' } }]);
  assert.deepEqual(optionsOf({ ...gcs, service_account_json: ' ' })?.gcs, { apiEndpoint: 'http://127.0.0.1:1' });
});

test('rejected rows are in the bucket, whole, before their STATE comes out', async (t) => {
  const app = buildApp({ logger: false });
  t.after(() => app.close());
  const endpoint = await app.listen({ port: 0, host: '127.0.0.1' });
  const client = new S3Client({
    endpoint,
    region: 'eu-west-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'i', secretAccessKey: 'k' },
  });
  t.after(() => client.destroy());
  await client.send(new CreateBucketCommand({ Bucket: 'bucket' }));
  const sandbox = await createSandbox({ siteId: 'site', apiKey: 'SECRET-key' });
  t.after(() => sandbox.close());
  const storage = { ...s3, s3_endpoint: endpoint, access_key_id: 'i', secret_access_key: 'k', format: { format_type: 'JSONL' } };
  const config = configFor(sandbox.url, { object_storage_config: { ...storage, path_format: '{sync_id}/{namespace}/{stream_name}/' } });
  const checked = await run(t, ['check', '--config', config]);
  assert.equal(checked.messages.at(-1)?.connectionStatus.status, 'SUCCEEDED', JSON.stringify(checked.messages));
  const streams = [streamOf('person_identify', { sync_id: 7 }, { namespace: 'public' }), streamOf('person_event')];
  const ended = await runWrite(t, config, streams, [
    row('person_identify', { person_email: null, big: 1 }, { namespace: 'public' }).replace('1}', '12345678901234567890}'),
    row('person_event', { person_email: 'a@x.example', event_name: 'x'.repeat(101), timestamp: 1_700_000_000 }),
    row('person_event', { person_email: 'a@x.example', event_name: 'fine' }),
    JSON.stringify({ type: 'STATE', state: { data: {} } }),
  ]);
  assert.equal(ended.status, 0, JSON.stringify(ended.messages));
  assert.deepEqual(statesOf(ended)[0]?.destinationStats, { recordCount: 1, rejectedRecordCount: 2 });
  const { Contents: objects = [] } = await client.send(new ListObjectsV2Command({ Bucket: 'bucket' }));
  const texts = await Promise.all(
    objects.map(async ({ Key }) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: 'bucket', Key }));
      return `${Key?.replace(/[^/]*$/, '')} ${await Body?.transformToString()}`;
    }),
  );
  texts.sort();
  assert.equal(texts.length, 2, texts.join('\n'));
  assert.match(texts[0] ?? '', /^a\/b\/7\/\S*person_event\/ .*"rejected_reason":"too_large"/);
  assert.match(texts[1] ?? '', /^a\/b\/7\/public\/person_identify\/ .*"big":12345678901234567890.*"rejected_field":"person_email"/);
  const nowhere = configFor(sandbox.url, { object_storage_config: { ...storage, s3_bucket_name: 'nowhere' } });
  const refused = (await run(t, ['check', '--config', nowhere])).messages.at(-1)?.connectionStatus;
  assert.equal(refused?.status, 'FAILED');
  assert.match(refused?.message, /s3:\/\/nowhere/);
  const template = configFor(sandbox.url, { object_storage_config: { ...storage, path_format: '{namespce}/' } });
  assert.match((await run(t, ['check', '--config', template])).messages.at(-1)?.connectionStatus.message, /namespce/);
  const gone = await runWrite(t, nowhere, streams, [
    row('person_event', { person_email: 'a@x.example' }),
    JSON.stringify({ type: 'STATE', state: { data: {} } }),
  ]);
  assert.equal(gone.status, 1);
  assert.deepEqual([statesOf(gone).length, errorsOf(gone)[0]?.failure_type], [0, 'config_error']);
});
