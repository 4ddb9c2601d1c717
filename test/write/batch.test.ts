import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Entry } from '../../lib/record/entry.ts';
import { Origin } from '../../lib/record/origin.ts';
import { Batch } from '../../lib/write/batch.ts';
import { Lanes } from '../../lib/write/lanes.ts';
import { TextPages } from '../../lib/write/text-pages.ts';
import { FakeClock } from '../support/fake-clock.ts';
import fc from '../support/fast-check.ts';
import { type FlatOrigin, flat, originFrom } from '../support/flat-origin.ts';

const operation = (n: number): Record<string, unknown> => ({ type: 'person', action: 'delete', identifiers: { id: 'é'.repeat(n % 7) }, n });

/** Entries of every kind: from bytes, from text, from a program, with a warning. */
const entry = fc
  .record({ n: fc.nat(1_000), kind: fc.constantFrom('bytes', 'text', 'csv', 'value', 'eventId', 'part') })
  .map(({ n, kind }) => {
    const raw = `{"é":${n}}`;
    const bytes = Buffer.from(`..${raw}..`);
    const origins: Record<string, Origin | undefined> = {
      bytes: Origin.ofBytes(bytes, 2, bytes.length - 2, [n, n * 10, raw.length], { source: 'f' }),
      text: originFrom({ raw, line: n, source: 'g' }),
      csv: originFrom({ raw, line: n, offset: n, bytes: 99 }),
      eventId: originFrom({ raw, line: n, eventId: 'E' }),
      part: originFrom({ raw, line: n, offset: 3, bytes: 9, part: 2 }),
      value: undefined,
    };
    const warnings = n % 5 === 0 ? (['truncated'] as const) : undefined;
    return new Entry(operation(n), JSON.stringify(operation(n)), { record: n }, origins[kind], warnings);
  });

interface Kept {
  readonly origin: FlatOrigin | undefined;
  readonly warnings: unknown;
  readonly record: unknown;
}

const kept = ({ entries, indexes }: Batch): Kept[] =>
  indexes.map((index) => {
    return { origin: flat(entries.origin(index)), warnings: entries.shared(index).warnings, record: entries.record(index) };
  });
const expected = (entries: readonly Entry[]): Kept[] =>
  entries.map(({ origin, warnings, record }) => ({ origin: flat(origin), warnings, record: origin === undefined ? record : undefined }));

test('a batch keeps of each entry what a rejection needs, whatever its kind, and also when it is used again', () => {
  const batch = new Batch(100_000, new TextPages(100_000));
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 200, size: 'max' }), (entries) => {
      const epoch = { pending: 0, checkpoint: undefined };
      for (const each of entries) batch.add(each, epoch);
      assert.deepEqual(kept(batch), expected(entries));
      assert.deepEqual(
        batch.indexes.map((index) => batch.operation(index)),
        entries.map((each) => each.operation),
      );
      const { batch: sent } = JSON.parse(batch.body(batch.indexes).toString());
      assert.deepEqual(
        sent,
        entries.map((each) => each.operation),
      );
      batch.clear();
      assert.deepEqual([batch.size, batch.epochs, batch.observed, batch.spans], [0, [], false, false]);
    }),
  );
});

test('lanes use a batch again only where nobody may still look at it', async () => {
  const seen: Batch[] = [];
  let reusable = true;
  const deliver = async (batch: Batch): Promise<void> => {
    seen.push(batch);
    batch.reusable = reusable;
  };
  const lanes = new Lanes({ concurrency: 1, maxBatchBytes: 1_000, lingerMs: 0, clock: new FakeClock(), deliver, onFree: () => {} });
  for (let n = 0; n < 6; n++) {
    if (n === 3) reusable = false;
    lanes.offer(new Entry(operation(n), JSON.stringify(operation(n)), {}, undefined), { pending: 0, checkpoint: undefined });
    lanes.flush();
    while (!lanes.idle) await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(new Set(seen.slice(0, 4)).size, 2, 'two take turns');
  assert.equal(new Set(seen.slice(3)).size, 3, 'each is new');
});

test('lanes that have ended leave their batches to those that begin next, if they are of the same kind', async () => {
  const settings = { maxBatchBytes: 1_000, lingerMs: 0, clock: new FakeClock(), onFree: () => {} };
  /** The batches that lanes used; at their end they leave them. */
  const used = async (concurrency: number, reusable = true): Promise<Batch[]> => {
    const seen: Batch[] = [];
    const deliver = async (batch: Batch): Promise<void> => {
      assert.deepEqual(batch.operation(0), operation(1));
      batch.reusable = reusable;
      seen.push(batch);
    };
    const lanes = new Lanes({ ...settings, concurrency, deliver });
    for (let n = 0; n < 2; n++) {
      lanes.offer(new Entry(operation(1), JSON.stringify(operation(1)), {}, undefined), { pending: 0, checkpoint: undefined });
      lanes.flush();
      while (!lanes.idle) await new Promise((resolve) => setImmediate(resolve));
    }
    lanes.end();
    lanes.end();
    return seen;
  };
  const first = await used(1);
  const second = await used(1);
  assert.deepEqual(new Set(second), new Set(first));
  const third = await used(2);
  assert.equal(new Set([...third, ...second]).size, third.length + second.length, 'others have lanes in another number');
  const fourth = await used(1, false);
  const fifth = await used(1);
  assert.equal(new Set([...fifth, ...fourth]).size, fifth.length + fourth.length, 'what somebody may look at stays away');
});
