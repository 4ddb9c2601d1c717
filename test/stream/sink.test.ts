import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { type Sink, sink } from '../../lib/stream/sink.ts';
import { turn } from '../support/fake-clock.ts';

/** A sink that takes its time and notes what is asked of it. */
function noted(calls: unknown[], more: Partial<Sink<number>> = {}): Sink<number> {
  const note = async (what: unknown): Promise<void> => {
    await turn();
    calls.push(what);
  };
  return { open: () => note('open'), write: note, end: () => note('end'), close: () => note('close'), ...more };
}

test('it is opened, then written to one by one, ended and closed', async () => {
  const calls: unknown[] = [];
  await pipeline(Readable.from([1, 2, 3]), sink(noted(calls, { leave: () => void calls.push('leave') })));
  assert.deepEqual(calls, ['open', 1, 2, 3, 'end', 'leave', 'close']);
});

test('a failure at any step is the error of the stream, and it is closed', async () => {
  for (const step of ['open', 'write', 'end'] as const) {
    const calls: unknown[] = [];
    const failing = noted(calls, { [step]: () => Promise.reject(new Error(step)) });
    await assert.rejects(pipeline(Readable.from([1]), sink(failing)), { message: step });
    assert.equal(calls.at(-1), 'close', step);
    assert.ok(!calls.includes('end'), step);
  }
});

test('whoever destroys it is heard at once, also while it opens', async () => {
  const reason = new Error('stop');
  let opened: () => void = () => {};
  const left: unknown[] = [];
  const writer = sink<number>({
    open: () =>
      new Promise((resolve) => {
        opened = resolve;
      }),
    write: () => assert.fail('nothing is written'),
    end: () => assert.fail('nothing is ended'),
    leave: (error) => {
      left.push(error);
      opened();
    },
  });
  writer.write(1);
  await turn();
  writer.destroy(reason);
  assert.deepEqual(left, [reason]);
  assert.deepEqual(await once(writer, 'error').catch((thrown) => [thrown]), [reason]);
});

test('destroyed between its end and its finish it has failed: not all was written', async () => {
  const writer = sink<number>({ write: () => {}, end: () => new Promise(() => {}) });
  const ended = pipeline(Readable.from([1]), writer);
  while (!writer.writableEnded) await turn();
  writer.destroy();
  await assert.rejects(ended, { code: 'ERR_STREAM_PREMATURE_CLOSE' });
});

test('destroyed before its end, without an error, it just closes', async () => {
  const writer = sink<number>({ write: () => {}, end: () => {} });
  writer.destroy();
  await once(writer, 'close');
  assert.equal(writer.errored, null);
});
