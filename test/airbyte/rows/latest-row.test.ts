import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LatestRow } from '../../../lib/airbyte/rows/latest-row.ts';
import { parse } from '../../../lib/json/exact.ts';
import type { SourceRecord } from '../../../lib/record/record.ts';
import fc from '../../support/fast-check.ts';
import { runs } from '../../support/runs.ts';

test('older means: the same key, and a cursor that is less, as a number or a time', () => {
  const latest = new LatestRow([['id'], ['shop', 'id']], ['at']);
  const row = (at: unknown, id: unknown = 1, shop: unknown = 2): SourceRecord => ({ id, shop: { id: shop }, at });
  latest.accept(row('2026-01-02T00:00:00Z'));
  assert.equal(latest.isOutdated(row('2026-01-01T23:59:59Z')), true);
  assert.equal(latest.isOutdated(row('2026-01-02T00:00:00Z')), false);
  assert.equal(latest.isOutdated(row('2026-01-02T01:30:00+02:00')), true);
  assert.equal(latest.isOutdated(row('2026-01-03')), false);
  assert.equal(latest.isOutdated(row('2025-01-01', 1, 3)), false);
});

test('numbers and digits compare as numbers', () => {
  const latest = new LatestRow([['id']], ['n']);
  latest.accept({ id: 'a', n: 10 });
  assert.equal(latest.isOutdated({ id: 'a', n: 9 }), true);
  assert.equal(latest.isOutdated({ id: 'a', n: '9' }), true);
  assert.equal(latest.isOutdated({ id: 'a', n: '11.5' }), false);
  latest.accept(parse('{"id":"a","n":12345678901234567890}') as SourceRecord);
  assert.equal(latest.isOutdated({ id: 'a', n: 11 }), true);
});

test('what has no key, or no cursor that compares, is never older', () => {
  const latest = new LatestRow([['id']], ['n']);
  latest.accept({ id: null, n: 10 });
  assert.equal(latest.isOutdated({ id: null, n: 9 }), false);
  latest.accept({ id: 1, n: 10 });
  for (const n of [null, undefined, {}, 'later', true]) assert.equal(latest.isOutdated({ id: 1, n }), false, String(n));
  latest.accept({ id: 1, n: 'no time' });
  assert.equal(latest.isOutdated({ id: 1, n: 9 }), true);
});

test('only the keys used last are remembered', () => {
  const latest = new LatestRow([['id']], ['n'], [], 2);
  for (const id of [1, 2, 1, 3]) latest.accept({ id, n: 10 });
  assert.deepEqual(
    [1, 2, 3].map((id) => latest.isOutdated({ id, n: 9 })),
    [true, false, true],
  );
});

test('law: whatever comes in which order, the keys used last are remembered, and no others', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.array(fc.nat(9), { maxLength: 100 }), (maxKeys, ids) => {
      const latest = new LatestRow([['id']], ['n'], [], maxKeys);
      for (const id of ids) latest.accept({ id, n: 10 });
      const remembered = [...new Set(ids.toReversed())].slice(0, maxKeys);
      for (let id = 0; id < 10; id++) assert.equal(latest.isOutdated({ id, n: 9 }), remembered.includes(id), String(id));
    }),
    { numRuns: runs(500) },
  );
});

test('every digit counts: fractions of a second, and integers beyond a double', () => {
  const latest = new LatestRow([['id']], ['at']);
  const pairs: [older: unknown, newer: unknown][] = [
    ['2024-01-01T00:00:00.100000Z', '2024-01-01T00:00:00.900000Z'],
    ['2024-01-01T00:00:00Z', '2024-01-01 01:00:00.000001+01:00'],
    ['12345678901234567890', '12345678901234567891'],
    [0.1, '0.2'],
    [-2, -1.5],
    [1e21, 2e21],
    [1e-7, 1],
  ];
  pairs.push(parse('[12345678901234567890, 12345678901234567891]') as unknown[] as [unknown, unknown]);
  for (const [id, [older, newer]] of pairs.entries()) {
    latest.accept({ id, at: newer });
    assert.equal(latest.isOutdated({ id, at: older }), true, String(older));
    assert.equal(latest.isOutdated({ id, at: newer }), false);
    latest.accept({ id: -1 - id, at: older });
    assert.equal(latest.isOutdated({ id: -1 - id, at: newer }), false);
  }
});

test('identifiers among the keys are compared as Customer.io does, other keys as they are', () => {
  const latest = new LatestRow([['person_email']], ['at'], ['person_email']);
  latest.accept({ person_email: ' Ada@x.io', at: 2 });
  assert.equal(latest.isOutdated({ person_email: 'ada@x.io\u200b', at: 1 }), true);
  const byId = new LatestRow([['person_id']], ['at'], ['person_id']);
  byId.accept({ person_id: 'a ', at: 2 });
  assert.equal(byId.isOutdated({ person_id: 'a', at: 1 }), true);
  assert.equal(byId.isOutdated({ person_id: 'A', at: 1 }), false);
  const byKey = new LatestRow([['person_email'], ['data', 'person_id']], ['at'], ['person_id']);
  byKey.accept({ person_email: 'a@x.io', data: { person_id: 'a' }, at: 2 });
  assert.equal(byKey.isOutdated({ person_email: 'A@x.io', data: { person_id: 'a' }, at: 1 }), false);
  assert.equal(byKey.isOutdated({ person_email: 'a@x.io', data: { person_id: 'a ' }, at: 1 }), false);
});
