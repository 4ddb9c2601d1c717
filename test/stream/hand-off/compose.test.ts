/** Streams of ours as parts of a composed one: compose(), Duplex.from() and Readable.compose(). */
import assert from 'node:assert/strict';
import * as streams from 'node:stream';
import { Duplex, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { assertAll, makeLine, SHAPES, type Streams, whole } from '../../support/hand-off/line.ts';
import { within } from '../../support/within.ts';

const ROWS = 300;
const { compose } = streams as unknown as { compose: (...parts: unknown[]) => Duplex };

for (const shape of SHAPES) {
  test(`${shape}: all stages composed into one, and the whole line`, async (t) => {
    const line = await makeLine(t, shape);
    const [input] = whole(line, ROWS);
    await within(pipeline(input, line.source, compose(...line.stages), line.writer), () => 'composed stages hang');
    await assertAll(t, shape, line, ROWS);
    const other = await makeLine(t, shape);
    const [bytes] = whole(other, ROWS);
    await within(pipeline(bytes, compose(other.source, ...other.stages), other.writer), () => 'a composed source hangs');
    await assertAll(t, shape, other, ROWS);
    const third = await makeLine(t, shape);
    const [pieces] = whole(third, ROWS);
    // Which is read as well: a composed stream that ends in a Writable ends when that has finished.
    await within(pipeline(pieces, compose(...third.streams)), () => 'a composed line hangs');
    await assertAll(t, shape, third, ROWS);
  });
}

test('Duplex.from() of a pair of ours, and Readable.compose()', async (t) => {
  const line = await makeLine(t, 'ndjson');
  const [input, source, validated, limited, writer] = whole(line, ROWS) as unknown as [Readable, Duplex, Duplex, Duplex, Duplex];
  validated.pipe(limited);
  const pair = Duplex.from({ writable: validated, readable: limited });
  await within(pipeline([input, source, pair, writer] as unknown as Streams), () => 'a pair hangs');
  await assertAll(t, 'ndjson', line, ROWS);
  const other = await makeLine(t, 'ndjson');
  const [bytes, ...rest] = whole(other, ROWS) as unknown as [Readable, Duplex, Duplex, Duplex, Duplex];
  const composed = rest.slice(0, -1).reduce((from, to) => (from as unknown as { compose(to: unknown): Readable }).compose(to), bytes);
  await within(pipeline(composed, other.writer), () => 'Readable.compose() hangs');
  await assertAll(t, 'ndjson', other, ROWS);
});

test('the error of a part is that of the composed stream', async (t) => {
  const cause = new Error('the cause');
  for (const part of [0, 1, 2]) {
    const line = await makeLine(t, 'ndjson');
    const [input] = whole(line, ROWS);
    const composed = compose(line.source, ...line.stages);
    const ended = pipeline(input, composed, line.writer);
    line.streams[part]?.destroy(cause);
    await assert.rejects(
      within(ended, () => 'it hangs'),
      cause,
    );
  }
});
