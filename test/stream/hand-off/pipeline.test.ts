/** pipeline(), with callback and promise: all arrives, in order, and it ends when the writer has finished. */
import assert from 'node:assert/strict';
import { type Transform, pipeline as withCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { assertAll, makeLine, SHAPES, type Streams, whole } from '../../support/hand-off/line.ts';
import { bad, good, piecesOf, reading, textOf } from '../../support/hand-off/rows.ts';
import { within } from '../../support/within.ts';

const ROWS = 300;

for (const shape of SHAPES) {
  test(`${shape}: promise and callback, whatever the size of the pieces`, async (t) => {
    for (const size of [40, 1_000, 1_000_000]) {
      const line = await makeLine(t, shape);
      await within(pipeline(whole(line, ROWS, size)), () => `pipeline() of promises hangs, pieces of ${size}`);
      await assertAll(t, shape, line, ROWS);
    }
    const line = await makeLine(t, shape);
    const ended = new Promise<void>((resolve, reject) => withCallback(whole(line, ROWS), (error) => (error ? reject(error) : resolve())));
    await within(ended, () => 'pipeline() with a callback hangs');
    await assertAll(t, shape, line, ROWS);
  });
}

test('a generator in the middle, and one at the end, get every element', async (t) => {
  const line = await makeLine(t, 'ndjson');
  const [validated, limited] = line.stages as [Transform, Transform];
  let seen = 0;
  const counted = async function* (elements: AsyncIterable<unknown>): AsyncGenerator<unknown> {
    for await (const element of elements) {
      seen++;
      yield element;
    }
  };
  const input = reading(piecesOf(textOf('ndjson', ROWS), 500));
  await within(pipeline(input, line.source, validated, counted, limited, line.writer), () => 'it hangs');
  assert.equal(seen, ROWS);
  await assertAll(t, 'ndjson', line, ROWS);
  const other = await makeLine(t, 'ndjson');
  const streams = whole(other, ROWS).slice(0, -1) as unknown as Streams;
  const last = pipeline([...streams, (elements: AsyncIterable<unknown>) => lengthOf(elements)] as never);
  assert.equal(await within(last as Promise<unknown>, () => 'it hangs'), ROWS);
});

async function lengthOf(elements: AsyncIterable<unknown>): Promise<number> {
  let length = 0;
  for await (const _ of elements) length++;
  return length;
}

test('end: false leaves the writer open for the next pipeline', async (t) => {
  const line = await makeLine(t, 'ndjson');
  const other = await makeLine(t, 'ndjson');
  const first = [reading(piecesOf(textOf('ndjson', 150), 500)), ...line.streams] as unknown as Streams;
  const second = [reading(piecesOf(textOf('ndjson', ROWS, 151), 500)), other.source, ...other.stages, line.writer] as Streams;
  await within(pipeline(first, { end: false }), () => 'the first hangs');
  assert.ok(!line.writer.writableEnded);
  await within(pipeline(second), () => 'the second hangs');
  const { applied, rejected } = line.outcome();
  assert.deepEqual([applied, rejected.length], [good(ROWS), bad(ROWS).length]);
});
