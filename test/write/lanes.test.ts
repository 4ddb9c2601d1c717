import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Entry } from '../../lib/record/entry.ts';
import type { Batch } from '../../lib/write/batch.ts';
import { Lanes } from '../../lib/write/lanes.ts';
import { FakeClock } from '../support/fake-clock.ts';
import fc from '../support/fast-check.ts';
import { runs } from '../support/runs.ts';

function entryOf(operation: Record<string, unknown>): Entry {
  return new Entry(operation, JSON.stringify(operation), {}, undefined);
}
const identify = (id: string, n: number): Entry => entryOf({ type: 'person', action: 'identify', identifiers: { id }, attributes: { n } });
const merge = (a: string, b: string, n: number): Entry =>
  entryOf({ type: 'person', action: 'merge', primary: { id: a }, secondary: { id: b }, n });

/** The operations of a batch, as the API would read them. */
function operationsOf(batch: Batch): Operation[] {
  return JSON.parse(batch.body(batch.indexes).toString()).batch;
}
interface Operation {
  readonly identifiers?: { id: string };
  readonly primary?: { id: string };
  readonly secondary?: { id: string };
  readonly attributes?: { n: number };
  readonly n?: number;
}

/** Lanes whose deliveries end when the test says so. */
function rig(concurrency: number, maxBatchBytes: number) {
  const clock = new FakeClock();
  const sent: Batch[] = [];
  const ends: (() => void)[] = [];
  let free: () => void = () => {};
  const lanes = new Lanes({
    concurrency,
    maxBatchBytes,
    lingerMs: 1_000,
    clock,
    deliver: (batch) => {
      // The tests look at it later.
      batch.reusable = false;
      sent.push(batch);
      return new Promise((resolve) => ends.push(resolve));
    },
    onFree: () => free(),
  });
  const epoch = { pending: 0, checkpoint: undefined };
  const put = async (entry: Entry): Promise<void> => {
    while (!lanes.offer(entry, epoch)) {
      const isFree = new Promise<void>((resolve) => {
        free = resolve;
      });
      if (ends.length > 0) ends.shift()?.();
      await isFree;
    }
  };
  const finish = async (): Promise<void> => {
    lanes.flush();
    while (!lanes.idle) {
      ends.shift()?.();
      await turn();
    }
  };
  return { clock, lanes, sent, ends, put, finish };
}

test('a batch is never over the limit, and closes only when the next entry does not fit', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 60 }), async (sizes) => {
      const { put, finish, sent } = rig(1, 400);
      const entries = sizes.map((size, n) => entryOf({ type: 'person', action: 'delete', identifiers: { id: 'x'.repeat(size) }, n }));
      for (const entry of entries) await put(entry);
      await finish();
      assert.deepEqual(
        sent.flatMap(operationsOf),
        entries.map(({ operation }) => operation),
      );
      let next = 0;
      for (const batch of sent) {
        const bytes = batch.body(batch.indexes).length;
        assert.ok(bytes <= 400);
        next += batch.size;
        const following = entries[next];
        if (following) assert.ok(bytes + 1 + following.bytes > 400, 'closed too early');
      }
    }),
  );
});

test('the body of some entries is the body of a batch of those', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 20 }),
      fc.func(fc.boolean()),
      async (names, chosen) => {
        const { put, finish, sent } = rig(1, 10_000);
        for (const [n, name] of names.entries()) await put(identify(name, n));
        await finish();
        const batch = sent[0] as Batch;
        const indexes = batch.indexes.filter((index) => chosen(index));
        const expected = indexes.map((index) => identify(names[index] ?? '', index).operation);
        assert.deepEqual(JSON.parse(batch.body(indexes).toString()).batch, expected);
      },
    ),
  );
});

test('a lane has one batch in flight; entries of one person stay in order whatever else flows', async () => {
  const operation = fc.oneof(
    fc.record({ kind: fc.constant('identify' as const), a: fc.integer({ min: 0, max: 8 }), b: fc.constant(0) }),
    fc.record({ kind: fc.constant('merge' as const), a: fc.integer({ min: 0, max: 8 }), b: fc.integer({ min: 0, max: 8 }) }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(operation, { maxLength: 80 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 150, max: 500 }),
      async (ops, lanes, max) => {
        const { put, finish, sent, ends } = rig(lanes, max);
        // Batches are done in the order they were sent; what may overlap in time is what is in `ends` together.
        const overlaps: Batch[][] = [];
        for (const [n, { kind, a, b }] of ops.entries()) {
          await put(kind === 'identify' ? identify(`p${a}`, n) : merge(`p${a}`, `p${b}`, n));
          overlaps.push(sent.slice(sent.length - ends.length));
        }
        await finish();
        const order = sent.flatMap(operationsOf);
        assert.equal(order.length, ops.length);
        for (let person = 0; person <= 8; person++) {
          const seen = order.map(numberOf).filter((n) => ops[n]?.a === person || (ops[n]?.kind === 'merge' && ops[n]?.b === person));
          assert.deepEqual(
            seen,
            [...seen].sort((x, y) => x - y),
          );
        }
        for (const together of overlaps) {
          const people = together.map((batch) => new Set(operationsOf(batch).flatMap(peopleOf)));
          for (let i = 0; i < people.length; i++)
            for (let j = i + 1; j < people.length; j++)
              assert.ok(![...(people[i] ?? [])].some((p) => people[j]?.has(p)), 'one person in two batches at once');
        }
      },
    ),
    { numRuns: runs(300) },
  );
});

function numberOf({ attributes, n }: Operation): number {
  return Number(attributes?.n ?? n);
}
function peopleOf({ identifiers, primary, secondary }: Operation): string[] {
  return [identifiers, primary, secondary].flatMap((ids) => (ids ? [ids.id] : []));
}

test('a stream of relationships travels in full batches, not one by one', async () => {
  const { put, finish, sent } = rig(8, 2_000);
  for (let n = 0; n < 200; n++) await put(merge(`p${n}`, `q${n}`, n));
  await finish();
  assert.ok(sent.length < 20, `${sent.length} batches for 200 merges`);
});

test('after a quiet batch the lanes run side by side again', async () => {
  const { put, finish, sent, ends } = rig(4, 400);
  await put(merge('a', 'b', 0));
  for (let n = 1; n < 60; n++) await put(identify(`p${n}`, n));
  assert.ok(ends.length > 1, 'more than one batch is in flight');
  await finish();
  assert.equal(sent.flatMap(operationsOf).length, 60);
});

test('what waits is sent after lingerMs', async () => {
  const { lanes, clock, sent, put } = rig(2, 10_000);
  await put(identify('a', 1));
  await clock.run(999);
  assert.equal(sent.length, 0);
  await clock.run(1);
  assert.equal(sent.length, 1);
  lanes.close();
});
