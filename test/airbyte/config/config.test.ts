import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { accountOfConfig, type Config, readConfig } from '../../../lib/airbyte/config/config.ts';
import { connectorSpec } from '../../../lib/airbyte/config/spec.ts';
import type { S3Storage } from '../../../lib/airbyte/config/storage.ts';
import fc from '../../support/fast-check.ts';

const credentials = { siteId: 's', apiKey: 'k' };

function read(value: unknown): Config {
  const config = readConfig(value);
  assert.ok('data' in config, JSON.stringify(config));
  return config.data;
}

function problemsOf(value: unknown): readonly string[] {
  const config = readConfig(value);
  return 'problems' in config ? config.problems : [];
}

test("configurations made for Airbyte's connector are taken as they are", () => {
  const bare = read({ credentials });
  assert.deepEqual(
    [bare.identifierType, bare.region, bare.requests_per_second, bare.concurrency, bare.strict],
    ['email', 'auto', 100, 10, false],
  );
  assert.equal(bare.object_storage_config, undefined);
  assert.deepEqual(read({ credentials, object_storage_config: { storage_type: 'None' } }).object_storage_config, { storage_type: 'None' });
  const s3 = {
    storage_type: 'S3',
    access_key_id: 'a',
    secret_access_key: 'b',
    s3_bucket_name: 'bucket',
    s3_bucket_region: 'us-west-1',
    bucket_path: 'prefix/',
    format: { format_type: 'CSV', flattening: 'No flattening' },
  };
  const old = read({ credentials, identifierType: 'cio_id', object_storage_config: s3 }).object_storage_config as S3Storage;
  assert.deepEqual(
    [old.path_format, old.file_name_format, old.compression],
    [undefined, undefined, { compression_type: 'No Compression' }],
  );
  const full = {
    ...s3,
    role_arn: '',
    s3_endpoint: '',
    format: { format_type: 'JSONL' },
    compression: { compression_type: 'GZIP' },
    path_format: '{sync_id}/{namespace}/{stream_name}/',
    file_name_format: '{date}_{timestamp}_{part_number}{format_extension}',
  };
  const filled = read({ credentials, object_storage_config: full }).object_storage_config as S3Storage;
  assert.deepEqual([filled.format, filled.path_format], [{ format_type: 'JSONL', flattening: 'No flattening' }, full.path_format]);
});

test('object storage under its early spelling is the same; under both it is a mistake', () => {
  const s3 = { storage_type: 'S3', s3_bucket_name: 'bucket', path_format: '{NAMESPACE}/{Hour}_{minute}_{second}_{millisecond}/{uuid}' };
  const early = readConfig({ credentials, objectStorageConfig: s3 });
  assert.ok('data' in early, JSON.stringify(early));
  assert.deepEqual(early, readConfig({ credentials, object_storage_config: s3 }));
  assert.deepEqual(early.unknown, []);
  assert.deepEqual(problemsOf({ credentials, objectStorageConfig: { storage_type: 'S3' } }), [
    'objectStorageConfig.s3_bucket_name is missing',
  ]);
  assert.deepEqual(problemsOf({ credentials, region: 'x', objectStorageConfig: s3, object_storage_config: s3 }), [
    'objectStorageConfig is set as well as object_storage_config: keep one',
    "region must be 'auto', 'us' or 'eu'",
  ]);
  assert.equal(read({ credentials, objectStorageConfig: null }).object_storage_config, undefined);
});

test('credentials lose the white space around them', () => {
  assert.deepEqual(read({ credentials: { siteId: ' s\n', apiKey: 'k\r\n' } }).credentials, credentials);
  assert.deepEqual(problemsOf({ credentials: { siteId: ' ', apiKey: 'k' } }), ['credentials.siteId must not be empty']);
  assert.deepEqual(problemsOf({ credentials: { siteId: 's', apiKey: 'a\nb' } }), [
    'credentials.apiKey has a line break or another control character in it',
  ]);
});

test('every problem is reported at once, with its path, and never with the value', () => {
  const value = {
    credentials: { siteId: '', apiKey: 12345 },
    identifierType: 'name',
    requests_per_second: 0,
    api_base_url: 'https://me:secret@x.example',
    object_storage_config: { storage_type: 'S3', bucket_path: 1 },
  };
  assert.deepEqual(problemsOf(value), [
    'credentials.siteId is empty',
    'credentials.apiKey must be text',
    'identifierType must be one of email, id, cio_id, phone',
    'requests_per_second must be more than 0',
    'object_storage_config.s3_bucket_name is missing',
    'object_storage_config.bucket_path must be text',
    'api_base_url must be an http(s) URL without credentials, query or fragment',
  ]);
  assert.deepEqual(problemsOf({ credentials, api_base_url: 'http://[' }), [
    'api_base_url must be an http(s) URL without credentials, query or fragment',
  ]);
  assert.deepEqual(problemsOf({ credentials, api_base_url: 'x' }), [
    'api_base_url must be an http(s) URL without credentials, query or fragment',
  ]);
  assert.deepEqual(problemsOf({}), ['credentials is missing']);
  for (const value of [null, [], [1], 'SECRET', 7, true]) {
    assert.deepEqual(readConfig(value), { problems: ['must be a JSON object'], unknown: [] });
  }
});

test('unknown fields are logged, not refused', () => {
  assert.deepEqual(readConfig({ credentials, regio: 'eu' }).unknown, ['unknown field "regio": did you mean "region"?']);
  assert.equal(read({ credentials, destinationType: 'customer-io' }).region, 'auto');
});

test('the account: an address of its own, if there is one', () => {
  assert.deepEqual(accountOfConfig(read({ credentials, region: 'eu', api_base_url: '' })), { ...credentials, region: 'eu' });
  assert.equal(accountOfConfig(read({ credentials, api_base_url: 'http://127.0.0.1:1' })).baseUrl, 'http://127.0.0.1:1');
});

test('law: the JSON schema that Airbyte sees and the schema that reads agree on every configuration', () => {
  const { connectionSpecification } = connectorSpec() as { connectionSpecification: object };
  const isValid = new Ajv({ strict: false }).compile(connectionSpecification);
  const odd = fc.constantFrom<unknown>(
    '',
    'x',
    0,
    1,
    1.5,
    -1,
    2_000_000,
    true,
    null,
    [],
    {},
    'http://x.example/',
    'https://a@b',
    'ftp://x',
  );
  const some = (shape: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<object> => fc.record(shape, { requiredKeys: [] });
  /** One field in `oneIn` holds something odd. */
  const configs = (oneIn: number): fc.Arbitrary<object> => {
    const orOdd = (arbitrary: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
      fc.oneof({ weight: oneIn - 1, arbitrary }, { weight: 1, arbitrary: odd });
    const maybe = (...values: unknown[]): fc.Arbitrary<unknown> => orOdd(fc.constantFrom(...values));
    const account = { siteId: maybe('s', ' s\n', ' '), apiKey: maybe('k') };
    const storage = some({
      storage_type: maybe('None', 'S3', 'GCS'),
      s3_bucket_name: maybe('bucket'),
      gcs_bucket_name: maybe('bucket'),
      s3_bucket_region: maybe('eu-west-1'),
      bucket_path: maybe('p'),
      service_account_json: maybe('{}'),
      path_format: maybe('{sync_id}/'),
      format: orOdd(some({ format_type: maybe('CSV', 'JSONL'), flattening: maybe('No flattening', 'Root level flattening') })),
      compression: orOdd(some({ compression_type: maybe('GZIP', 'No Compression') })),
      other: odd,
    });
    return some({
      credentials: orOdd(fc.oneof(fc.record(account), some(account))),
      region: maybe('eu', 'us', 'auto'),
      identifierType: maybe('email', 'phone'),
      default_object: maybe('person_event', 'object_identify'),
      requests_per_second: maybe(1, 0.5),
      concurrency: maybe(1, 1_000),
      strict: maybe(true, false),
      dedupe_directory: maybe('/tmp'),
      api_base_url: maybe('http://127.0.0.1:8080', ''),
      object_storage_config: orOdd(storage),
      other: odd,
    });
  };
  let [good, bad] = [0, 0];
  fc.assert(
    fc.property(fc.oneof(configs(4), configs(40)), (value) => {
      const ours = 'data' in readConfig(value);
      if (ours) good++;
      else bad++;
      assert.equal(isValid(value), ours, JSON.stringify([isValid.errors, readConfig(value)]));
    }),
    { numRuns: 2_000 },
  );
  assert.ok(good > 100 && bad > 1_000, `${good} good, ${bad} bad`);
});

test('unknown fields inside of others are logged, too', () => {
  const storage = {
    storage_type: 'S3',
    s3_bucket_name: 'bucket',
    format: { format_type: 'CSV', compression: { compression_type: 'GZIP' } },
  };
  assert.deepEqual(
    readConfig({ credentials: { ...credentials, region: 'eu' }, object_storage_config: { ...storage, s3_path: 'x' } }).unknown,
    [
      'unknown field "credentials.region"',
      'unknown field "object_storage_config.format.compression"',
      'unknown field "object_storage_config.s3_path"',
    ],
  );
});
