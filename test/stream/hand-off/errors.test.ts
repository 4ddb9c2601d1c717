/** What is thrown in one stream is the error of the pipeline, the same object; rows before it are delivered or rejected. */
import assert from 'node:assert/strict';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { z } from 'zod';
import { dedupe, map, memoryStore, validate } from '../../../lib/index.ts';
import { decode } from '../../../lib/stream/decode.ts';
import { each } from '../../../lib/stream/each.ts';
import { sink } from '../../../lib/stream/sink.ts';
import { type Line, makeLine, pipeAll, type Streams, whole } from '../../support/hand-off/line.ts';
import { numberOf } from '../../support/hand-off/number-of.ts';
import { bad, good, numbers, piecesOf, reading, textOf } from '../../support/hand-off/rows.ts';
import { closed } from '../../support/reject/folder.ts';
import { within } from '../../support/within.ts';

const ROWS = 300;
const CAUSE = new Error('the cause');
const WAYS = { throws: () => assert.fail(CAUSE), rejects: () => Promise.reject(CAUSE), 'rejects later': () => later(CAUSE) } as const;

async function later(error: Error): Promise<never> {
  await new Promise(setImmediate);
  throw error;
}

async function errorOf(streams: Streams | readonly unknown[], what: string): Promise<unknown> {
  const ended = pipeline(streams as Streams).then(
    () => undefined,
    (error) => error,
  );
  return within(ended, () => `${what}: it hangs`);
}

for (const [way, fail] of Object.entries(WAYS)) {
  test(`a stage of our own making that ${way} at row 150, in each place`, async (t) => {
    for (const place of [1, 2, 3]) {
      const line = await makeLine(t, 'ndjson');
      const stage = each((element, push) => {
        if (numberOf(element) === 150) return fail();
        push(element);
      });
      const what = `at ${place}`;
      assert.equal(await errorOf(whole(line, ROWS).toSpliced(1 + place, 0, stage), what), CAUSE, what);
      await within(Promise.all([stage, ...line.streams].map(closed)), () => `${what}: not all close`);
      assert.ok(line.writer.summary.read <= 149, what);
      assert.deepEqual(line.outcome().applied, good(149).slice(0, line.outcome().applied.length));
    }
  });

  test(`a sink that ${way} at row 150 got every row before it, in order`, async (t) => {
    const line = await makeLine(t, 'ndjson');
    const got: number[] = [];
    const last = sink({
      write: (element) => {
        if (numberOf(element) === 150) return fail();
        got.push(numberOf(element));
      },
      end: () => assert.fail('it ends'),
    });
    assert.equal(await errorOf([...whole(line, ROWS).slice(0, -1), last], 'the sink'), CAUSE);
    assert.deepEqual(got, numbers(149));
  });

  test(`a source that ${way} in its third piece: what it gave before arrives or the pipeline has failed`, async (t) => {
    const line = await makeLine(t, 'ndjson');
    let pieces = 0;
    const source = decode((push) => ({
      write: () => {
        pieces++;
        for (let n = 1; n <= 10; n++) push({ person_id: 'p', event_name: 'e', n: 10 * (pieces - 1) + n });
        if (pieces === 3) return fail();
      },
      end: () => {},
    }));
    assert.equal(await errorOf([reading(piecesOf(textOf('ndjson', 30), 100)), source, ...line.stages, line.writer], 'the source'), CAUSE);
    assert.equal(pieces, 3);
    const { applied } = line.outcome();
    assert.deepEqual(applied, numbers(30).slice(0, applied.length));
  });
}

test('a function of map() that throws or rejects costs that row, and nothing else', async (t) => {
  const line: Line = await makeLine(t, 'every stage', {
    onRow: (n) => {
      if (n === 100) throw CAUSE;
      if (n === 150) return later(CAUSE);
    },
  });
  assert.equal(await errorOf(whole(line, ROWS), 'map()'), undefined);
  const { applied, rejected } = line.outcome();
  assert.deepEqual(
    applied,
    good(ROWS).filter((n) => n !== 100 && n !== 150),
  );
  assert.deepEqual(
    rejected,
    [...bad(ROWS), 100, 150].toSorted((a, b) => a - b),
  );
});

test('a schema: what it refuses is rejected in its place; what it throws rejects that row', async (t) => {
  const line = await makeLine(t, 'ndjson');
  const schema = z.looseObject({ n: z.number() }).refine(({ n }) => {
    if (n === 100) throw CAUSE;
    return n % 50 !== 0;
  });
  const [, limited] = line.stages;
  const streams = [...whole(line, ROWS).slice(0, 2), map((row) => row), validate({ object: 'person_event', schema }), limited, line.writer];
  assert.equal(await errorOf(streams, 'a schema'), undefined);
  const { applied, rejected } = line.outcome();
  assert.deepEqual(
    applied,
    good(ROWS).filter((n) => n % 50 !== 0),
  );
  assert.deepEqual(
    rejected,
    numbers(ROWS).filter((n) => n % 50 === 0 || bad(ROWS).includes(n)),
  );
});

test('a dedupe store that fails, at once or later, ends the pipeline with its error', async (t) => {
  for (const fail of [() => assert.fail(CAUSE), () => later(CAUSE)]) {
    const line = await makeLine(t, 'ndjson');
    const store = memoryStore();
    let asked = 0;
    const failing = {
      open: () => store.open(),
      get: (key: bigint) => (++asked >= 100 ? (fail() as never) : store.get(key)),
      commit: (changes: never) => store.commit(changes),
      close: () => store.close(),
    };
    const stage = dedupe({ store: failing } as never);
    assert.equal(await errorOf(whole(line, ROWS).toSpliced(-1, 0, stage), 'a store'), CAUSE);
    await within(Promise.all([stage, ...line.streams].map(closed)), () => 'not all close');
    const { applied } = line.outcome();
    assert.deepEqual(applied, good(ROWS).slice(0, applied.length));
  }
});

test('in a chain of pipe() the error is that of the one stream, and nothing is sent of what comes behind', async (t) => {
  const line = await makeLine(t, 'ndjson');
  const stage = each((element, push) => (numberOf(element) === 150 ? assert.fail(CAUSE) : push(element)));
  const failed = new Promise((resolve) => stage.once('error', resolve));
  pipeAll(whole(line, ROWS).toSpliced(2, 0, stage));
  assert.equal(await within(failed, () => 'no error'), CAUSE);
  await new Promise(setImmediate);
  assert.ok(!line.writer.destroyed && !line.writer.writableEnded);
  line.stages[0]?.end();
  await within(closed(line.writer), () => 'the writer hangs');
  assert.deepEqual(line.outcome().applied, good(149));
});
