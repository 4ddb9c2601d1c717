/** A stream is taken off the next one in the middle, and piped on into another: nothing is lost, nothing comes twice, the order stays. */
import assert from 'node:assert/strict';
import type { Readable, Transform, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { type TestContext, test } from 'node:test';
import { type Line, makeLine, pipeAll, whole } from '../../support/hand-off/line.ts';
import { bad, good } from '../../support/hand-off/rows.ts';
import { some } from '../../support/runs.ts';
import { within } from '../../support/within.ts';

const ROWS = 500;

/** A line that does something at row 250, at once or while map() waits. */
async function acting(t: TestContext, isLater: boolean, act: (line: Line) => void): Promise<Line> {
  const line: Line = await makeLine(t, 'every stage', {
    onRow: (n) => {
      if (n !== 250) return;
      if (!isLater) return act(line);
      return new Promise<void>((resolve) => {
        setImmediate(() => resolve(act(line)));
      });
    },
  });
  return line;
}

const sorted = (numbers: readonly number[]): number[] => numbers.toSorted((a, b) => a - b);

test('piped on into a second line: what the first has taken comes out there, all else of the second', async (t) => {
  for (const isLater of [false, true]) {
    for (const size of [200, 1_000_000]) {
      for (const place of some([0, 1, 2, 3, 4])) {
        const other = await makeLine(t, 'every stage');
        const line = await acting(t, isLater, ({ streams }) => {
          const [from, to] = [streams[place] as Readable, streams[place + 1] as Writable];
          from.unpipe(to);
          from.pipe(other.streams[place + 1] as Writable);
          to.end();
        });
        pipeAll(other.streams.slice(place + 1));
        pipeAll(whole(line, ROWS, size));
        await within(Promise.all([line, other].map(({ writer }) => finished(writer))), () => `stream ${place}: it hangs`);
        const [first, second] = [line.outcome(), other.outcome()];
        const what = `stream ${place}, pieces of ${size}`;
        assert.deepEqual([...first.applied, ...second.applied], good(ROWS), what);
        assert.deepEqual([...first.rejected, ...second.rejected], bad(ROWS), what);
        assert.ok(first.applied.length > 0 && second.applied.length > 0, `${what}: ${first.applied.length}`);
      }
    }
  }
});

test('taken off and piped into the same one again, a while later', async (t) => {
  for (const place of some([0, 1, 2, 3, 4])) {
    const line = await acting(t, false, async ({ streams, writer }) => {
      const [from, to] = [streams[place] as Readable, streams[place + 1] as Writable];
      from.unpipe(to);
      await turns(30);
      const { read } = writer.summary;
      await turns(30);
      assert.equal(writer.summary.read, read, 'it still flows');
      from.pipe(to);
    });
    pipeAll(whole(line, ROWS));
    await within(finished(line.writer), () => `stream ${place}: it hangs`);
    assert.deepEqual([line.outcome().applied, line.outcome().rejected], [good(ROWS), bad(ROWS)]);
  }
});

test('taken off and nothing else: the rest waits in the buffers, and can be read', async (t) => {
  for (const size of [200, 1_000_000]) {
    const line = await acting(t, false, ({ source }) => void source.unpipe());
    pipeAll(whole(line, ROWS, size));
    await turns(30);
    // Not paused for good: since nobody else had paused it, it waits for the next who reads.
    assert.equal(line.source.readableFlowing, false);
    const rest = await within(line.source.toArray(), () => 'the rest hangs');
    line.stages[0]?.end();
    await within(finished(line.writer), () => 'the writer hangs');
    const { applied, rejected } = line.outcome();
    assert.equal(applied.length + rejected.length + rest.length, ROWS);
    assert.deepEqual(applied, good(ROWS).slice(0, applied.length));
  }
});

test('one of two destinations is taken off: the other gets all', async (t) => {
  const other = await makeLine(t, 'every stage');
  const line = await acting(t, false, ({ source }) => void source.unpipe(other.stages[0]));
  pipeAll([...other.stages, other.writer]);
  line.source.pipe(other.stages[0] as Transform);
  pipeAll(whole(line, ROWS));
  await within(finished(line.writer), () => 'the first hangs');
  other.stages[0]?.end();
  await within(finished(other.writer), () => 'the second hangs');
  assert.deepEqual([line.outcome().applied, line.outcome().rejected], [good(ROWS), bad(ROWS)]);
  const { applied } = other.outcome();
  assert.ok(applied.length > 0 && applied.length < 300, `${applied.length}`);
  assert.deepEqual(applied, good(ROWS).slice(0, applied.length));
});

test('a second source takes over in the middle: first all of the one, then all of the other', async (t) => {
  const spare = await makeLine(t, 'ndjson');
  const line = await makeLine(t, 'every stage');
  const [head] = line.stages as [Transform];
  pipeAll([...line.stages, line.writer]);
  pipeAll(whole(line, 100).slice(0, 2));
  line.source.pipe(head, { end: false });
  await within(finished(line.source, { writable: false }), () => 'the first source hangs');
  pipeAll(whole(spare, 100).slice(0, 2));
  spare.source.pipe(head);
  await within(finished(line.writer), () => 'the writer hangs');
  const { applied, rejected } = line.outcome();
  assert.deepEqual(applied, good(100));
  assert.equal(line.writer.summary.skipped.byReason.duplicate, good(100).length);
  assert.deepEqual(sorted(rejected), sorted([...bad(100), ...bad(100)]));
});

async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await new Promise(setImmediate);
}
