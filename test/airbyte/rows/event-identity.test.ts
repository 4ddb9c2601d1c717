import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CatalogStream } from '../../../lib/airbyte/catalog/catalog.ts';
import { eventIdOf } from '../../../lib/airbyte/rows/event-identity.ts';
import { loadHash } from '../../../lib/hash.ts';
import { isUlid } from '../../../lib/track/event-id.ts';

await loadHash();

const plan: CatalogStream = {
  name: 'events',
  namespace: 'shop',
  object: 'person_event',
  mode: 'append',
  primaryKey: [['order', 'id']],
  cursor: undefined,
};
const idOf = (record: Record<string, unknown>, at: CatalogStream = plan): string | undefined =>
  eventIdOf(at, record, JSON.stringify(record));

test('the same row of the same stream has the same id in every run, another row another', () => {
  const row = { event_name: 'bought', order: { id: 7 } };
  const id = idOf(row);
  assert.ok(id !== undefined && isUlid(id));
  assert.equal(idOf({ ...row }), id);
  const others = [idOf({ ...row, total: 1 }), idOf(row, { ...plan, name: 'other' }), idOf(row, { ...plan, namespace: undefined })];
  assert.equal(new Set([id, ...others]).size, 4);
});

test("Airbyte's own columns, which differ in every sync, don't count", () => {
  const record = { event_name: 'bought', timestamp: 1_700_000_000 };
  const first = eventIdOf(plan, record, '{"_airbyte_raw_id":"a","event_name":"bought","timestamp":1700000000}');
  const again = eventIdOf(plan, record, '{"_airbyte_raw_id":"b","event_name":"bought","timestamp":1700000000}');
  assert.equal(first, again);
  assert.equal(first, idOf(record));
});

test('an event_id of its own is left to validate(); without key and time nothing distinguishes two equal rows', () => {
  assert.equal(idOf({ event_name: 'x', event_id: 'e1', order: { id: 1 } }), undefined);
  assert.equal(idOf({ event_name: 'x', event_id: null, order: { id: null } }), undefined);
  assert.equal(idOf({ event_name: 'x' }, { ...plan, primaryKey: [] }), undefined);
  assert.ok(idOf({ event_name: 'x', timestamp: 1 }, { ...plan, primaryKey: [] }));
});

test('a blank event_id is none', () => {
  const row = { event_name: 'x', timestamp: 1 };
  assert.notEqual(idOf({ ...row, event_id: '  ' }), undefined);
  // Left to validate(), which rejects it: it can't be made a text.
  assert.equal(idOf({ ...row, event_id: { toString: 1, valueOf: 1 } }), undefined);
});
