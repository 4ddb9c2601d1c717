/** Entries that wait: what is out of the ordinary about them, and memory that fills up. That nothing is lost is said in batch.test.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Entry, type Warning } from '../../lib/record/entry.ts';
import type { Origin } from '../../lib/record/origin.ts';
import { EntryColumns } from '../../lib/write/entry-columns.ts';
import { flat, originFrom } from '../support/flat-origin.ts';

const entry = (origin: Origin | undefined, warnings?: readonly Warning[]): Entry => new Entry({}, '{}', { row: 1 }, origin, warnings);
const read = (raw: string, line = 1): Origin => originFrom({ raw, line, source: 'f' });

test('of an ordinary entry no object is kept', () => {
  const entries = new EntryColumns(100);
  entries.add(entry(read('{}')));
  entries.add(entry(read('{}'), ['truncated']));
  entries.add(entry(undefined));
  assert.equal(entries.extra(0), undefined);
  assert.deepEqual(entries.extra(1), { warnings: ['truncated'], observer: undefined, origin: undefined, record: undefined });
  assert.deepEqual(entries.extra(2)?.record, { row: 1 });
  assert.equal(entries.size, 3);
});

test('if the memory for texts is full, the origins that do not fit are kept as they are', () => {
  const entries = new EntryColumns(40);
  const origins = Array.from({ length: 10 }, (_, n) => read(`{"é":${n}}`, n));
  for (const origin of origins) entries.add(entry(origin));
  origins.forEach((origin, index) => {
    assert.deepEqual(flat(entries.origin(index)), flat(origin));
  });
  const asObjects = origins.filter((origin, index) => entries.origin(index) === origin);
  assert.ok(asObjects.length > 0 && asObjects.length < origins.length, `${asObjects.length}`);
});

test('behind many entries without a place there is room for one with it', () => {
  const entries = new EntryColumns(100);
  for (let n = 0; n < 1_000; n++) entries.add(entry(undefined));
  entries.add(entry(read('{"a":1}', 7)));
  assert.deepEqual(flat(entries.origin(1_000)), flat(read('{"a":1}', 7)));
  assert.equal(entries.origin(999), undefined);
});

test('cleared, it is empty, and its memory is used again', () => {
  const entries = new EntryColumns(30);
  for (let round = 0; round < 5; round++) {
    entries.add(entry(read('{"a":1}', round)));
    entries.add(entry(originFrom({ raw: '{}', eventId: 'E' })));
    const origin = entries.origin(0);
    assert.deepEqual([origin?.raw, origin?.line, entries.extra(0)], ['{"a":1}', round, undefined]);
    entries.clear();
    assert.deepEqual([entries.size, entries.extra(1), entries.origin(0)], [0, undefined, undefined]);
  }
});
