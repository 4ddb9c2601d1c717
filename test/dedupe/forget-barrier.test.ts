import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ForgetBarrier } from '../../lib/dedupe/forget-barrier.ts';
import { memoryStore } from '../../lib/dedupe/memory-store.ts';
import type { Changes, Store } from '../../lib/dedupe/store.ts';
import type { Element } from '../../lib/record/record.ts';
import { FakeClock, turn } from '../support/fake-clock.ts';

function rig(commit: (changes: Changes) => Promise<void>) {
  const store: Store = { ...{ open: async () => {}, get: () => undefined, close: async () => {} }, commit };
  const clock = new FakeClock();
  const errors: Error[] = [];
  const out: unknown[] = [];
  const barrier = new ForgetBarrier(store, clock, (error) => errors.push(error));
  const pass = (n: number): void | Promise<void> => barrier.pass({ n }, (element: Element) => void out.push((element as { n: number }).n));
  return { clock, errors, out, barrier, pass };
}

test('elements go at once; with a key to forget they wait, in order, until it is forgotten; those of 10 ms together', async () => {
  const commits: bigint[][] = [];
  const { clock, out, barrier, pass } = rig(async (changes) => {
    assert.ok([...changes].every(([, value]) => value === undefined));
    commits.push([...changes].map(([key]) => key));
  });
  pass(1);
  assert.deepEqual(out, [1]);
  barrier.forget(7n);
  pass(2);
  pass(3);
  barrier.forget(8n);
  pass(4);
  await clock.run(9);
  assert.deepEqual([out, commits], [[1], []]);
  await clock.run(1);
  assert.deepEqual([out, commits], [[1, 2, 3, 4], [[7n, 8n]]]);
  pass(5);
  assert.deepEqual(out, [1, 2, 3, 4, 5]);
});

test('what comes during a commit waits behind it', async () => {
  let done: () => void = () => {};
  const { out, barrier, pass } = rig(
    () =>
      new Promise((resolve) => {
        done = resolve;
      }),
  );
  barrier.forget(1n);
  pass(1);
  const drained = barrier.drain();
  await turn();
  pass(2);
  assert.deepEqual(out, []);
  done();
  await turn();
  assert.deepEqual(out, [1]);
  done();
  await drained;
  assert.deepEqual(out, [1, 2]);
});

test('when too much waits the stage takes no more, and nothing waits for the timer', async () => {
  const { out, barrier, pass } = rig(async () => {});
  barrier.forget(1n);
  let count = 0;
  let waited = pass(count++);
  while (waited === undefined) waited = pass(count++);
  await waited;
  assert.ok(count > 1_000 && count < 10_000);
  assert.equal(out.length, count);
});

test('a store that can not forget is an error, and nothing goes', async () => {
  const { errors, out, barrier, pass } = rig(async () => {
    throw new Error('disk full');
  });
  barrier.forget(1n);
  pass(1);
  await assert.rejects(barrier.drain(), /disk full/);
  assert.deepEqual([out, errors.map(String)], [[], ['Error: disk full']]);
});

test('a memory store will do', async () => {
  const store = memoryStore();
  await store.commit(new Map([[1n, 1n]]));
  const barrier = new ForgetBarrier(store, new FakeClock(), assert.fail);
  barrier.forget(1n);
  barrier.pass({}, () => assert.equal(store.get(1n), undefined));
  await barrier.drain();
  assert.equal(store.get(1n), undefined);
});
