import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeliveryIndex } from '../../lib/dedupe/delivery-index.ts';
import { memoryStore } from '../../lib/dedupe/memory-store.ts';
import type { Changes, Store } from '../../lib/dedupe/store.ts';
import fc from '../support/fast-check.ts';
import { runs } from '../support/runs.ts';
import { SeveralProcesses, STEPS } from '../support/several-processes.ts';
import { subjectOf } from '../support/subject.ts';

const person = (value: bigint | undefined, key = 1n) => subjectOf(key, value);

/** A store whose commits end when the test says so, and that notes which keys it was asked for. */
function slowStore(): Store & { release: () => Promise<void>; commits: Changes[]; asked: bigint[] } {
  const kept = memoryStore();
  const waiting: (() => void)[] = [];
  const commits: Changes[] = [];
  const asked: bigint[] = [];
  return {
    ...{ commits, asked, open: async () => {}, close: async () => {} },
    get: (key) => {
      asked.push(key);
      return kept.get(key);
    },
    commit: async (changes) => {
      commits.push(changes);
      await new Promise<void>((resolve) => waiting.push(resolve));
      await kept.commit(changes);
    },
    release: async () => {
      waiting.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

interface Started {
  readonly mustForget: boolean;
  delivered(): void;
  rejected(): void;
}

function start(index: DeliveryIndex, value: bigint | undefined, key?: bigint): Started | undefined {
  const { deliveries } = index;
  const delivery = index.start(person(value, key)) as number | undefined;
  if (delivery === undefined) return undefined;
  const mustForget = deliveries.mustForget(delivery);
  return { mustForget, delivered: () => deliveries.delivered(delivery), rejected: () => deliveries.rejected(delivery) };
}

test('what was delivered is known from the commit on; before that from the delivery', async () => {
  const store = slowStore();
  const index = new DeliveryIndex(store);
  const first = start(index, 5n);
  assert.equal(first?.mustForget, false);
  first?.delivered();
  assert.equal(start(index, 5n), undefined);
  const done = index.takeCommit()?.();
  assert.equal(start(index, 5n), undefined);
  assert.deepEqual(store.asked, [1n]);
  await store.release();
  await done;
  assert.equal(start(index, 5n), undefined);
  assert.deepEqual(store.asked, [1n, 1n], 'the index keeps nothing of what is committed');
  assert.deepEqual(index.takeCommit(), undefined);
});

test('what was refused, or got lost on the way, leaves nothing', async () => {
  const store = slowStore();
  const index = new DeliveryIndex(store);
  start(index, 5n, 1n)?.rejected();
  assert.ok(start(index, 6n, 2n));
  const done = index.takeCommit()?.();
  await store.release();
  await done;
  assert.equal(store.commits[0]?.size, 0);
  assert.ok(start(index, 5n, 1n));
  assert.ok(start(index, 6n, 2n));
});

test('a change of what the store knows, or is about to know, is forgotten first', async () => {
  const store = slowStore();
  const index = new DeliveryIndex(store);
  start(index, 5n)?.delivered();
  const done = index.takeCommit()?.();
  // The commit of 5 has begun and can't be called back.
  const during = start(index, 6n);
  assert.equal(during?.mustForget, true);
  await store.release();
  await done;
  const second = index.takeCommit()?.();
  during?.delivered();
  await store.release();
  await second;
  assert.equal(start(index, 7n)?.mustForget, true);
});

test('of a key only the last delivery is committed: while a later one is pending nothing is', async () => {
  const store = slowStore();
  const index = new DeliveryIndex(store);
  const first = start(index, 5n);
  const commit = index.takeCommit();
  const second = start(index, 6n);
  first?.delivered();
  const done = commit?.();
  await store.release();
  await done;
  assert.deepEqual([...(store.commits[0] ?? [])], []);
  const later = index.takeCommit()?.();
  second?.delivered();
  await store.release();
  await later;
  assert.deepEqual(store.asked, [1n]);
  start(index, 6n);
  assert.deepEqual(store.asked, [1n, 1n], 'the index keeps nothing of what is committed');
});

test('a store that answers later is waited for', async () => {
  const store = { get: async () => 5n, open: async () => {}, commit: async () => {}, close: async () => {} };
  const index = new DeliveryIndex(store);
  assert.equal(await index.start(person(5n)), undefined);
  const delivery = (await index.start(person(6n))) as number;
  assert.equal(index.deliveries.mustForget(delivery), true);
});

test('several processes share a memory: whatever they do to each other, what it says is what Customer.io has', async () => {
  const row = fc.record({ key: fc.constantFrom(0n, 0n, 0n, 1n), value: fc.option(fc.bigInt(1n, 2n), { nil: undefined, freq: 8 }) });
  const weights = { read: 6, 'let through': 6, send: 8, answer: 8, checkpoint: 5, commit: 6, release: 3, move: 2, 'land late': 2, wait: 2 };
  const what = fc.oneof(
    ...STEPS.map((step) => ({ arbitrary: fc.constant(step), weight: (weights as Partial<Record<string, number>>)[step] ?? 1 })),
  );
  const step = fc.record({ what, who: fc.nat(2), n: fc.nat(20) });
  let skipped = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 4, maxLength: 12 }),
      fc.array(step, { minLength: 60, maxLength: 120 }),
      async (rows, steps) => {
        const world = new SeveralProcesses(rows, 3);
        for (const each of steps) await world.step(each);
        skipped += world.skipped;
      },
    ),
    { numRuns: runs(40_000) },
  );
  assert.ok(skipped > 0, 'some rows are needless');
});
