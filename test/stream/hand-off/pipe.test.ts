/** `.pipe()`: one chain, several sources into one head, one after the other or at the same time, and one into two. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Readable, Transform } from 'node:stream';
import { finished } from 'node:stream/promises';
import { test } from 'node:test';
import { ndjson, validate } from '../../../lib/index.ts';
import { assertAll, makeLine, pipeAll, SHAPES, whole } from '../../support/hand-off/line.ts';
import { bad, good, piecesOf, reading, textOf } from '../../support/hand-off/rows.ts';
import { within } from '../../support/within.ts';

const ROWS = 300;
const input = (to: number, from = 1): Readable => reading(piecesOf(textOf('ndjson', to, from), 700));

for (const shape of SHAPES) {
  test(`${shape}: a chain of pipe(), joined from the front and from the back`, async (t) => {
    for (const isBackwards of [false, true]) {
      const line = await makeLine(t, shape);
      const streams = whole(line, ROWS);
      if (!isBackwards) pipeAll(streams);
      else for (let i = streams.length - 2; i >= 0; i--) (streams[i] as Readable).pipe(streams[i + 1] as never);
      await within(finished(line.writer), () => 'it hangs');
      await assertAll(t, shape, line, ROWS);
    }
  });
}

test('several sources, one after the other, into one head that stays open', async (t) => {
  const line = await makeLine(t, 'ndjson');
  const [head] = line.stages as [Transform];
  pipeAll([...line.stages, line.writer]);
  for (const from of [1, 101, 201]) {
    const source = ndjson({ source: `file ${from}`, version: '1' });
    input(from + 99, from)
      .pipe(source)
      .pipe(head, { end: false });
    await within(once(source, 'end'), () => `the source of row ${from} hangs`);
  }
  assert.ok(!line.writer.writableEnded);
  head.end();
  await within(finished(line.writer), () => 'the writer hangs');
  const { applied, rejected } = line.outcome();
  assert.deepEqual(applied, good(ROWS));
  assert.equal(rejected.length, bad(ROWS).length);
});

test('two sources into one head at the same time: each keeps its order, nothing is lost or comes twice', async (t) => {
  const line = await makeLine(t, 'ndjson');
  const [head] = line.stages as [Transform];
  pipeAll([...line.stages, line.writer]);
  const sources = [ndjson({ source: 'a' }), ndjson({ source: 'b' })] as const;
  input(150).pipe(sources[0]).pipe(head, { end: false });
  input(ROWS, 151).pipe(sources[1]).pipe(head, { end: false });
  await within(Promise.all(sources.map((source) => once(source, 'end'))), () => 'a source hangs');
  head.end();
  await within(finished(line.writer), () => 'the writer hangs');
  const { applied, rejected } = line.outcome();
  const isFirst = (n: number): boolean => n <= 150;
  assert.deepEqual(applied.filter(isFirst), good(150));
  assert.deepEqual(
    applied.filter((n) => !isFirst(n)),
    good(ROWS, 151),
  );
  assert.equal(rejected.length, bad(ROWS).length);
});

test('one source into two destinations, and a stage into two writers: each gets everything', async (t) => {
  const line = await makeLine(t, 'ndjson');
  const other = await makeLine(t, 'ndjson');
  pipeAll([...line.stages, line.writer]);
  pipeAll([...other.stages, other.writer]);
  line.source.pipe(line.stages[0] as never);
  line.source.pipe(other.stages[0] as never);
  input(ROWS).pipe(line.source);
  await within(Promise.all([line, other].map(({ writer }) => finished(writer))), () => 'a writer hangs');
  for (const one of [line, other]) await assertAll(t, 'ndjson', one, ROWS);
  const [left, right] = [await makeLine(t, 'ndjson'), await makeLine(t, 'ndjson')];
  const last = left.stages.at(-1) as Readable;
  last.pipe(right.writer);
  pipeAll(whole(left, ROWS));
  await within(Promise.all([left, right].map(({ writer }) => finished(writer))), () => 'a writer hangs');
  assert.deepEqual(left.outcome(), right.outcome());
  await assertAll(t, 'ndjson', left, ROWS);
});

test('a second destination that comes in the middle gets what comes from then on', async (t) => {
  const other = validate({ object: 'person_event' });
  const line = await makeLine(t, 'every stage', {
    onRow: (n) => {
      if (n === 100) line.source.pipe(other);
    },
  });
  const seen = other.toArray();
  pipeAll(whole(line, ROWS));
  await within(finished(line.writer), () => 'the writer hangs');
  await assertAll(t, 'every stage', line, ROWS);
  const elements = await within(seen, () => 'the second destination hangs');
  // What had left the source by then is gone for it: at most what the stage holds in its buffers.
  assert.ok(elements.length >= 100 && elements.length <= ROWS - 100, `${elements.length}`);
  const last = elements.at(-1) as { origin?: { line?: number } };
  assert.equal(last.origin?.line, ROWS);
});

test('piped into the same destination twice, each element comes twice', async (t) => {
  const line = await makeLine(t, 'ndjson');
  line.source.pipe(line.stages[0] as never);
  pipeAll(whole(line, ROWS));
  await within(finished(line.writer), () => 'the writer hangs');
  assert.equal(line.writer.summary.read, 2 * ROWS);
});
