/** Somebody's own Transform between two streams of ours, in any place: it gets every element, and what it gives is taken. */
import assert from 'node:assert/strict';
import { PassThrough, Transform } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { Entry } from '../../../lib/index.ts';
import { assertAll, makeLine, pipeAll, SHORT, type Streams, whole } from '../../support/hand-off/line.ts';
import { bad, good, piecesOf, reading, textOf } from '../../support/hand-off/rows.ts';
import { some } from '../../support/runs.ts';
import { within } from '../../support/within.ts';

const ROWS = 200;

/** Transforms that change nothing. */
const KINDS: Record<string, () => Transform> = {
  'one that passes all on': () => new PassThrough({ objectMode: true }),
  'a slow one': () =>
    new Transform({
      objectMode: true,
      transform: (element, _encoding, callback) => setImmediate(callback, null, element),
    }),
  'one with the smallest buffers': () => new PassThrough({ objectMode: true, highWaterMark: 1 }),
  'one that keeps the last element back': () => {
    let kept: unknown;
    return new Transform({
      objectMode: true,
      transform(element, _encoding, callback) {
        if (kept !== undefined) this.push(kept);
        kept = element;
        callback();
      },
      flush(callback) {
        callback(null, kept);
      },
    });
  },
};

for (const [kind, make] of Object.entries(KINDS)) {
  test(`${kind}, behind each of our streams`, async (t) => {
    for (const shape of SHORT) {
      const { stages } = await makeLine(t, shape);
      for (const place of some([...stages.keys(), stages.length].map((at) => at + 2))) {
        const line = await makeLine(t, shape);
        const streams = whole(line, ROWS).toSpliced(place, 0, make()) as Streams;
        await within(pipeline(streams), () => `${shape}, at ${place}: it hangs`);
        await assertAll(t, shape, line, ROWS);
      }
    }
  });
}

test('one that changes, leaves out and adds elements between two of ours', async (t) => {
  const line = await makeLine(t, 'ndjson');
  const [validated, limited] = line.stages as [Transform, Transform];
  const changed = new Transform({
    objectMode: true,
    transform(element, _encoding, callback) {
      const n = element instanceof Entry ? Number((element.operation.attributes as { n: number }).n) : 0;
      if (n % 2 === 1) return callback();
      if (n === 2) this.push(element);
      callback(null, element);
    },
  });
  const input = reading(piecesOf(textOf('ndjson', ROWS), 700));
  await within(pipeline(input, line.source, validated, changed, limited, line.writer), () => 'it hangs');
  const { applied, rejected } = line.outcome();
  assert.deepEqual(applied, [2, ...good(ROWS).filter((n) => n % 2 === 0)]);
  // Rejections and what is over a limit have no number for it.
  assert.deepEqual(
    rejected.filter((n) => n % 13 !== 0),
    bad(ROWS).filter((n) => n % 13 !== 0),
  );
});

test('one that changes the records of a source', async (t) => {
  const line = await makeLine(t, 'ndjson');
  const renumbered = new Transform({
    objectMode: true,
    transform: (record, _encoding, callback) => {
      if (typeof record.n === 'number') record.n += 1_000;
      callback(null, record);
    },
  });
  pipeAll(whole(line, ROWS).toSpliced(2, 0, renumbered));
  await within(finished(line.writer), () => 'it hangs');
  assert.deepEqual(
    line.outcome().applied,
    good(ROWS).map((n) => n + 1_000),
  );
});
