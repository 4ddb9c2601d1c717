/** The events of each stream: each once, and in the order of node's own streams. Nothing is left when all is over. */
import assert from 'node:assert/strict';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { ndjson } from '../../../lib/index.ts';
import { decode } from '../../../lib/stream/decode.ts';
import { each } from '../../../lib/stream/each.ts';
import { sink } from '../../../lib/stream/sink.ts';
import { type Line, makeLine, SHAPES, type Streams, whole } from '../../support/hand-off/line.ts';
import { numbers, piecesOf, reading, textOf } from '../../support/hand-off/rows.ts';
import { closed } from '../../support/reject/folder.ts';
import { some } from '../../support/runs.ts';
import { within } from '../../support/within.ts';

const ROWS = 200;
const CAUSE = new Error('the cause');
const EVENTS = ['pipe', 'unpipe', 'prefinish', 'finish', 'end', 'error', 'close'] as const;
const OF_STAGE = ['pipe', 'prefinish', 'finish', 'unpipe', 'end', 'close'];
const OF_WRITER = ['pipe', 'unpipe', 'prefinish', 'finish', 'close'];

/** What each stream has emitted so far. */
function heard(streams: readonly (Readable | Writable)[]): string[][] {
  return streams.map((stream) => {
    const events: string[] = [];
    for (const event of EVENTS) stream.on(event, () => events.push(event));
    return events;
  });
}

for (const shape of SHAPES) {
  test(`${shape}: of a pipeline that succeeds`, async (t) => {
    const line = await makeLine(t, shape);
    const events = heard(line.streams);
    await within(pipeline(whole(line, ROWS)), () => 'it hangs');
    await within(Promise.all(line.streams.map(closed)), () => 'not all close');
    for (const one of events.slice(0, -1)) assert.deepEqual(one.toSorted(), OF_STAGE.toSorted());
    for (const one of events.slice(0, -1)) assert.deepEqual([one[0], one.at(-1)], ['pipe', 'close']);
    for (const one of events.slice(0, -1)) assert.ok(one.indexOf('prefinish') < one.indexOf('finish'));
    assert.deepEqual(events.at(-1), OF_WRITER);
  });
}

test('of each stream the end is emitted before the finish of the next one', async (t) => {
  const line = await makeLine(t, 'ndjson');
  const order: string[] = [];
  for (const [place, stream] of line.streams.entries())
    for (const event of ['end', 'finish']) stream.on(event, () => order.push(`${event} ${place}`));
  await within(pipeline(whole(line, ROWS)), () => 'it hangs');
  const at = (event: string): number => order.indexOf(event);
  for (let place = 0; place < 3; place++) {
    assert.ok(at(`finish ${place}`) !== -1 && at(`end ${place}`) !== -1, order.join());
    assert.ok(at(`end ${place}`) < at(`finish ${place + 1}`), order.join());
  }
});

test('of a pipeline in which one stream fails: an error each, once, and a close behind it', async (t) => {
  for (const place of some([0, 1, 2, 3, 4, 5, 6])) {
    const line: Line = await makeLine(t, 'every stage', { onRow: (n) => n === 100 && line.streams[place]?.destroy(CAUSE) });
    const events = heard(line.streams);
    await assert.rejects(
      within(pipeline(whole(line, ROWS)), () => 'it hangs'),
      CAUSE,
    );
    await within(Promise.all(line.streams.map(closed)), () => 'not all close');
    for (const [n, one] of events.entries()) {
      const what = `stream ${n} when ${place} fails: ${one}`;
      assert.equal(new Set(one).size, one.length, what);
      assert.equal(one.at(-1), 'close', what);
      assert.ok(n !== place || one.at(-2) === 'error', what);
      assert.ok(!one.includes('finish') || n <= place, what);
    }
  }
});

test('each element is emitted as data once to whoever listens, and drain only to whoever was refused', async (t) => {
  const line = await makeLine(t, 'ndjson');
  let drains = 0;
  line.writer.on('drain', () => drains++);
  await within(pipeline(whole(line, ROWS)), () => 'it hangs');
  assert.ok(drains <= ROWS);
  assert.equal(line.writer.writableNeedDrain, false);
});

test('a warning of a source is emitted while it is piped, once', async () => {
  const source = decode((push, warn) => ({
    write: () => {
      warn('watch out');
      push({ n: 1 });
    },
    end: () => {},
  }));
  const warnings: unknown[] = [];
  source.on('warning', (text) => warnings.push(text));
  const last = sink({ write: () => {}, end: () => {} });
  await within(
    pipeline(
      reading([Buffer.from('x')]),
      source,
      each((element, push) => push(element)),
      last,
    ),
    () => 'it hangs',
  );
  assert.deepEqual(warnings, ['watch out']);
});

test('no listener, and no stream, keeps anything when it is taken off', async (t) => {
  const line = await makeLine(t, 'ndjson');
  const [validated] = line.stages;
  const before = EVENTS.map((event) => line.source.listenerCount(event));
  for (let n = 0; n < 50; n++) {
    line.source.pipe(validated as Writable);
    line.source.unpipe(validated as Writable);
  }
  assert.deepEqual(
    EVENTS.map((event) => line.source.listenerCount(event)),
    before,
  );
  assert.ok((validated as Writable).listenerCount('close') < 5 && (validated as Writable).listenerCount('error') < 5);
  await within(pipeline(whole(line, ROWS)), () => 'it hangs');
  assert.equal(line.writer.summary.read, ROWS);
});

test('the streams are those of node: instanceof, object mode, and highWaterMark', async (t) => {
  const line = await makeLine(t, 'every stage');
  const like = new PassThrough({ objectMode: true });
  for (const stage of line.stages) {
    assert.ok(stage.readableObjectMode && stage.writableObjectMode);
    assert.deepEqual([stage.readableHighWaterMark, stage.writableHighWaterMark], [like.readableHighWaterMark, like.writableHighWaterMark]);
  }
  assert.ok(ndjson().readableObjectMode && !ndjson().writableObjectMode);
  assert.ok(line.writer.writableObjectMode);
});

test('when it is over no handle of the streams is left', async (t) => {
  const busy = (): string[] => process.getActiveResourcesInfo().filter((name) => /Timeout|FSReq|Zlib|Immediate/.test(name));
  const before = busy();
  for (const isStopped of [false, true]) {
    const line = await makeLine(t, 'every stage');
    const streams = [reading(piecesOf(textOf('ndjson', ROWS), 300), true), ...line.streams] as unknown as Streams;
    const ended = pipeline(streams).catch(() => {});
    if (isStopped) setImmediate(() => line.stages[1]?.destroy());
    await within(ended, () => 'it hangs');
    await within(Promise.all(line.streams.map(closed)), () => 'not all close');
  }
  // Timers of what has just closed run out by themselves; one that is left would keep the process alive for ever.
  const isOver = async (): Promise<void> => {
    while (busy().length > before.length + 1) await new Promise(setImmediate);
  };
  await within(isOver(), () => `${busy()} and before ${before}`);
  assert.equal(numbers(ROWS).length, ROWS);
});
