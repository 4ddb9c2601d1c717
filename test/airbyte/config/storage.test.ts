import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../../../lib/airbyte/config/config.ts';
import { readWith } from '../../../lib/airbyte/config/problems.ts';
import { STORAGE } from '../../../lib/airbyte/config/storage.ts';
import { readKey } from '../../../lib/airbyte/config/storage-rules.ts';

function problemsOf(value: unknown): readonly string[] {
  const config = readConfig(value);
  return 'problems' in config ? config.problems : [];
}

test('what object storage is called, and what lies in it, is checked with all the rest', () => {
  const of = (object_storage_config: unknown): readonly string[] => problemsOf({ credentials: { siteId: 's' }, object_storage_config });
  assert.deepEqual(
    of({
      storage_type: 'S3',
      secret_access_key: 'SECRET',
      s3_bucket_name: 's3://bucket',
      bucket_path: 'a/../b',
      s3_endpoint: 'minio:9000',
      path_format: '{namespce}/{hour:HH}',
      file_name_format: 'a/{part_number}',
    }),
    [
      'credentials.apiKey is missing',
      'object_storage_config.s3_bucket_name is not a bucket name: use 3 or more letters, digits, hyphens, underscores and dots',
      'object_storage_config.s3_endpoint must be an http(s) URL without credentials, query or fragment',
      'object_storage_config.bucket_path can\'t contain control characters, nor "." or ".." as a folder',
      'object_storage_config.path_format can\'t be used: unknown variable "namespce": did you mean "namespace"?',
      "object_storage_config.path_format can't be used: {hour} takes no format after a colon",
      'object_storage_config.file_name_format can\'t be used: must be a file name, without "/"',
      'object_storage_config.access_key_id is missing: it is needed with secret_access_key',
    ],
  );
  assert.deepEqual(of({ storage_type: 'S3', bucket_path: 'x'.repeat(1_000), access_key_id: 'i', secret_access_key: '' }), [
    'credentials.apiKey is missing',
    'object_storage_config.s3_bucket_name is missing',
    'object_storage_config.bucket_path is too long together with path_format and file_name_format: a key can be up to 1203 bytes long, more than 1024',
    'object_storage_config.secret_access_key is missing: it is needed with access_key_id',
  ]);
  assert.deepEqual(of({ storage_type: 'GCS', gcs_bucket_name: '', gcs_endpoint: 'ftp://x', service_account_json: '["SECRET"]' }), [
    'credentials.apiKey is missing',
    'object_storage_config.service_account_json is not a JSON object: paste the whole key file',
    'object_storage_config.gcs_bucket_name is empty',
    'object_storage_config.gcs_endpoint must be an http(s) URL without credentials, query or fragment',
  ]);
  assert.deepEqual(of('s3://bucket'), [
    'credentials.apiKey is missing',
    "object_storage_config must be an object whose storage_type is 'None', 'S3' or 'GCS'",
  ]);
  assert.deepEqual(of({ storage_type: 'FTP' }), [
    'credentials.apiKey is missing',
    "object_storage_config.storage_type must be 'None', 'S3' or 'GCS'",
  ]);
});

/** What is read of a configuration with S3, or its problems. */
const s3 = (more: object): unknown => readWith(STORAGE, { storage_type: 'S3', s3_bucket_name: 'bucket', ...more });
const problemsOfS3 = (more: object): unknown => Reflect.get(Object(s3(more)), 'problems');

test('absent is no storage, and the schema fills in what Airbyte leaves out', () => {
  assert.deepEqual(readWith(STORAGE, undefined), { data: undefined });
  assert.deepEqual(s3({}), {
    data: {
      storage_type: 'S3',
      s3_bucket_name: 'bucket',
      s3_bucket_region: '',
      bucket_path: '',
      format: { format_type: 'CSV', flattening: 'No flattening' },
      compression: { compression_type: 'No Compression' },
    },
  });
});

test('a choice that is none names its values', () => {
  assert.deepEqual(problemsOfS3({ format: { format_type: 'XML' }, compression: 'GZIP' }), [
    "format.format_type must be 'CSV' or 'JSONL'",
    "compression must be an object whose compression_type is 'No Compression' or 'GZIP'",
  ]);
  assert.deepEqual(problemsOfS3({ format: { format_type: 'CSV', flattening: 'all' } }), [
    "format.flattening must be 'No flattening' or 'Root level flattening'",
  ]);
});

test('a wrong template is reported by itself: its length says nothing', () => {
  const long = 'x'.repeat(1_000);
  assert.match(
    String(problemsOfS3({ bucket_path: long, path_format: '{nobody}' })),
    /^path_format can't be used: unknown variable "nobody"/,
  );
  assert.match(
    String(problemsOfS3({ bucket_path: long, path_format: '', file_name_format: '' })),
    /^bucket_path is too long together with/,
  );
  assert.match(String(problemsOfS3({ bucket_path: long, s3_endpoint: 'x' })), /bucket_path is too long together/);
});

test('half of a pair of keys is missing; an empty one is as good as absent', () => {
  assert.equal(problemsOfS3({ access_key_id: '', secret_access_key: '' }), undefined);
  assert.equal(problemsOfS3({ access_key_id: 'i', secret_access_key: 's' }), undefined);
  assert.deepEqual(problemsOfS3({ access_key_id: 'i' }), ['secret_access_key is missing: it is needed with access_key_id']);
});

test('a key file is a JSON object, blank is none', () => {
  const gcs = (service_account_json: string): unknown =>
    readWith(STORAGE, { storage_type: 'GCS', gcs_bucket_name: 'bucket', service_account_json });
  for (const text of ['', ' \n', ' {"type":"service_account"}\n']) assert.ok('data' in Object(gcs(text)), text);
  for (const text of ['x', '{', '"SECRET"', '{"private_key":"SECRET"'])
    assert.deepEqual(gcs(text), { problems: ['service_account_json is not a JSON object: paste the whole key file'] });
  assert.deepEqual(['{"a":1}', '[1]', '1', 'null', '{', ''].map(readKey), [
    { a: 1 },
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
