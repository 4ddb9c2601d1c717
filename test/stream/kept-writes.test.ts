import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { type Flushable, KeptWrites } from '../../lib/stream/kept-writes.ts';
import { turn } from '../support/fake-clock.ts';

/** A Writable whose writes call back when the test says so. */
function slow(): { to: Writable; callBack: ((error?: Error | null) => void)[] } {
  const callBack: ((error?: Error | null) => void)[] = [];
  return { callBack, to: new Writable({ objectMode: true, write: (_element, _encoding, done) => void callBack.push(done) }) };
}

/** What became of a promise so far. */
function watched(promise: Promise<unknown>): { end: unknown } {
  const watch: { end: unknown } = { end: 'waits' };
  promise.then(
    () => {
      watch.end = 'kept';
    },
    (error: Error) => {
      watch.end = error;
    },
  );
  return watch;
}

test('without flush() it waits for the writes before it, and for no other', async () => {
  const { to, callBack } = slow();
  const writes = new KeptWrites(to);
  await writes.flush();
  writes.write('a');
  const first = watched(writes.flush());
  writes.write('b');
  writes.write('c');
  const all = watched(writes.flush());
  await turn();
  assert.deepEqual([first.end, all.end], ['waits', 'waits']);
  callBack[0]?.();
  await turn();
  assert.deepEqual([first.end, all.end], ['kept', 'waits']);
  callBack[1]?.();
  await turn();
  assert.equal(all.end, 'waits');
  callBack[2]?.();
  await turn();
  assert.equal(all.end, 'kept');
  await writes.flush();
  to.end();
  await writes.done;
});

test('an error ends all waiting, and every later one', async () => {
  const { to, callBack } = slow();
  const writes = new KeptWrites(to);
  for (const element of ['a', 'b', 'c']) writes.write(element);
  const waiting = [watched(writes.flush()), watched(writes.flush())];
  callBack[0]?.();
  await turn();
  callBack[1]?.(new Error('disk full'));
  await turn();
  for (const { end } of waiting) assert.equal((end as Error).message, 'disk full');
  await assert.rejects(writes.flush(), /disk full/);
  await assert.rejects(writes.done, /disk full/);
});

test('nobody waits for a Writable that is destroyed and does not call back', async () => {
  for (const error of [undefined, new Error('elsewhere')]) {
    const { to } = slow();
    const writes = new KeptWrites(to);
    writes.write('a');
    const waiting = watched(writes.flush());
    to.destroy(error);
    await turn();
    assert.match(String((waiting.end as Error).message), error ? /elsewhere/ : /[Pp]remature/);
  }
});

test('its own flush() is asked if there is one, with what it throws', async () => {
  const { to, callBack } = slow();
  const own: Flushable = Object.assign(to, { flush: () => Promise.reject(new Error('no room')) });
  const writes = new KeptWrites(own);
  writes.write('a');
  await assert.rejects(writes.flush(), /no room/);
  Object.assign(to, { flush: async () => {} });
  await writes.flush();
  assert.equal(callBack.length, 1);
});
