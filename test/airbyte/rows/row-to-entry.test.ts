import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CatalogStream } from '../../../lib/airbyte/catalog/catalog.ts';
import { readConfig } from '../../../lib/airbyte/config/config.ts';
import { type RowToEntry, rowToEntry } from '../../../lib/airbyte/rows/row-to-entry.ts';
import { loadHash } from '../../../lib/hash.ts';
import { Entry } from '../../../lib/record/entry.ts';
import type { SourceRecord } from '../../../lib/record/record.ts';
import { Rejection } from '../../../lib/record/rejection.ts';
import { Skipped } from '../../../lib/record/skipped.ts';

await loadHash();

const base: CatalogStream = {
  name: 's',
  namespace: undefined,
  object: 'person_identify',
  mode: 'append_dedup',
  primaryKey: [['id']],
  cursor: ['at'],
};

function rulesOf(plan: Partial<CatalogStream>): RowToEntry {
  const config = readConfig({ credentials: { siteId: 's', apiKey: 'k' } });
  assert.ok('data' in config);
  return rowToEntry({ ...base, ...plan }, config.data);
}

/** What each row becomes. */
function outcomes(plan: Partial<CatalogStream>, rows: SourceRecord[]): string[] {
  const toEntry = rulesOf(plan);
  return rows.map((record) => {
    const element = toEntry(record);
    if (element instanceof Rejection) return element.cause.reason;
    return element instanceof Skipped ? element.reason : String(element.operation.action);
  });
}

const rows = [
  { person_email: 'a', id: 1, at: 2 },
  { person_email: 'a', id: 1, at: 1 },
  { person_email: 'a', id: 1, at: 3, _ab_cdc_deleted_at: 'now' },
  { person_email: 'a', id: 1, at: 3, _ab_cdc_deleted_at: null },
];

test('keyed modes: older rows are skipped, deleted ones delete', () => {
  assert.deepEqual(outcomes({}, rows), ['identify', 'outdated', 'delete', 'identify']);
  assert.deepEqual(outcomes({ mode: 'update' }, rows), ['identify', 'outdated', 'delete', 'identify']);
  assert.deepEqual(outcomes({ primaryKey: [] }, rows), ['identify', 'identify', 'delete', 'identify']);
});

test('in append mode, and for events, every row is news; soft_delete takes all away', () => {
  for (const mode of ['append', 'overwrite'] as const)
    assert.deepEqual(outcomes({ mode }, rows), ['identify', 'identify', 'identify', 'identify']);
  const events = rows.map((row) => ({ ...row, event_name: 'e' }));
  assert.deepEqual(outcomes({ object: 'person_event' }, events), ['event', 'event', 'event', 'event']);
  assert.deepEqual(outcomes({ mode: 'soft_delete' }, rows), ['delete', 'delete', 'delete', 'delete']);
});

test('two streams that both count from 1: their events differ, and a row that comes again is the same event', () => {
  const idOf = (name: string, person_email: string, event_name: string): unknown => {
    const element = rulesOf({ name, object: 'person_event', mode: 'append' })({ person_email, event_name, event_id: 1 });
    assert.ok(element instanceof Entry);
    return element.operation.id;
  };
  const order = idOf('orders', 'ada@example.com', 'order_placed');
  assert.notEqual(idOf('refunds', 'bob@example.com', 'order_refunded'), order);
  assert.notEqual(idOf('orders', 'bob@example.com', 'order_placed'), order);
  assert.equal(idOf('orders', ' Ada@example.com', 'order_placed'), order);
});

test('identifiers are trimmed and checked for every object, in deletes too, by the column', () => {
  const right: SourceRecord = { person_email: ' a@x.io\u200b', object_type_id: ' 1', object_id: 'acme\u00a0', event_name: 'e' };
  const cases = [
    ...[{ object: 'person_identify', mode: 'append' } as const, { object: 'person_identify', mode: 'soft_delete' } as const],
    ...[{ object: 'object_identify', mode: 'append' } as const, { object: 'object_identify', mode: 'soft_delete' } as const],
    ...[{ object: 'person_relationship', mode: 'append' } as const, { object: 'person_event', mode: 'append' } as const],
  ];
  for (const plan of cases) {
    const element = rulesOf(plan)(right);
    assert.ok(element instanceof Entry, plan.object);
    const isObject = plan.object === 'object_identify';
    assert.match(element.json, isObject ? /"object_type_id":"1","object_id":"acme"/ : /"email":"a@x\.io"/);
    const column = isObject ? 'object_id' : 'person_email';
    const refused = rulesOf(plan)({ ...right, [column]: 'NULL' });
    assert.ok(refused instanceof Rejection);
    assert.deepEqual([refused.cause.field, refused.cause.message.slice(0, 31)], [column, 'is "NULL", which means no value']);
  }
});

test("an event has the limits of the connector's page", () => {
  const event = { person_email: 'a@x.io', event_name: 'e', event_id: 1 };
  const rows = [
    { ...event, note: 'x'.repeat(1_000) },
    { ...event, note: 'x'.repeat(1_001) },
  ];
  assert.deepEqual(outcomes({ object: 'person_event', mode: 'append' }, rows), ['event', 'too_large']);
});

test('limits are enforced, and a row that is rejected outdates nothing', () => {
  const long = { person_email: 'a', id: 1, at: 9, note: 'x'.repeat(1_001) };
  assert.deepEqual(outcomes({}, [long, { id: 1, at: 8 }, { person_email: 'a', id: 1, at: 1 }]), ['too_large', 'invalid', 'identify']);
});
