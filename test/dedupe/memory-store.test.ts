import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryStore } from '../../lib/dedupe/memory-store.ts';
import { storeContract } from '../support/contract/store-contract.ts';

storeContract({ name: 'memory', make: async () => memoryStore() });

test('when there is no room, what was not used for longest is forgotten', async () => {
  const store = memoryStore({ maxKeys: 3 });
  await store.open();
  await store.commit(
    new Map([
      [1n, 1n],
      [2n, 2n],
      [3n, 3n],
    ]),
  );
  assert.equal(store.get(1n), 1n);
  await store.commit(new Map([[4n, 4n]]));
  assert.deepEqual(
    [1n, 2n, 3n, 4n].map((key) => store.get(key)),
    [1n, undefined, 3n, 4n],
  );
  await store.commit(new Map([5n, 6n, 7n, 8n].map((key) => [key, key])));
  assert.deepEqual(
    [1n, 3n, 4n, 5n, 6n, 7n, 8n].filter((key) => store.get(key) !== undefined),
    [6n, 7n, 8n],
  );
});

test('a size that is none is refused', () => {
  for (const maxKeys of [0, -1, 1.5, Number.NaN]) assert.throws(() => memoryStore({ maxKeys }), { code: 'CIO_OPTIONS' });
});
