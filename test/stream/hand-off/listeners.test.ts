/** Somebody listens to a stream of ours that is piped: with `data` or `readable`, from the start or in the middle. All arrives at both. */
import assert from 'node:assert/strict';
import { on, once } from 'node:events';
import type { Readable, Transform } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import type { Source } from '../../../lib/stream/decode.ts';
import { assertAll, type Line, makeLine, pipeAll, SHAPES, whole } from '../../support/hand-off/line.ts';
import { numberOf, numbersOf } from '../../support/hand-off/number-of.ts';
import { good, numbers, piecesOf, reading, textOf } from '../../support/hand-off/rows.ts';
import { some } from '../../support/runs.ts';
import { within } from '../../support/within.ts';

const ROWS = 300;

for (const shape of SHAPES) {
  test(`${shape}: a data listener on each stream, before it is piped and after`, async (t) => {
    const { stages } = await makeLine(t, shape);
    for (const place of some([...stages.keys(), stages.length])) {
      for (const isBefore of [true, false]) {
        const line = await makeLine(t, shape);
        const heard: unknown[] = [];
        const stream = line.streams[place] as Readable;
        const listen = (): unknown => stream.on('data', (element) => heard.push(element));
        if (isBefore) listen();
        const ended = pipeline(whole(line, ROWS));
        if (!isBefore) listen();
        await within(ended, () => `it hangs with a listener at ${place}`);
        await assertAll(t, shape, line, ROWS);
        // divert() takes out what is rejected.
        const isAll = shape !== 'every stage' || place < 4;
        assert.deepEqual(numbersOf(heard, line.format), isAll ? numbers(ROWS) : good(ROWS), `stream ${place}`);
      }
    }
  });
}

test('a listener that comes in the middle hears all from then on, until it goes, and nothing twice', async (t) => {
  for (const isLate of [false, true]) {
    for (const place of [0, 1, 2, 3]) {
      const heard: number[] = [];
      const listener = (element: unknown): void => void heard.push(numberOf(element));
      const line: Line = await makeLine(t, 'every stage', {
        onRow: (n) => {
          const stream = line.streams[place] as Readable;
          const act = (): void => {
            if (n === 100) stream.on('data', listener);
            if (n === 200) stream.off('data', listener);
          };
          if (!isLate) return act();
          // The stream behind it is busy then, in the middle of a piece.
          setImmediate(act);
          return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
        },
      });
      await within(pipeline(whole(line, ROWS, 2_000)), () => `it hangs with a listener at ${place}`);
      await assertAll(t, 'every stage', line, ROWS);
      const [first, last] = [heard[0] as number, heard.at(-1) as number];
      assert.deepEqual(heard, numbers(last, first), `stream ${place}`);
      // map() is at most a piece and the buffers away from the stream that is listened to.
      assert.ok(Math.abs(first - 100) <= 60 && Math.abs(last - 200) <= 60, `${first} to ${last}`);
    }
  }
});

test('once() and on() of node:events on a stream that is piped', async (t) => {
  const line = await makeLine(t, 'ndjson');
  const source = line.source as Source;
  const first = once(source, 'data');
  const all: number[] = [];
  const stop = new AbortController();
  const listening = (async (): Promise<void> => {
    for await (const [element] of on(line.stages[0] as Readable, 'data', { signal: stop.signal }))
      if (all.push(numberOf(element)) === ROWS) return;
  })();
  pipeAll(whole(line, ROWS));
  await within(finished(line.writer), () => 'the writer hangs');
  const [element] = await within(first, () => 'once() hangs');
  assert.equal(numberOf(element, 'ndjson'), 1);
  await within(listening, () => 'on() hangs');
  assert.deepEqual(all, numbers(ROWS));
  await assertAll(t, 'ndjson', line, ROWS);
});

test('a reader by `readable` and read() at the end of the stages gets every element in order', async (t) => {
  for (const size of [60, 1_000_000]) {
    const line = await makeLine(t, 'ndjson');
    const last = line.stages.at(-1) as Readable;
    const seen: number[] = [];
    last.on('readable', () => {
      for (let element = last.read(); element !== null; element = last.read()) seen.push(numberOf(element));
    });
    pipeAll([reading(piecesOf(textOf('ndjson', ROWS), size)), ...line.streams.slice(0, -1)]);
    await within(once(last, 'end'), () => 'the reader hangs');
    assert.deepEqual(seen, numbers(ROWS));
  }
});

test('one element at a time: read() by a reader that waits for each', async (t) => {
  const line = await makeLine(t, 'ndjson');
  const last = line.stages.at(-1) as Readable;
  pipeAll([reading(piecesOf(textOf('ndjson', ROWS), 10_000)), ...line.streams.slice(0, -1)] as Readable[]);
  const seen: number[] = [];
  while (!last.readableEnded) {
    const element = last.read();
    if (element !== null) seen.push(numberOf(element));
    else await within(Promise.race([once(last, 'readable'), once(last, 'end')]), () => 'read() hangs');
  }
  assert.deepEqual(seen, numbers(ROWS));
});

test('a `readable` listener beside a pipe takes the flow over, as with any stream: elements go to whoever reads', async (t) => {
  const line = await makeLine(t, 'ndjson');
  const [validated] = line.stages as [Transform];
  const seen: number[] = [];
  const streams = whole(line, ROWS);
  pipeAll(streams);
  // Since a pipe reads by `data`, and that is emitted by read() as well, both get all.
  validated.on('readable', () => {
    for (let element = validated.read(); element !== null; element = validated.read()) seen.push(numberOf(element));
  });
  await within(finished(line.writer), () => 'the writer hangs');
  assert.deepEqual(seen, numbers(ROWS));
  await assertAll(t, 'ndjson', line, ROWS);
});

test('the error that a listener throws is not swallowed', async (t) => {
  const cause = new Error('of the listener');
  for (const place of [0, 1, 2]) {
    const line = await makeLine(t, 'ndjson');
    const stop = new AbortController();
    const uncaught = once(process, 'uncaughtException', stop).then(([error]) => error);
    uncaught.catch(() => {});
    const failed = pipeline(whole(line, 50)).catch((error) => error);
    (line.streams[place] as Readable).once('data', () => {
      throw cause;
    });
    const error = await within(Promise.race([uncaught, failed]), () => `it hangs with a listener at ${place}`);
    stop.abort();
    assert.equal(error, cause, `stream ${place}`);
  }
});
