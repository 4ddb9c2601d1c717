import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pending } from '../../lib/dedupe/delivery-index.ts';
import { DeliveryIndex } from '../../lib/dedupe/delivery-index.ts';
import { memoryStore } from '../../lib/dedupe/memory-store.ts';
import type { Changes, Store } from '../../lib/dedupe/store.ts';

const person = (value: bigint | undefined, key = 1n) => ({ key, value, reason: 'unchanged' as const });

/** A store whose commits end when the test says so. */
function slowStore(): Store & { release: () => Promise<void>; commits: Changes[] } {
  const kept = memoryStore();
  const waiting: (() => void)[] = [];
  const commits: Changes[] = [];
  return {
    ...{ commits, open: async () => {}, close: async () => {}, get: (key) => kept.get(key) },
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

function claimOf(ledger: DeliveryIndex, value: bigint | undefined, key?: bigint): Pending | undefined {
  return ledger.claim(person(value, key)) as Pending | undefined;
}

test('what was delivered is known from the commit on; before that from the claim', async () => {
  const store = slowStore();
  const ledger = new DeliveryIndex(store);
  const first = claimOf(ledger, 5n);
  assert.equal(first?.forget, false);
  first?.claim.delivered();
  assert.equal(claimOf(ledger, 5n), undefined);
  const done = ledger.close()?.();
  assert.equal(claimOf(ledger, 5n), undefined);
  await store.release();
  await done;
  assert.equal(ledger.latest(1n), undefined);
  assert.equal(claimOf(ledger, 5n), undefined);
  assert.deepEqual(ledger.close(), undefined);
});

test('what was refused, or got lost on the way, leaves nothing', async () => {
  const store = slowStore();
  const ledger = new DeliveryIndex(store);
  claimOf(ledger, 5n, 1n)?.claim.rejected();
  assert.ok(claimOf(ledger, 6n, 2n));
  const done = ledger.close()?.();
  await store.release();
  await done;
  assert.equal(store.commits[0]?.size, 0);
  assert.ok(claimOf(ledger, 5n, 1n));
  assert.ok(claimOf(ledger, 6n, 2n));
});

test('a change of what the store knows, or is about to know, is forgotten first', async () => {
  const store = slowStore();
  const ledger = new DeliveryIndex(store);
  claimOf(ledger, 5n)?.claim.delivered();
  const done = ledger.close()?.();
  // The commit of 5 is under way and can't be called back.
  const during = claimOf(ledger, 6n);
  assert.equal(during?.forget, true);
  await store.release();
  await done;
  const second = ledger.close()?.();
  during?.claim.delivered();
  await store.release();
  await second;
  assert.equal(claimOf(ledger, 7n)?.forget, true);
});

test('of a key only the last claim is committed: while a later one is under way nothing is', async () => {
  const store = slowStore();
  const ledger = new DeliveryIndex(store);
  const first = claimOf(ledger, 5n);
  const commit = ledger.close();
  const second = claimOf(ledger, 6n);
  first?.claim.delivered();
  const done = commit?.();
  await store.release();
  await done;
  assert.deepEqual([...(store.commits[0] ?? [])], []);
  const later = ledger.close()?.();
  second?.claim.delivered();
  await store.release();
  await later;
  assert.equal(ledger.latest(1n), undefined);
});

test('a store that answers later is waited for', async () => {
  const store = { ...memoryStore(), get: async () => 5n, open: async () => {}, commit: async () => {}, close: async () => {} };
  const ledger = new DeliveryIndex(store);
  assert.equal(await ledger.claim(person(5n)), undefined);
  assert.equal((await ledger.claim(person(6n)))?.forget, true);
});
