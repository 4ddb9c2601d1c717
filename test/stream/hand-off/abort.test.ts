/** An AbortSignal: of pipeline(), of addAbortSignal() on each stream, and of trackWriter(). All close, with the error that each gives. */
import assert from 'node:assert/strict';
import { addAbortSignal } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { type Line, makeLine, SHAPES, whole } from '../../support/hand-off/line.ts';
import { good } from '../../support/hand-off/rows.ts';
import { closed } from '../../support/reject/folder.ts';
import { some } from '../../support/runs.ts';
import { within } from '../../support/within.ts';

const ROWS = 500;
const REASON = new Error('enough');

async function endsWith(
  line: Line,
  ended: Promise<unknown>,
  isRight: (error: NodeJS.ErrnoException) => boolean,
  what: string,
): Promise<void> {
  const failed = ended.then(
    () => assert.fail(`${what}: it succeeds`),
    (error) => error,
  );
  const error = await within(failed, () => `${what}: it hangs`);
  assert.ok(isRight(error), `${what}: ${error}`);
  await within(Promise.all(line.streams.map(closed)), () => `${what}: not all close`);
  const { applied } = line.outcome();
  assert.deepEqual(applied, good(ROWS).slice(0, applied.length), what);
  assert.ok(line.writer.summary.read < ROWS, `${what}: all was read`);
}

const isAbort = (error: NodeJS.ErrnoException): boolean => error.name === 'AbortError' && error.code === 'ABORT_ERR';

test('the signal of pipeline(), in the middle of a step', async (t) => {
  for (const reason of [undefined, REASON]) {
    const stop = new AbortController();
    const line = await makeLine(t, 'every stage', { onRow: (n) => n === 100 && stop.abort(reason) });
    const ended = pipeline(whole(line, ROWS), { signal: stop.signal });
    await endsWith(line, ended, (error) => isAbort(error) && (reason === undefined || error.cause === reason), 'pipeline()');
  }
});

test('addAbortSignal() on each stream, in the middle of a step', async (t) => {
  for (const place of some([0, 1, 2, 3, 4, 5, 6])) {
    const stop = new AbortController();
    const line = await makeLine(t, 'every stage', { onRow: (n) => n === 100 && stop.abort() });
    addAbortSignal(stop.signal, line.streams[place] as never);
    await endsWith(line, pipeline(whole(line, ROWS)), isAbort, `stream ${place}`);
  }
});

test('the signal of trackWriter(), while a request is in flight', async (t) => {
  for (const shape of SHAPES) {
    const stop = new AbortController();
    let applied = 0;
    const line = await makeLine(t, shape, {
      writer: { signal: stop.signal, lingerMs: 0, maxBatchBytes: 1_000 },
      sandbox: { onApply: () => ++applied === 20 && stop.abort(REASON) },
    });
    await endsWith(line, pipeline(whole(line, ROWS)), (error) => error === REASON, shape);
  }
});

test('aborted before the start, nothing is sent', async (t) => {
  for (const shape of SHAPES) {
    const line = await makeLine(t, shape, { writer: { signal: AbortSignal.abort(REASON) } });
    await endsWith(line, pipeline(whole(line, ROWS)), (error) => error === REASON, shape);
    assert.deepEqual(line.outcome().applied, []);
    const other = await makeLine(t, shape);
    const ended = pipeline(whole(other, ROWS), { signal: AbortSignal.abort() });
    await assert.rejects(
      within(ended, () => 'it hangs'),
      isAbort,
    );
    assert.deepEqual(other.outcome().applied, []);
  }
});

test('aborted after the end, nothing changes', async (t) => {
  const stop = new AbortController();
  const line = await makeLine(t, 'ndjson', { writer: { signal: stop.signal } });
  for (const stream of line.streams) addAbortSignal(stop.signal, stream as never);
  await within(pipeline(whole(line, ROWS), { signal: stop.signal }), () => 'it hangs');
  stop.abort(REASON);
  await within(finished(line.writer), () => 'finished() hangs');
  assert.deepEqual(line.outcome().applied, good(ROWS));
});
