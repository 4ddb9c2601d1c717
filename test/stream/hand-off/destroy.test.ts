/** One of the streams is destroyed, with an error or without, at any moment: pipeline() fails with that, all close, and what came before is there. */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { type TestContext, test } from 'node:test';
import { assertAll, type Line, makeLine, pipeAll, SHORT, type Shape, type Streams, whole } from '../../support/hand-off/line.ts';
import { good, piecesOf, textOf } from '../../support/hand-off/rows.ts';
import { closed } from '../../support/reject/folder.ts';
import { some } from '../../support/runs.ts';
import { within } from '../../support/within.ts';

const ROWS = 200;
const CAUSE = new Error('the cause');
const GONE = ['ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'];

/** When it happens. `act` is to be called then. */
type Moment = (t: TestContext, shape: Shape, act: (line: Line) => void) => Promise<{ line: Line; ended: Promise<void> }>;

/** A source that calls `at` before its n-th piece. */
function calling(pieces: Buffer[], n: number, at: () => void): Readable {
  let given = 0;
  return new Readable({
    read() {
      if (given++ === n) at();
      if (!this.destroyed) this.push(pieces.shift() ?? null);
    },
  });
}

const inPiece =
  (nth: number, later: boolean): Moment =>
  async (t, shape, act) => {
    const line = await makeLine(t, shape, { writer: { lingerMs: 0, maxBatchBytes: 1_000 } });
    const at = (): unknown => (later ? setImmediate(act, line) : act(line));
    const pieces = piecesOf(textOf(line.format, ROWS), 400);
    const input = calling(pieces, Math.min(nth, pieces.length), at);
    return { line, ended: pipeline([input, ...line.streams] as unknown as Streams) };
  };

const MOMENTS: Record<string, Moment> = {
  'at once': async (t, shape, act) => {
    const line = await makeLine(t, shape);
    const ended = pipeline(whole(line, ROWS));
    act(line);
    return { line, ended };
  },
  'before the first byte': inPiece(0, false),
  'a turn after the first byte was asked for': inPiece(0, true),
  'in the middle': inPiece(10, false),
  'a turn after the middle': inPiece(10, true),
  'before the end': inPiece(Number.POSITIVE_INFINITY, false),
  'while a request is in flight': async (t, shape, act) => {
    let line: Line | undefined;
    const onApply = (): unknown => setImmediate(() => act(line as Line));
    const faults = [{ path: '/api/v2/batch', latencyMs: 5 }];
    line = await makeLine(t, shape, { writer: { lingerMs: 0, maxBatchBytes: 500 }, sandbox: { onApply, faults } });
    // It does not end before: a stream of node's that is destroyed between its last element and `end` leaves pipeline() hanging.
    const pieces = piecesOf(textOf(line.format, ROWS), 400);
    const input = new Readable({
      read() {
        if (pieces.length > 0) this.push(pieces.shift());
      },
    });
    return { line, ended: pipeline([input, ...line.streams] as unknown as Streams) };
  },
};

for (const [name, moment] of Object.entries(MOMENTS)) {
  test(`${name}: each stream, with an error and without`, async (t) => {
    for (const shape of SHORT) {
      const { stages } = await makeLine(t, shape);
      for (const place of some([...stages.keys(), stages.length, stages.length + 1])) {
        for (const cause of [CAUSE, undefined]) {
          const { line, ended } = await moment(t, shape, ({ streams }) => void streams[place]?.destroy(cause));
          const what = `${shape}, stream ${place} ${cause ? 'fails' : 'is destroyed'}`;
          const error = await within(
            ended.then(
              () => undefined,
              (thrown) => thrown,
            ),
            () => `${what}: it hangs`,
          );
          if (cause) assert.equal(error, CAUSE, what);
          else assert.ok(GONE.includes(error?.code), `${what}: ${error}`);
          await within(Promise.all(line.streams.map(closed)), () => `${what}: not all close`);
          isPrefix(line, what);
        }
      }
    }
  });
}

/** What was applied has no gap and nothing twice, and no more is counted as delivered. */
function isPrefix(line: Line, what: string): void {
  const { applied } = line.outcome();
  assert.deepEqual(applied, good(ROWS).slice(0, applied.length), what);
  assert.ok(line.writer.summary.delivered <= applied.length, what);
}

test('while an async step is in flight', async (t) => {
  for (const place of some([0, 1, 2, 3, 4, 5, 6])) {
    for (const cause of [CAUSE, undefined]) {
      const line: Line = await makeLine(t, 'every stage', {
        onRow: (n) => {
          if (n !== 50) return;
          return new Promise<void>((resolve) => {
            setImmediate(() => line.streams[place]?.destroy(cause));
            setImmediate(() => setImmediate(resolve));
          });
        },
      });
      const ended = pipeline(whole(line, ROWS)).catch((error) => error);
      const error = await within(ended, () => `stream ${place}: it hangs`);
      if (cause) assert.equal(error, CAUSE);
      else assert.ok(GONE.includes(error?.code), String(error));
      await within(Promise.all(line.streams.map(closed)), () => `stream ${place}: not all close`);
      isPrefix(line, `stream ${place}`);
    }
  }
});

test('inside of a step, in the middle of a piece: what comes behind that row is not delivered', async (t) => {
  for (const place of some([0, 1, 2, 3, 4, 5, 6])) {
    const line: Line = await makeLine(t, 'every stage', { onRow: (n) => n === 50 && line.streams[place]?.destroy(CAUSE) });
    const ended = pipeline(whole(line, ROWS, 1_000_000)).catch((error) => error);
    assert.equal(await within(ended, () => `stream ${place}: it hangs`), CAUSE);
    await within(Promise.all(line.streams.map(closed)), () => `stream ${place}: not all close`);
    isPrefix(line, `stream ${place}`);
    assert.ok(line.writer.summary.read < 50, `${line.writer.summary.read} rows read`);
  }
});

test('after the end nothing changes', async (t) => {
  for (const shape of SHORT) {
    const line = await makeLine(t, shape);
    await within(pipeline(whole(line, ROWS)), () => 'it hangs');
    for (const stream of line.streams) stream.destroy();
    await within(Promise.all(line.streams.map(closed)), () => 'not all close');
    await assertAll(t, shape, line, ROWS);
  }
});

test('of streams joined by pipe() only the one that is destroyed closes, and those before it wait', async (t) => {
  for (const place of [1, 2, 3]) {
    const line = await makeLine(t, 'ndjson');
    const streams = whole(line, 2_000, 400);
    pipeAll(streams);
    const [input] = streams;
    line.streams[place]?.destroy();
    await within(closed(line.streams[place] as Readable), () => `stream ${place} does not close`);
    await settled();
    const { asked } = input;
    await settled();
    assert.equal(input.asked, asked, 'the file is still read');
    assert.deepEqual(
      line.streams.map(({ destroyed }) => destroyed),
      line.streams.map((_, n) => n === place),
    );
  }
});

test('an error of a stream in a chain of pipe() is that stream’s own, and the writer does not finish', async (t) => {
  const line = await makeLine(t, 'ndjson');
  pipeAll(whole(line, ROWS));
  const failed = finished(line.stages[0] as Readable);
  line.stages[0]?.destroy(CAUSE);
  await assert.rejects(
    within(failed, () => 'no error'),
    CAUSE,
  );
  await settled();
  assert.ok(!line.writer.writableEnded && !line.writer.destroyed);
});

async function settled(): Promise<void> {
  for (let turns = 0; turns < 20; turns++) await new Promise(setImmediate);
}
