/** What every dedupe store has to do, whatever it is made of. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Store } from '../../../lib/dedupe/store.ts';
import fc from '../fast-check.ts';
import { runs } from '../runs.ts';

/** A kind of store under test. */
export interface StoreUnderTest {
  readonly name: string;
  /** A fresh and empty store, not yet open; the test closes it. */
  make(t: TestContext): Promise<Store>;
  /** For stores that outlast a process: another instance over the same data. */
  again?(store: Store): Store;
}

const key = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const value = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const MOST = 2n ** 64n - 1n;

/** Registers the tests. */
export function storeContract({ name, make, again }: StoreUnderTest): void {
  const opened = async (t: TestContext): Promise<Store> => {
    const store = await make(t);
    t.after(() => store.close());
    await store.open();
    return store;
  };

  test(`${name}: nothing is known at first; what is committed is known, the last value counts, undefined forgets`, async (t) => {
    const store = await opened(t);
    assert.equal(await store.get(1n), undefined);
    await store.commit(
      new Map([
        [1n, 10n],
        [2n, 20n],
        [3n, undefined],
      ]),
    );
    assert.deepEqual([await store.get(1n), await store.get(2n), await store.get(3n)], [10n, 20n, undefined]);
    await store.commit(
      new Map([
        [1n, 11n],
        [2n, undefined],
      ]),
    );
    assert.deepEqual([await store.get(1n), await store.get(2n)], [11n, undefined]);
  });

  test(`${name}: every 64-bit key and value, the smallest and the largest too`, async (t) => {
    const store = await opened(t);
    const edges = [0n, 1n, 2n ** 63n - 1n, 2n ** 63n, MOST];
    await store.commit(new Map(edges.map((edge) => [edge, MOST - edge])));
    for (const edge of edges) assert.equal(await store.get(edge), MOST - edge);
  });

  test(`${name}: commits take effect in the order of the calls, also when nobody waits in between`, async (t) => {
    const store = await opened(t);
    const calls = Array.from({ length: 50 }, (_, n) => store.commit(new Map([[7n, n % 3 === 2 ? undefined : BigInt(n)]])));
    await Promise.all(calls);
    assert.equal(await store.get(7n), 49n);
    await store.commit(new Map());
    assert.equal(await store.get(7n), 49n);
  });

  test(`${name}: after any commits it knows what a plain Map knows, opened again too`, async (t) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.tuple(fc.oneof(key, fc.bigInt({ min: 0n, max: 9n })), fc.option(value, { nil: undefined })))),
        async (commits) => {
          let store = await make(t);
          await store.open();
          const model = new Map<bigint, bigint | undefined>();
          for (const changes of commits) {
            await store.commit(new Map(changes));
            for (const [k, v] of changes) model.set(k, v);
          }
          if (again !== undefined) {
            await store.close();
            store = again(store);
            await store.open();
          }
          for (const [k, v] of model) assert.equal(await store.get(k), v);
          await store.close();
        },
      ),
      { numRuns: runs(30) },
    );
  });

  test(`${name}: to open twice and to close twice does nothing more`, async (t) => {
    const store = await opened(t);
    await store.commit(new Map([[1n, 1n]]));
    await store.open();
    assert.equal(await store.get(1n), 1n);
    await store.close();
    await store.close();
  });

  test(`${name}: close waits for commits that have begun`, async (t) => {
    if (again === undefined) return t.skip('nothing outlasts it');
    const store = await opened(t);
    const changes = new Map(Array.from({ length: 5_000 }, (_, n) => [BigInt(n) * 7919n, BigInt(n)]));
    const committed = store.commit(changes);
    await store.close();
    await committed;
    const second = again(store);
    t.after(() => second.close());
    await second.open();
    for (const [k, v] of changes) assert.equal(await second.get(k), v);
  });
}
