import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { connectorSpec } from '../../../lib/airbyte/config/spec.ts';

interface Property {
  title?: string;
  description?: string;
  order?: number;
  airbyte_secret?: boolean;
  type?: string;
  properties?: Record<string, Property>;
  oneOf?: Property[];
}
const { connectionSpecification: schema, ...spec } = connectorSpec() as { connectionSpecification: Property & { required: string[] } };

/** Every property, with its path. */
function all(of: Property, path = ''): [string, Property][] {
  const inner = Object.entries(of.properties ?? {}).flatMap(([name, property]): [string, Property][] => [
    [`${path}${name}`, property],
    ...all(property, `${path}${name}.`),
  ]);
  return [...inner, ...(of.oneOf ?? []).flatMap((option) => all(option, path))];
}

test('is a draft-07 schema', () => {
  const ajv = new Ajv({ strict: false });
  assert.equal((schema as { $schema?: string }).$schema, 'http://json-schema.org/draft-07/schema#');
  assert.ok(ajv.validateSchema(schema), JSON.stringify(ajv.errors));
});

test('only the credentials are required, and it says what it can do', () => {
  assert.deepEqual(schema.required, ['credentials']);
  assert.deepEqual(spec, {
    documentationUrl: 'https://www.npmjs.com/package/customerio-streams',
    supportsIncremental: true,
    supported_destination_sync_modes: ['append', 'overwrite', 'append_dedup', 'update', 'soft_delete'],
  });
});

test('each field has a title and its place in the form; choices are objects with a constant', () => {
  for (const [path, { title, order, type, oneOf }] of all(schema)) {
    if (/_type$/.test(path)) continue;
    assert.ok(title, path);
    assert.equal(typeof order, 'number', path);
    if (oneOf) assert.equal(type, 'object', path);
  }
  for (const level of [schema.properties, ...all(schema).map(([, { properties }]) => properties)]) {
    const orders = Object.values(level ?? {}).map(({ order }) => order);
    assert.equal(new Set(orders).size, orders.length);
  }
});

test('secrets, and only they, are marked', () => {
  const secrets = all(schema).filter(([, { airbyte_secret }]) => airbyte_secret);
  assert.deepEqual(
    secrets.map(([path]) => path),
    [
      'credentials.siteId',
      'credentials.apiKey',
      'object_storage_config.access_key_id',
      'object_storage_config.secret_access_key',
      'object_storage_config.service_account_json',
    ],
  );
});
