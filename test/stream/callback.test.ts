/** What the shapes of streams have in common when a step fails. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { each } from '../../lib/stream/each.ts';
import { sink } from '../../lib/stream/sink.ts';

// Opening takes a turn, so that all three wait in the buffer and come at once.
const open = (): Promise<void> => new Promise(setImmediate);

test('what fails with nothing has failed all the same', async () => {
  const steps = [
    () => Promise.reject(undefined),
    () => {
      throw null;
    },
  ];
  for (const step of steps) {
    const shapes = [
      () => each(step),
      () => sink({ write: step, end: () => {} }),
      () => sink({ open: step, write: () => {}, end: () => {} }),
    ];
    for (const make of shapes) {
      const stream = make();
      stream.end({});
      const [error] = await once(stream, 'error').catch((thrown) => [thrown]);
      assert.match(error.message, /without an error/);
    }
  }
});

for (const shape of ['each', 'sink']) {
  test(`${shape}: what has thrown is given nothing more`, async () => {
    const seen: unknown[] = [];
    const step = (element: unknown): void => {
      seen.push(element);
      throw new Error('first');
    };
    const stream = shape === 'each' ? each(step, { open }) : sink({ open, write: step, end: () => {} });
    for (const element of [1, 2, 3]) stream.write({ element });
    const [error] = await once(stream, 'error').catch((thrown) => [thrown]);
    assert.equal(error.message, 'first');
    await new Promise(setImmediate);
    assert.deepEqual(seen, [{ element: 1 }]);
  });
}
