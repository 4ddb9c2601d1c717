import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { matchingKeys, setter } from '../../../lib/airbyte/catalog/destination-objects.ts';
import { operations } from '../../../lib/airbyte/catalog/discover.ts';
import { OBJECT_NAMES, readConfig } from '../../../lib/airbyte/config/config.ts';
import { Rejection } from '../../../lib/record/rejection.ts';

test('discover shows each object in its modes, with keys and schemas that fit', () => {
  const config = readConfig({ credentials: { siteId: 's', apiKey: 'k' }, identifierType: 'cio_id' });
  assert.ok('data' in config);
  const all = operations(config.data) as { object_name: string; sync_mode: string; json_schema: object; matching_keys?: string[][] }[];
  assert.deepEqual(
    all.map(({ object_name, sync_mode, matching_keys }) => `${object_name} ${sync_mode} ${matching_keys?.join('+') ?? ''}`.trim()),
    [
      'person_identify append_dedup person_cio_id',
      'person_identify update person_cio_id',
      'person_identify append',
      'person_identify soft_delete person_cio_id',
      'person_event append',
      'object_identify append_dedup object_type_id+object_id',
      'object_identify update object_type_id+object_id',
      'object_identify append',
      'object_identify soft_delete object_type_id+object_id',
      'person_relationship append_dedup person_cio_id+object_type_id+object_id',
      'person_relationship append',
      'person_relationship soft_delete person_cio_id+object_type_id+object_id',
    ],
  );
  const row = { person_cio_id: 'c', object_type_id: '1', object_id: 'o', event_name: 'e', event_id: 'i', timestamp: 1, other: [1] };
  for (const { json_schema } of all) assert.ok(new Ajv({ strict: false }).validate(json_schema, row));
  for (const object of OBJECT_NAMES) {
    const { json_schema } = all.find(({ object_name }) => object_name === object) as { json_schema: object };
    for (const key of matchingKeys(object, 'cio_id')) {
      const { [key]: _, ...without } = row as Record<string, unknown>;
      assert.equal(new Ajv({ strict: false }).validate(json_schema, without), false, `${object} without ${key}`);
      const made = setter(object, 'cio_id')(without);
      assert.ok(made instanceof Rejection);
      assert.match(`${made.cause.field} ${made.cause.message}`, new RegExp(`^${key} is missing`));
    }
  }
});
