import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../../lib/airbyte/config.ts';
import { judgeOf } from '../../lib/airbyte/judge.ts';
import type { StreamPlan } from '../../lib/airbyte/plan.ts';
import type { SourceRecord } from '../../lib/record/record.ts';
import { Rejection } from '../../lib/record/rejection.ts';
import { Skipped } from '../../lib/record/skipped.ts';

const base: StreamPlan = {
  name: 's',
  namespace: undefined,
  object: 'person_identify',
  mode: 'append_dedup',
  primaryKey: [['id']],
  cursor: ['at'],
};

/** What each row becomes. */
function outcomes(plan: Partial<StreamPlan>, rows: SourceRecord[]): string[] {
  const config = readConfig({ credentials: { siteId: 's', apiKey: 'k' } });
  assert.ok('data' in config);
  const judge = judgeOf({ ...base, ...plan }, config.data);
  return rows.map((record) => {
    const element = judge(record);
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

test('limits are enforced, and a row that is rejected outdates nothing', () => {
  const long = { person_email: 'a', id: 1, at: 9, note: 'x'.repeat(1_001) };
  assert.deepEqual(outcomes({}, [long, { id: 1, at: 8 }, { person_email: 'a', id: 1, at: 1 }]), ['too_large', 'invalid', 'identify']);
});
