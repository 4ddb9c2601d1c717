/** pause(), resume(), isPaused(), cork() and uncork() on streams of ours that are piped. */
import assert from 'node:assert/strict';
import { Readable, type Transform, type Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { test } from 'node:test';
import { assertAll, type Line, makeLine, pipeAll, whole } from '../../support/hand-off/line.ts';
import { piecesOf, reading, textOf } from '../../support/hand-off/rows.ts';
import { some } from '../../support/runs.ts';
import { within } from '../../support/within.ts';

const ROWS = 1_000;

test('paused while what is behind it takes more, a stream gives nothing more until it is resumed, and the reading stops', async (t) => {
  for (const place of some([0, 1, 2, 3, 4, 5])) {
    let stopped: () => void = () => {};
    const isStopped = new Promise<void>((resolve) => {
      stopped = resolve;
    });
    const line: Line = await makeLine(t, 'every stage', { onRow: (n) => n === 100 && stopped() });
    const input = reading(piecesOf(textOf('ndjson', ROWS), 200), true);
    pipeAll([input, ...line.streams]);
    const stream = line.streams[place] as Readable;
    await within(isStopped, () => 'row 100 does not come');
    stream.pause();
    while (await flows(line));
    const { read } = line.writer.summary;
    assert.ok(read < 300, `${read} rows came`);
    assert.ok(stream.isPaused() && stream.readableLength > 0);
    for (let before = -1; before !== input.asked; await flows(line)) before = input.asked;
    assert.ok(input.lines < ROWS, 'all was read');
    stream.resume();
    assert.ok(!stream.isPaused());
    await within(finished(line.writer), () => `stream ${place}: it hangs`);
    await assertAll(t, 'every stage', line, ROWS);
  }
});

test('paused in the middle of a piece, for as long as the pipe lets it', async (t) => {
  for (const place of some([0, 1, 2, 3, 4, 5])) {
    for (const size of [200, 1_000_000]) {
      const line: Line = await makeLine(t, 'every stage', { onRow: (n) => n === 100 && (line.streams[place] as Readable).pause() });
      pipeAll(whole(line, ROWS, size));
      // A destination that was full resumes the pipe when it drains, as with any stream.
      for (let n = 0; n < 5; n++) await flows(line);
      (line.streams[place] as Readable).resume();
      await within(finished(line.writer), () => `stream ${place}, pieces of ${size}: it hangs`);
      await assertAll(t, 'every stage', line, ROWS);
    }
  }
});

async function flows({ writer: { summary } }: Line): Promise<boolean> {
  const { read } = summary;
  for (let n = 0; n < 30; n++) await new Promise(setImmediate);
  return summary.read > read;
}

test('paused before anything has come, and resumed', async (t) => {
  for (const place of [0, 1, 2]) {
    const line = await makeLine(t, 'ndjson');
    pipeAll(whole(line, ROWS));
    const stream = line.streams[place] as Readable;
    stream.pause();
    while (await flows(line));
    assert.equal(line.writer.summary.read, 0);
    stream.resume();
    await within(finished(line.writer), () => `stream ${place}: it hangs`);
    await assertAll(t, 'ndjson', line, ROWS);
  }
});

test('corked, a stage or the writer takes nothing more; uncorked, it takes all in order', async (t) => {
  for (const place of [1, 2, 3]) {
    for (const size of [200, 1_000_000]) {
      const line = await makeLine(t, 'ndjson');
      const stream = line.streams[place] as Writable;
      stream.cork();
      pipeAll(whole(line, ROWS, size));
      for (let n = 0; n < 30; n++) await new Promise(setImmediate);
      assert.equal(line.writer.summary.read, 0);
      assert.ok(stream.writableLength > 0, 'nothing waits');
      stream.uncork();
      await within(finished(line.writer), () => `stream ${place}: it hangs`);
      await assertAll(t, 'ndjson', line, ROWS);
    }
  }
});

test('corked in the middle of a piece', async (t) => {
  for (const place of some([2, 3, 4, 5])) {
    const line: Line = await makeLine(t, 'every stage', {
      onRow: (n) => {
        if (n !== 100) return;
        const stream = line.streams[place] as Writable;
        stream.cork();
        setImmediate(() => setImmediate(() => stream.uncork()));
      },
    });
    pipeAll(whole(line, ROWS, 1_000_000));
    await within(finished(line.writer), () => `stream ${place}: it hangs`);
    await assertAll(t, 'every stage', line, ROWS);
  }
});

test('the lengths of buffers are 0 when all has passed, and never below', async (t) => {
  const line: Line = await makeLine(t, 'every stage', { onRow: () => isSane(line) });
  pipeAll(whole(line, ROWS));
  await within(finished(line.writer), () => 'it hangs');
  for (const stream of line.streams) assert.equal(stream.writableLength, 0);
  for (const stream of [line.source, ...line.stages]) assert.equal(stream.readableLength, 0);
});

function isSane({ streams }: Line): void {
  for (const stream of streams) {
    assert.ok(stream.writableLength >= 0);
    if (stream instanceof Readable) assert.ok((stream as Transform).readableLength >= 0);
  }
}
