/** A slow API, a slow stage or a slow reject store stops the reading of the file: what was read but has no outcome stays bounded. */
import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import type { RejectSink } from '../../../lib/index.ts';
import { assertAll, type Line, makeLine, SHAPES, type Streams, whole } from '../../support/hand-off/line.ts';
import { within } from '../../support/within.ts';

const ROWS = 6_000;
const PIECE = 400;
/** A row has 17 bytes or more, of a CSV. A source holds 16 KiB of bytes, the file as much, and streams of objects 16 in each buffer. */
const IN_BUFFERS = (2 * 16_384) / 17 + 8 * 2 * 16;

for (const shape of SHAPES) {
  test(`${shape}: while the API does not answer, no more is read than fits into the buffers and one batch`, async (t) => {
    const silent = [{ path: '/api/v2/batch', latencyMs: 1e9 }];
    const line = await makeLine(t, shape, { writer: { lingerMs: 0, maxBatchBytes: 2_000 }, sandbox: { faults: silent } });
    const streams = whole(line, ROWS, PIECE);
    const [input] = streams;
    const ended = pipeline(streams).catch(() => {});
    while (line.writer.summary.requests === 0) await new Promise(setImmediate);
    await settled(input);
    const { asked, lines } = input;
    assert.ok(lines < IN_BUFFERS + 2 * (2_000 / 150), `${lines} rows were read`);
    for (const stream of line.streams) assert.ok(stream.writableLength <= stream.writableHighWaterMark + PIECE);
    await settled(input);
    assert.equal(input.asked, asked, 'it is read on');
    line.writer.destroy();
    await within(ended, () => 'it hangs');
  });
}

test('a slow step holds the reading back, and the buffers never hold more than they should', async (t) => {
  let most = 0;
  let mostAhead = 0;
  const line: Line = await makeLine(t, 'every stage', {
    onRow: (n) => {
      most = Math.max(most, ...line.stages.map(({ writableLength }) => writableLength));
      mostAhead = Math.max(mostAhead, input.lines - n);
      if (n % 10 === 0) return new Promise((resolve) => setImmediate(resolve));
    },
  });
  const streams = whole(line, ROWS, PIECE);
  const [input] = streams;
  await within(pipeline(streams), () => 'it hangs');
  assert.ok(most <= 17, `${most} elements in a buffer`);
  assert.ok(mostAhead < IN_BUFFERS, `${mostAhead} rows ahead`);
  await assertAll(t, 'every stage', line, ROWS);
});

test('a slow reject store holds the reading back', async (t) => {
  let kept = 0;
  let mostAhead = 0;
  const rejects = Object.assign(
    new Writable({
      objectMode: true,
      highWaterMark: 1,
      write: (_rejection, _encoding, callback) => {
        kept++;
        mostAhead = Math.max(mostAhead, line.writer.summary.rejected.total - kept);
        setImmediate(callback);
      },
    }),
    { flush: async () => {} },
  ) as RejectSink;
  const line: Line = await makeLine(t, 'ndjson', { writer: { rejects } });
  await within(pipeline(whole(line, ROWS)), () => 'it hangs');
  assert.equal(kept, line.writer.summary.rejected.total);
  assert.ok(mostAhead <= 2, `${mostAhead} rejections wait`);
});

test('smaller and larger highWaterMarks of what is before and behind change nothing', async (t) => {
  for (const highWaterMark of [1, 1_000]) {
    const line = await makeLine(t, 'ndjson');
    const last = new Writable({
      objectMode: true,
      highWaterMark,
      write: (element, _encoding, callback) => {
        if (!line.writer.write(element)) return void line.writer.once('drain', callback);
        callback();
      },
      final: (callback) => {
        line.writer.end(callback);
      },
    });
    await within(pipeline([...whole(line, 300).slice(0, -1), last] as unknown as Streams), () => 'it hangs');
    await assertAll(t, 'ndjson', line, 300);
  }
});

/** Until nobody has asked for a while. */
async function settled(input: { asked: number }): Promise<void> {
  for (let before = -1; before !== input.asked; ) {
    before = input.asked;
    for (let n = 0; n < 50; n++) await new Promise(setImmediate);
  }
}
