/** Somebody writes into a stream of ours, pushes out of it or ends it by hand while another stream is piped into it. */
import assert from 'node:assert/strict';
import type { Transform, Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { Checkpoint, Skipped } from '../../../lib/index.ts';
import { assertAll, type Line, makeLine, pipeAll, whole } from '../../support/hand-off/line.ts';
import { bad, good, numbers } from '../../support/hand-off/rows.ts';
import { some } from '../../support/runs.ts';
import { within } from '../../support/within.ts';

const ROWS = 300;
/** What is written behind the end, or that the end has come too early: whatever pipeline() hears first. */
const ENDED = ['ERR_STREAM_WRITE_AFTER_END', 'ERR_STREAM_PREMATURE_CLOSE'];
const own = (n: number): object => ({ person_id: 'own', event_name: 'own', n });

test('a record written before anything is piped comes first, and each write is called back once', async (t) => {
  const line = await makeLine(t, 'ndjson');
  const [head] = line.stages as [Transform];
  let called = 0;
  for (const n of [1_001, 1_002]) head.write(own(n), () => called++);
  pipeAll(whole(line, ROWS));
  await within(finished(line.writer), () => 'it hangs');
  assert.deepEqual(line.outcome().applied, [1_001, 1_002, ...good(ROWS)]);
  assert.deepEqual(line.outcome().rejected, bad(ROWS));
  assert.equal(called, 2);
});

test('records written while a source is piped come in between, in their order; of the source nothing is missing', async (t) => {
  for (const place of [1, 2]) {
    for (const size of [200, 1_000_000]) {
      let written = 0;
      const line: Line = await makeLine(t, 'every stage', {
        onRow: (n) => {
          if (n <= 250 && n % 50 === 0) (line.streams[place] as Writable).write(own(1_000 + ++written));
        },
      });
      pipeAll(whole(line, ROWS, size));
      await within(finished(line.writer), () => `stream ${place}: it hangs`);
      const { applied, rejected } = line.outcome();
      const isOwn = (n: number): boolean => n > 1_000;
      assert.equal(written, 5);
      assert.deepEqual(applied.filter(isOwn), numbers(1_000 + written, 1_001));
      assert.deepEqual(
        applied.filter((n) => !isOwn(n)),
        good(ROWS),
      );
      assert.deepEqual(rejected, bad(ROWS));
    }
  }
});

test('a checkpoint written into a stage in the middle is reported when all before it has its outcome', async (t) => {
  const reported: unknown[] = [];
  const line: Line = await makeLine(t, 'every stage', {
    onRow: (n) => n === 100 && line.stages[0]?.write(new Checkpoint('by hand')),
    writer: { onCheckpoint: (position) => void reported.push(position, line.outcome().applied.includes(100)) },
  });
  pipeAll(whole(line, ROWS));
  await within(finished(line.writer), () => 'it hangs');
  assert.deepEqual(reported, ['by hand', true]);
  await assertAll(t, 'every stage', line, ROWS);
});

test('an element pushed out of a stage by hand is taken by the next one', async (t) => {
  const line: Line = await makeLine(t, 'every stage', { onRow: (n) => n === 100 && line.stages[1]?.push(new Skipped('filtered', {})) });
  pipeAll(whole(line, ROWS));
  await within(finished(line.writer), () => 'it hangs');
  const { applied, rejected } = line.outcome();
  assert.deepEqual([applied, rejected], [good(ROWS), bad(ROWS)]);
  assert.equal(line.writer.summary.skipped.byReason.filtered, 1);
});

test('ended by hand in the middle, a stage fails when the source writes on', async (t) => {
  for (const place of some([1, 2, 3, 4])) {
    const line: Line = await makeLine(t, 'every stage', { onRow: (n) => n === 100 && (line.streams[place] as Writable).end() });
    const ended = pipeline(whole(line, ROWS)).then(
      () => undefined,
      (error) => error,
    );
    const error = await within(ended, () => `stream ${place}: it hangs`);
    assert.ok(ENDED.includes(error?.code), `stream ${place}: ${error}`);
    const { applied } = line.outcome();
    assert.deepEqual(applied, good(ROWS).slice(0, applied.length));
  }
});

test('ended by hand in a chain of pipe(), it finishes with what came before, or fails by what comes behind', async (t) => {
  const line: Line = await makeLine(t, 'every stage', { onRow: (n) => n === 100 && line.stages[1]?.end() });
  // Which of the two it is depends on whether the next row comes before `finish`, as with any stream.
  const failed = new Promise<NodeJS.ErrnoException>((resolve) => line.stages[1]?.once('error', resolve));
  pipeAll(whole(line, ROWS));
  const error = await within(Promise.race([failed, finished(line.writer)]), () => 'it hangs');
  assert.ok(error === undefined || error.code === 'ERR_STREAM_WRITE_AFTER_END', String(error));
  const { applied, rejected } = line.outcome();
  assert.ok(applied.length < 200, `${applied.length}`);
  assert.deepEqual(applied, good(ROWS).slice(0, applied.length));
  assert.deepEqual(rejected, bad(ROWS).slice(0, rejected.length));
});

test('write() that somebody has put another in place of, to count or to watch, still gets every element', async (t) => {
  for (const place of [1, 2, 3]) {
    const line = await makeLine(t, 'ndjson');
    const stream = line.streams[place] as Writable;
    const write = stream.write;
    let seen = 0;
    stream.write = function (this: Writable, ...args: unknown[]) {
      seen++;
      return Reflect.apply(write, this, args);
    } as never;
    await within(pipeline(whole(line, ROWS)), () => `stream ${place}: it hangs`);
    assert.equal(seen, ROWS, `stream ${place}`);
    await assertAll(t, 'ndjson', line, ROWS);
  }
});

test('push() that somebody has put another in place of gets every element and the end', async (t) => {
  for (const place of [0, 1, 2]) {
    const line = await makeLine(t, 'ndjson');
    const stream = line.streams[place] as Transform;
    const push = stream.push;
    let seen = 0;
    stream.push = function (this: Transform, ...args: unknown[]) {
      seen++;
      return Reflect.apply(push, this, args);
    } as never;
    await within(pipeline(whole(line, ROWS)), () => `stream ${place}: it hangs`);
    assert.equal(seen, ROWS + 1, `stream ${place}`);
    await assertAll(t, 'ndjson', line, ROWS);
  }
});
