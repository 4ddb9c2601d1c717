/** Streams of ours that are read by iteration and by the methods of Readable: at the end of the stages, or in their middle. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Readable, type Transform } from 'node:stream';
import { finished } from 'node:stream/promises';
import { type TestContext, test } from 'node:test';
import { Entry } from '../../../lib/index.ts';
import { assertAll, makeLine, pipeAll, SHAPES, type Shape, whole } from '../../support/hand-off/line.ts';
import { numberOf, numbersOf } from '../../support/hand-off/number-of.ts';
import { good, numbers } from '../../support/hand-off/rows.ts';
import { closed } from '../../support/reject/folder.ts';
import { some } from '../../support/runs.ts';
import { within } from '../../support/within.ts';

const ROWS = 300;

/** The last of the streams that are piped, and those before it. */
async function upTo(t: TestContext, shape: Shape, place: number, size?: number) {
  const line = await makeLine(t, shape);
  const streams = whole(line, ROWS, size).slice(0, place + 2) as Readable[];
  for (const stream of streams) stream.on('error', () => {});
  pipeAll(streams);
  return { line, streams, last: streams.at(-1) as Readable };
}

/** All elements, with a pause after each `pauseEvery`. */
async function iterated(elements: AsyncIterable<unknown>, pauseEvery = Number.POSITIVE_INFINITY): Promise<unknown[]> {
  const seen: unknown[] = [];
  for await (const element of elements) if (seen.push(element) % pauseEvery === 0) await new Promise(setImmediate);
  return seen;
}

for (const shape of SHAPES) {
  test(`${shape}: iteration of each stream that nobody reads else gives every element, in order`, async (t) => {
    const { stages } = await makeLine(t, shape);
    for (const place of some([...stages.keys(), stages.length])) {
      const { line, last } = await upTo(t, shape, place);
      const seen = await within(iterated(last), () => `the iteration of ${place} hangs`);
      const isAll = shape !== 'every stage' || place < 4;
      assert.deepEqual(numbersOf(seen, line.format), isAll ? numbers(ROWS) : good(ROWS), `stream ${place}`);
    }
  });
}

test('a slow iteration of a stream that is also piped: both get every element', async (t) => {
  const line = await makeLine(t, 'ndjson');
  const [validated] = line.stages as [Transform];
  pipeAll(whole(line, ROWS));
  const [seen] = await within(Promise.all([iterated(validated, 10), finished(line.writer)]), () => 'it hangs');
  assert.deepEqual(numbersOf(seen), numbers(ROWS));
  await assertAll(t, 'ndjson', line, ROWS);
});

test('left by break, the stream is destroyed, and those before it stop', async (t) => {
  for (const size of [100, 1_000_000]) {
    const { streams, last } = await upTo(t, 'ndjson', 2, size);
    let seen = 0;
    for await (const _ of last) if (++seen === 10) break;
    await within(closed(last), () => 'it does not close');
    assert.ok(last.destroyed);
    const [, source, validated] = streams as [Readable, Readable, Readable];
    await new Promise(setImmediate);
    const before = [source.readableLength, validated.readableLength];
    for (let turns = 0; turns < 10; turns++) await new Promise(setImmediate);
    assert.deepEqual([source.readableLength, validated.readableLength], before, 'they still flow');
  }
});

test('toArray(), map(), filter(), take(), drop(), flatMap(), reduce() and forEach()', async (t) => {
  const end = async () => (await upTo(t, 'ndjson', 2)).last;
  const hangs = () => 'it hangs';
  assert.deepEqual(numbersOf(await within((await end()).toArray(), hangs)), numbers(ROWS));
  assert.deepEqual(await within((await end()).map((element) => numberOf(element), { concurrency: 4 }).toArray(), hangs), numbers(ROWS));
  const entries = (await end()).filter((element) => element instanceof Entry);
  assert.deepEqual(numbersOf(await within(entries.toArray(), hangs)), good(ROWS));
  const taken = (await end()).drop(20).take(10);
  assert.deepEqual(numbersOf(await within(taken.toArray(), hangs)), numbers(30, 21));
  const doubled = (await end()).flatMap((element) => [numberOf(element), numberOf(element)]);
  assert.equal((await within(doubled.toArray(), hangs)).length, 2 * ROWS);
  const sum = (await end()).reduce((total: number, element) => total + numberOf(element), 0);
  assert.equal(await within(sum, hangs), (ROWS * (ROWS + 1)) / 2);
  const seen: number[] = [];
  await within(
    (await end()).forEach((element) => void seen.push(numberOf(element))),
    hangs,
  );
  assert.deepEqual(seen, numbers(ROWS));
});

test('as a web stream, and wrapped by Readable.from()', async (t) => {
  const { last } = await upTo(t, 'ndjson', 2);
  const seen = await within(iterated(Readable.toWeb(last) as AsyncIterable<unknown>), () => 'the web stream hangs');
  assert.deepEqual(numbersOf(seen), numbers(ROWS));
  const { last: other } = await upTo(t, 'ndjson', 2);
  const elements = await within(Readable.from(other).toArray(), () => 'Readable.from() hangs');
  assert.equal(elements.length, ROWS);
});

test('what is put back by unshift() comes first, and is nobody’s twice', async (t) => {
  const { last } = await upTo(t, 'ndjson', 2);
  await within(once(last, 'readable'), () => 'it does not begin');
  const first = last.read();
  last.unshift(first);
  const elements = await within(last.toArray(), () => 'it hangs');
  assert.deepEqual(numbersOf(elements), numbers(ROWS));
});
