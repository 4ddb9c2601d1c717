/** The table of keys knows what a Map knows, also after keys were removed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { halvesOf } from '../../lib/dedupe/halves.ts';
import { KeyTable } from '../../lib/dedupe/key-table.ts';
import { memoryStore } from '../../lib/dedupe/memory-store.ts';
import fc from '../support/fast-check.ts';
import { runs } from '../support/runs.ts';

const halves = (key: bigint): [number, number] => [...halvesOf(key)] as [number, number];

test('law: each key has one entry while it is there, and no two share one', () => {
  const table = new KeyTable();
  const key = fc.oneof(fc.bigInt({ min: 0n, max: 40n }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));
  fc.assert(
    fc.property(fc.array(fc.tuple(key, fc.boolean()), { maxLength: 1_500, size: 'max' }), (steps) => {
      table.clear();
      const known = new Map<bigint, number>();
      for (const [one, isAdded] of steps) {
        assert.equal(table.find(...halves(one)), known.get(one) ?? -1);
        if (isAdded) known.set(one, table.add(...halves(one)));
        else {
          assert.equal(table.remove(...halves(one)), known.get(one) ?? -1);
          known.delete(one);
        }
        assert.equal(table.size, known.size);
      }
      assert.equal(new Set(known.values()).size, known.size);
      for (const [one, entry] of known) {
        assert.equal(table.find(...halves(one)), entry);
        assert.equal(table.keyAt(entry), one);
        assert.ok(entry < table.capacity);
      }
    }),
    { numRuns: runs(300) },
  );
});

test('law: a memory store that is full forgets what was not used for longest, as a Map in the order of use does', async () => {
  const key = fc.bigInt({ min: 0n, max: 12n });
  const step = fc.oneof(key, fc.array(fc.tuple(key, fc.option(fc.bigInt({ min: 0n, max: 9n }), { nil: undefined })), { maxLength: 8 }));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 8 }), async (steps, maxKeys) => {
      const store = memoryStore({ maxKeys });
      const known = new Map<bigint, bigint>();
      const use = (one: bigint, value: bigint): void => {
        known.delete(one);
        known.set(one, value);
      };
      for (const one of steps) {
        if (typeof one === 'bigint') {
          const value = known.get(one);
          assert.equal(store.get(one), value);
          if (value !== undefined) use(one, value);
          continue;
        }
        const changes = new Map(one);
        await store.commit(changes);
        for (const [changed, value] of changes) value === undefined ? known.delete(changed) : use(changed, value);
        for (const oldest of known.keys()) if (known.size > maxKeys) known.delete(oldest);
      }
    }),
    { numRuns: runs(500) },
  );
});
