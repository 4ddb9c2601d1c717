/** Errors of the library name the key of the configuration that gave the option. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyOf, OPTION_KEYS } from '../../../lib/airbyte/config/option-keys.ts';
import { connectorSpec } from '../../../lib/airbyte/config/spec.ts';
import { connectorFailureOf } from '../../../lib/airbyte/failure.ts';
import { LMDB_STORE_SHAPE } from '../../../lib/dedupe/options.ts';
import { checkStore, lmdbStore, rejectWriter, trackWriter } from '../../../lib/index.ts';
import { REJECT_WRITER_SHAPE } from '../../../lib/reject/options.ts';
import { VALIDATE_SHAPE } from '../../../lib/stage/options.ts';
import { GCS_SHAPE, S3_SHAPE } from '../../../lib/storage/options.ts';
import { CREDENTIAL_SHAPE, TRACK_WRITER_SHAPE } from '../../../lib/write/options.ts';

const LIBRARY: Record<string, object> = {
  trackWriter: { ...CREDENTIAL_SHAPE, ...TRACK_WRITER_SHAPE },
  validate: VALIDATE_SHAPE,
  lmdbStore: LMDB_STORE_SHAPE,
  rejectWriter: { ...REJECT_WRITER_SHAPE, s3: S3_SHAPE, gcs: GCS_SHAPE },
};

/** Whether a JSON schema has a property at a path, in one of its alternatives. */
function has(schema: unknown, [step, ...rest]: readonly string[]): boolean {
  if (step === undefined) return true;
  const { properties = {}, oneOf = [], anyOf = [] } = Object(schema);
  if (step in properties && has(properties[step], rest)) return true;
  return [...oneOf, ...anyOf].some((each) => has(each, [step, ...rest]));
}

test('every key is one of the configuration, and every option one of the library', () => {
  const { connectionSpecification: spec } = connectorSpec() as { connectionSpecification: object };
  assert.equal(has(spec, ['object_storage_config', 's3_bucket_regio']), false);
  for (const [option, key] of Object.entries(OPTION_KEYS)) {
    assert.ok(has(spec, key.split('.')), key);
    const [of = '', ...path] = option.split('.');
    const found = path.reduce<unknown>((inner, step) => Reflect.get(Object(inner), step), LIBRARY[of]);
    assert.notEqual(found, undefined, option);
  }
});

test('what is wrong with an option is said with its key', async () => {
  const wrong: [() => unknown, RegExp][] = [
    [() => rejectWriter({ to: 's3://bucket/x', s3: { region: ' eu' } }), /^object_storage_config\.s3_bucket_region: has white space/],
    [() => rejectWriter({ to: 's3://bucket/x', pathFormat: '{x}' }), /^object_storage_config\.path_format: /],
    [() => rejectWriter({ to: 's3://b' }), /^object_storage_config: that is not a bucket name/],
    [() => trackWriter({ siteId: 'a\nb', apiKey: 'c' }), /^credentials\.siteId: has a line break/],
    [() => trackWriter({ siteId: 'a', apiKey: 'b', requestsPerSecond: 0 }), /^requests_per_second: /],
    [() => lmdbStore({ path: '' }), /^dedupe_directory: must be a folder/],
    [
      () => checkStore('s3://bucket/x', { s3: { accessKeyId: ' a', secretAccessKey: 'b' } }),
      /^object_storage_config\.access_key_id: has white/,
    ],
  ];
  for (const [run, message] of wrong) {
    const error = await Promise.resolve()
      .then(run)
      .catch((thrown) => thrown);
    const failure = connectorFailureOf(error);
    assert.match(failure.message, message);
    assert.equal(failure.type, 'config_error');
  }
  // What nobody can configure keeps the library's name.
  assert.equal(keyOf('trackWriter', 'giveUpMs'), undefined);
});
