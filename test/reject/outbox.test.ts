import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALL, type Group } from '../../lib/reject/naming.ts';
import { Outbox } from '../../lib/reject/outbox.ts';
import type { RejectStore } from '../../lib/reject/reject-store.ts';
import { turn } from '../support/fake-clock.ts';

/** A store whose writes and flushes wait for the test. */
class HeldStore implements RejectStore {
  readonly location = 'memory';
  readonly calls: string[] = [];
  #waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];

  async open(): Promise<void> {}
  groupOf(): Group {
    return ALL;
  }
  write(_group: Group, lines: string): Promise<void> {
    this.calls.push(lines);
    return this.#wait();
  }
  flush(): Promise<void> {
    this.calls.push('flush');
    return this.#wait();
  }
  async close(): Promise<void> {
    this.calls.push('close');
  }
  async go(error?: Error): Promise<void> {
    const next = this.#waiting.shift();
    assert.ok(next, 'nothing is waiting');
    if (error) next.reject(error);
    else next.resolve();
    await turn();
  }
  #wait(): Promise<void> {
    assert.equal(this.#waiting.length, 0, 'two calls at a time');
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }
}

const never = (): void => assert.fail('an error nobody waited for');

test('a line goes out at once, the next gather while it is under way', async () => {
  const store = new HeldStore();
  const outbox = new Outbox(store, never);
  for (const line of ['a\n', 'b\n', 'c\n']) assert.equal(outbox.add(ALL, line), undefined);
  assert.deepEqual(store.calls, ['a\n']);
  await store.go();
  assert.deepEqual(store.calls, ['a\n', 'b\nc\n']);
  await store.go();
  outbox.add(ALL, 'd\n');
  assert.deepEqual(store.calls.at(-1), 'd\n');
});

test('when enough has gathered, the line waits', async () => {
  const store = new HeldStore();
  const outbox = new Outbox(store, never);
  outbox.add(ALL, 'a\n');
  const big = 'x'.repeat(65_536);
  let room = false;
  const waiting = Promise.resolve(outbox.add(ALL, big)).then(() => {
    room = true;
  });
  await turn();
  assert.equal(room, false);
  await store.go();
  await waiting;
  assert.deepEqual(store.calls, ['a\n', big]);
});

test('a flush comes after all lines before it', async () => {
  const store = new HeldStore();
  const outbox = new Outbox(store, never);
  outbox.add(ALL, 'a\n');
  outbox.add(ALL, 'b\n');
  const flushed = outbox.flush();
  await turn();
  assert.deepEqual(store.calls, ['a\n']);
  await store.go();
  await store.go();
  assert.deepEqual(store.calls, ['a\n', 'b\n', 'flush']);
  await store.go();
  await flushed;
});

test('two flushes and a close never meet in the store', async () => {
  const store = new HeldStore();
  const outbox = new Outbox(store, never);
  outbox.add(ALL, 'a\n');
  const all = Promise.all([outbox.flush(), outbox.flush(), outbox.close()]);
  for (let n = 0; n < 4; n++) {
    await turn();
    await store.go();
  }
  await all;
  assert.deepEqual(store.calls, ['a\n', 'flush', 'flush', 'flush', 'close']);
});

test('the first error is final', async () => {
  const store = new HeldStore();
  const errors: Error[] = [];
  const outbox = new Outbox(store, (error) => errors.push(error));
  const gone = new Error('gone');
  outbox.add(ALL, 'a\n');
  outbox.add(ALL, 'b\n');
  await store.go(gone);
  assert.deepEqual(errors, [gone]);
  assert.throws(() => outbox.add(ALL, 'c\n'), gone);
  await assert.rejects(outbox.flush(), gone);
  await assert.rejects(outbox.close(), gone);
  assert.deepEqual(store.calls, ['a\n', 'close']);
});

test('a flush that failed is not tried again', async () => {
  const store = new HeldStore();
  const outbox = new Outbox(store, never);
  const gone = new Error('gone');
  const flushed = outbox.flush();
  await turn();
  await Promise.all([assert.rejects(flushed, gone), store.go(gone)]);
  await assert.rejects(outbox.close(), gone);
  assert.deepEqual(store.calls, ['flush', 'close']);
});
