/** Entries that wait: what is out of the ordinary about them, and memory that fills up. That nothing is lost is said in batch.test.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeliveryObserver } from '../../lib/record/delivery-observer.ts';
import { Entry, type Warning } from '../../lib/record/entry.ts';
import type { Origin } from '../../lib/record/origin.ts';
import { EntryColumns } from '../../lib/write/entry-columns.ts';
import { TextPages } from '../../lib/write/text-pages.ts';
import { flat, originFrom } from '../support/flat-origin.ts';
import { blockOf, OperationRow } from '../support/operation-rows.ts';

const entry = (origin: Origin | undefined, warnings?: readonly Warning[]): Entry => new Entry({}, '{}', { row: 1 }, origin, warnings);
const read = (raw: string, line = 1): Origin => originFrom({ raw, line, source: 'f' });

test('what is kept of each: warnings, observer, the record if its text is not known', () => {
  const entries = new EntryColumns(new TextPages(100_000));
  const observer = {} as DeliveryObserver;
  entries.add(entry(read('{}')));
  assert.ok(entries.isPlain);
  entries.add(entry(read('{}'), ['truncated']));
  assert.ok(!entries.isPlain);
  entries.add(entry(undefined));
  entries.addRow(new OperationRow().read(blockOf([{ a: 1 }]), 0, ['odd_email'], observer));
  const kept = [0, 1, 2, 3].map((index) => [entries.shared(index).warnings, entries.shared(index).observer, entries.record(index)]);
  assert.deepEqual(kept, [
    [undefined, undefined, undefined],
    [['truncated'], undefined, undefined],
    [undefined, undefined, { row: 1 }],
    [['odd_email'], observer, undefined],
  ]);
  assert.equal(entries.size, 4);
});

test('an observer alone makes a list one that is not plain', () => {
  const entries = new EntryColumns(new TextPages(100_000));
  entries.addRow(new OperationRow().read(blockOf([{}]), 0, undefined, {} as DeliveryObserver));
  assert.ok(!entries.isPlain);
  entries.clear();
  assert.ok(entries.isPlain);
});

test('rows keep their origin as numbers and a copy of their text', () => {
  const block = blockOf(Array.from({ length: 10 }, (_, n) => ({ é: n })));
  const origins = Array.from({ length: block.size }, (_, row) => flat(block.origin(row)));
  const [entries, row] = [new EntryColumns(new TextPages(100_000)), new OperationRow()];
  for (let n = 0; n < block.size; n++) entries.addRow(row.read(block, n));
  block.bytes.fill('!');
  const kept = origins.map((_, index) => flat(entries.origin(index)));
  assert.deepEqual(kept, origins);
  assert.deepEqual([origins[9]?.raw, origins[9]?.line, origins[9]?.source], ['{"é":9}', 10, 'f']);
});

test('texts of every length are kept: such as fill a page, and such as need one of their own', () => {
  const entries = new EntryColumns(new TextPages(100_000));
  const origins = Array.from({ length: 200 }, (_, n) => read(`{"é":"${'x'.repeat(n % 50 === 7 ? 70_000 : (n * 97) % 1_000)}"}`, n));
  for (let round = 0; round < 2; round++) {
    for (const origin of origins) entries.add(entry(origin));
    origins.forEach((origin, index) => {
      assert.deepEqual(flat(entries.origin(index)), flat(origin));
      assert.notEqual(entries.origin(index), origin, 'an object is kept');
    });
    entries.clear();
  }
});

test('lists share the memory of texts, and a list that is cleared gives it back, up to a limit', () => {
  const pages = new TextPages(65_536);
  const textAfterReuse = (...texts: string[]): (string | undefined)[] => {
    const entries = new EntryColumns(pages);
    for (const text of texts) entries.add(entry(read(text)));
    const origins = texts.map((_, index) => entries.origin(index));
    entries.clear();
    const others = new EntryColumns(pages);
    for (const text of texts) others.add(entry(read('!'.repeat(text.length))));
    return origins.map((origin) => origin?.raw?.slice(0, 3));
  };
  const [short, page, long] = ['x'.repeat(20), 'x'.repeat(21_000), 'x'.repeat(70_000)];
  assert.deepEqual(textAfterReuse(short), ['!!!'], 'the memory was used again');
  assert.deepEqual(textAfterReuse(page, page, page, page), ['!!!', 'xxx', 'xxx', 'xxx'], 'one page is kept');
  assert.deepEqual(textAfterReuse(long), ['xxx'], 'long ones are not');
});

test('behind many entries without a place there is room for one with it', () => {
  const entries = new EntryColumns(new TextPages(100_000));
  for (let n = 0; n < 1_000; n++) entries.add(entry(undefined));
  entries.add(entry(read('{"a":1}', 7)));
  assert.deepEqual(flat(entries.origin(1_000)), flat(read('{"a":1}', 7)));
  assert.equal(entries.origin(999), undefined);
});

test('cleared, it is empty, and its memory is used again', () => {
  const entries = new EntryColumns(new TextPages(100_000));
  for (let round = 0; round < 5; round++) {
    entries.add(entry(read('{"a":1}', round)));
    entries.add(entry(originFrom({ raw: '{}', eventId: 'E' })));
    const origin = entries.origin(0);
    assert.deepEqual([origin?.raw, origin?.line, entries.shared(0).warnings], ['{"a":1}', round, undefined]);
    assert.equal(entries.origin(1)?.eventId, 'E');
    entries.clear();
    assert.deepEqual([entries.size, entries.isPlain], [0, true]);
  }
});
