import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deleter, type RecordMapping, setter } from '../../../lib/airbyte/catalog/destination-objects.ts';
import { parse } from '../../../lib/json/exact.ts';
import { Origin, withOrigin } from '../../../lib/record/origin.ts';
import type { SourceRecord } from '../../../lib/record/record.ts';
import { Rejection } from '../../../lib/record/rejection.ts';

/** The operation, or the field and message of the rejection. */
function made(toEntry: RecordMapping, record: SourceRecord): unknown {
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
