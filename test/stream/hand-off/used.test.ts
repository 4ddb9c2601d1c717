/** Rows pass as bytes, by a call, if our streams are joined directly and nobody else looks; else as elements. Each goes one way only. */
import assert from 'node:assert/strict';
import { PassThrough, type Readable, type Transform, type Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { type TestContext, test } from 'node:test';
import { each } from '../../../lib/stream/each.ts';
import { assertAll, type Line, makeLine, pipeAll, type Streams, whole } from '../../support/hand-off/line.ts';
import { numberOf } from '../../support/hand-off/number-of.ts';
import { good, numbers } from '../../support/hand-off/rows.ts';
import { within } from '../../support/within.ts';

const ROWS = 300;
/** Most of the rows that can be delivered are ordinary. */
const MOST = good(ROWS).length / 2;

/** A stage that notes which rows have passed as bytes, and which as elements. */
function counter(onRow: () => void = () => {}) {
  const ways = { bytes: [] as number[], elements: [] as number[] };
  const stage = each(
    (element, push) => {
      ways.elements.push(numberOf(element));
      push(element);
    },
    {
      row: (block, row, next) => {
        onRow();
        if (!next.row(block, row)) return false;
        ways.bytes.push(block.line(row));
        return true;
      },
    },
  );
  return { stage, ways };
}

/** A line with the counter behind its source. */
async function counted(t: TestContext, change: (streams: Streams, line: Line) => Streams | undefined = () => undefined) {
  const line = await makeLine(t, 'ndjson');
  const { stage, ways } = counter();
  const streams = whole(line, ROWS).toSpliced(2, 0, stage) as Streams;
  const changed = change(streams, line) ?? streams;
  await within(pipeline(changed), () => 'it hangs');
  await assertAll(t, 'ndjson', line, ROWS);
  assert.deepEqual(
    [...ways.bytes, ...ways.elements].toSorted((a, b) => a - b),
    numbers(ROWS),
  );
  return ways;
}

test('in a pipeline of our streams alone', async (t) => {
  const { bytes } = await counted(t);
  assert.ok(bytes.length > MOST, `${bytes.length} rows passed as bytes`);
  assert.ok(bytes.every((n) => good(ROWS).includes(n)));
});

test('joined by pipe(), from the front or from the back', async (t) => {
  for (const isBackwards of [false, true]) {
    const line = await makeLine(t, 'ndjson');
    const { stage, ways } = counter();
    const streams = whole(line, ROWS).toSpliced(2, 0, stage) as Streams;
    if (!isBackwards) pipeAll(streams);
    else for (let n = streams.length - 2; n >= 0; n--) (streams[n] as Readable).pipe(streams[n + 1] as Writable);
    await within(finished(line.writer), () => 'it hangs');
    assert.ok(ways.bytes.length > MOST, `${ways.bytes.length} rows passed as bytes`);
  }
});

const NONE: Record<string, (streams: Streams, line: Line) => Streams | undefined> = {
  'a data listener on the source': (_streams, { source }) => void source.on('data', () => {}),
  'a data listener on a stage behind': (_streams, { stages }) => void (stages[0] as Transform).on('data', () => {}),
  'a stream of the user before the stage': (streams) => streams.toSpliced(2, 0, new PassThrough({ objectMode: true })) as Streams,
  'a stream of the user before the writer': (streams) => streams.toSpliced(-1, 0, new PassThrough({ objectMode: true })) as Streams,
  'a second destination of a stage': (_streams, { stages }) =>
    void (stages[0] as Transform).pipe(new PassThrough({ objectMode: true }).resume()),
  'a write() of the user’s own on the writer': (_streams, { writer }) => {
    const { write } = writer;
    writer.write = function (this: Writable, ...args: unknown[]) {
      return Reflect.apply(write, this, args);
    } as never;
    return undefined;
  },
};

for (const [name, change] of Object.entries(NONE)) {
  test(`${name}: every row comes as an element`, async (t) => {
    assert.deepEqual((await counted(t, change)).bytes, []);
  });
}

test('a listener, a pause, a second destination in the middle: rows before may pass as bytes, none behind', async (t) => {
  const actions: Record<string, (line: Line) => void> = {
    'a listener': ({ stages }) => void (stages[0] as Transform).on('data', () => {}),
    'a pause': ({ source }) => void source.pause().resume(),
    'a second destination': ({ source }) => void source.pipe(new PassThrough({ objectMode: true }).resume()),
  };
  for (const [name, act] of Object.entries(actions)) {
    const line = await makeLine(t, 'ndjson');
    let left = 100;
    let at = 0;
    const { stage, ways } = counter(() => {
      if (--left !== 0) return;
      process.nextTick(() => {
        at = ways.bytes.length;
        act(line);
      });
    });
    await within(pipeline(whole(line, ROWS, 500).toSpliced(2, 0, stage) as Streams), () => `${name}: it hangs`);
    await assertAll(t, 'ndjson', line, ROWS);
    assert.ok(at > 0, `${name}: none passed as bytes before`);
    assert.equal(ways.bytes.length, at, `${name}: rows still passed as bytes`);
  }
});
