import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { type EachHooks, each } from '../../lib/stream/each.ts';
import { turn } from '../support/fake-clock.ts';

type Numbered = { n: number };
const numbers = (count: number): Readable => Readable.from(Array.from({ length: count }, (_, n) => ({ n })));

/** Hooks that note when they are called. */
function noted(calls: unknown[]): EachHooks {
  return {
    open: async () => {
      await turn();
      calls.push('open');
    },
    end: async (push) => {
      await turn();
      calls.push('end');
      push({ n: 'last' });
    },
    close: () => void calls.push('close'),
  };
}

test('elements keep their order, whichever of them take their time, between what comes first and last', async () => {
  const calls: unknown[] = [];
  const stage = each((element, push) => {
    const { n } = element as Numbered;
    calls.push(n);
    if (n % 3 === 2) return;
    push({ n });
    // One element may become several, at once or later.
    if (n % 3 === 1) return turn().then(() => push({ n: n + 0.5 }));
  }, noted(calls));
  const out = await numbers(7).pipe(stage).toArray();
  assert.deepEqual(
    out.map(({ n }) => n),
    [0, 1, 1.5, 3, 4, 4.5, 6, 'last'],
  );
  assert.deepEqual(calls, ['open', 0, 1, 2, 3, 4, 5, 6, 'end', 'close']);
});

test('while an element takes its time the next one is not begun', async () => {
  let [running, most] = [0, 0];
  const stage = each(async (_element, push) => {
    most = Math.max(most, ++running);
    await turn();
    running--;
    push({});
  });
  assert.equal((await numbers(20).pipe(stage).toArray()).length, 20);
  assert.equal(most, 1);
});

test('a failure is the error of the stream, and closes what was opened, without its end', async () => {
  for (const fail of [() => Promise.reject(new Error('disk full')), () => assert.fail('disk full')]) {
    const calls: unknown[] = [];
    const stage = each(fail, noted(calls));
    await assert.rejects(
      pipeline(numbers(3), stage, async (out) => {
        for await (const _ of out) assert.fail('nothing comes out');
      }),
      /disk full/,
    );
    assert.deepEqual(calls, ['open', 'close']);
  }
});

test('a close that fails is the error, but not in place of the first one', async () => {
  const close = (): Promise<void> => Promise.reject(new Error('closing'));
  for (const [reason, message] of [
    [undefined, 'closing'],
    [new Error('first'), 'first'],
  ] as const) {
    const stage = each(() => {}, { close });
    stage.destroy(reason);
    const [error] = await once(stage, 'error').catch((thrown) => [thrown]);
    assert.equal(error.message, message);
  }
});
