import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { deleter, matchingKeys, type RowMapping, setter } from '../../../lib/airbyte/catalog/destination-objects.ts';
import { operations } from '../../../lib/airbyte/catalog/discover.ts';
import { OBJECT_NAMES, readConfig } from '../../../lib/airbyte/config/config.ts';
import { parse } from '../../../lib/json/exact.ts';
import { Origin, withOrigin } from '../../../lib/record/origin.ts';
import type { SourceRecord } from '../../../lib/record/record.ts';
import { Rejection } from '../../../lib/record/rejection.ts';

/** The operation, or the field and message of the rejection. */
function made(toEntry: RowMapping, record: SourceRecord): unknown {
  const element = toEntry(withOrigin(record, new Origin({ line: 1 })));
  return element instanceof Rejection ? `${element.cause.field} ${element.cause.message}` : JSON.parse(element.json);
}

test('objects and relationships: ids as text, the other columns as attributes', () => {
  assert.deepEqual(made(setter('object_identify', 'email'), { object_type_id: 2, object_id: 'acme', size: 3 }), {
    type: 'object',
    action: 'identify',
    identifiers: { object_type_id: '2', object_id: 'acme' },
    attributes: { size: 3 },
  });
  const row = parse(
    '{"person_id":12345678901234567890,"object_type_id":"1","object_id":12345678901234567891,"role":"boss"}',
  ) as SourceRecord;
  const element = setter('person_relationship', 'id')(row);
  assert.ok(!(element instanceof Rejection));
  assert.equal(
    element.json,
    '{"type":"person","action":"add_relationships","identifiers":{"id":12345678901234567890},"cio_relationships":[{"identifiers":{"object_type_id":"1","object_id":"12345678901234567891"},"relationship_attributes":{"role":"boss"}}]}',
  );
  const bare = made(setter('person_relationship', 'email'), { person_email: 'a', object_type_id: '1', object_id: 'b' });
  assert.deepEqual(bare, {
    type: 'person',
    action: 'add_relationships',
    identifiers: { email: 'a' },
    cio_relationships: [{ identifiers: { object_type_id: '1', object_id: 'b' } }],
  });
});

test('deletes take the keys and nothing else', () => {
  const keys = { object_type_id: '1', object_id: 'b' };
  assert.deepEqual(made(deleter('person_identify', 'phone'), { person_phone: '+1', plan: 'x' }), {
    type: 'person',
    action: 'delete',
    identifiers: { phone: '+1' },
  });
  assert.deepEqual(made(deleter('object_identify', 'email'), { ...keys, x: 1 }), { type: 'object', action: 'delete', identifiers: keys });
  assert.deepEqual(made(deleter('person_relationship', 'email'), { ...keys, person_email: 'a', x: 1 }), {
    type: 'person',
    action: 'delete_relationships',
    identifiers: { email: 'a' },
    cio_relationships: [{ identifiers: keys }],
  });
});

test('a rejection names the column of the row', () => {
  assert.equal(made(deleter('person_identify', 'email'), { email: 'a' }), 'person_email is missing');
  assert.equal(made(deleter('person_identify', 'email'), { person_email: null }), 'person_email is null');
  assert.equal(made(deleter('person_identify', 'email'), { person_email: ' ' }), 'person_email is empty');
  assert.equal(made(deleter('person_identify', 'email'), { person_email: 5 }), 'person_email must be text');
  assert.equal(made(setter('object_identify', 'email'), { object_type_id: '1' }), 'object_id is missing');
  assert.equal(
    made(setter('person_relationship', 'id'), { person_id: true, object_type_id: 1, object_id: 1 }),
    'person_id must be text or a number',
  );
});

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
      assert.match(String(made(setter(object, 'cio_id'), without)), new RegExp(`^${key} is missing`));
    }
  }
});
