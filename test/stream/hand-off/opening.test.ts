/** A stream that is still opening when the first rows come, and one whose open() fails. */
import assert from 'node:assert/strict';
import { finished, pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { each } from '../../../lib/stream/each.ts';
import { sink } from '../../../lib/stream/sink.ts';
import { assertAll, makeLine, pipeAll, type Streams, whole } from '../../support/hand-off/line.ts';
import { numberOf } from '../../support/hand-off/number-of.ts';
import { numbers } from '../../support/hand-off/rows.ts';
import { closed } from '../../support/reject/folder.ts';
import { within } from '../../support/within.ts';

const ROWS = 2_000;
const CAUSE = new Error('of open()');

async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await new Promise(setImmediate);
}

test('a stage that opens slowly, in each place, gets all in order, and only when it is open', async (t) => {
  for (const place of [1, 2, 3]) {
    for (const isPiped of [false, true]) {
      const line = await makeLine(t, 'ndjson');
      let isOpen = false;
      const stage = each((element, push) => (isOpen ? push(element) : assert.fail('it is not open')), {
        open: async () => {
          await turns(30);
          isOpen = true;
        },
      });
      const streams = whole(line, ROWS, 400).toSpliced(1 + place, 0, stage) as Streams;
      const [input] = streams;
      if (isPiped) pipeAll(streams);
      const ended = isPiped ? finished(line.writer) : pipeline(streams);
      await turns(20);
      assert.ok(input.lines < ROWS, 'all was read before it was open');
      await within(ended, () => `at ${place}: it hangs`);
      await assertAll(t, 'ndjson', line, ROWS);
    }
  }
});

test('a sink that opens slowly', async (t) => {
  const line = await makeLine(t, 'ndjson');
  const got: number[] = [];
  const calls: string[] = [];
  const last = sink({
    open: async () => {
      await turns(30);
      calls.push('open');
    },
    write: (element) => {
      if (got.push(numberOf(element)) === 1) calls.push('write');
    },
    end: () => void calls.push('end'),
    close: () => void calls.push('close'),
  });
  await within(pipeline([...whole(line, ROWS).slice(0, -1), last] as unknown as Streams), () => 'it hangs');
  await within(closed(last), () => 'it does not close');
  assert.deepEqual(calls, ['open', 'write', 'end', 'close']);
  assert.deepEqual(got, numbers(ROWS));
});

test('an open() that fails, at once or later, is the error of the pipeline, and nothing was taken', async (t) => {
  for (const place of [1, 2, 3]) {
    for (const wait of [0, 10]) {
      const line = await makeLine(t, 'ndjson');
      const open = async (): Promise<void> => {
        await turns(wait);
        throw CAUSE;
      };
      const stage = each(() => assert.fail('something was taken'), { open });
      const ended = pipeline(whole(line, ROWS, 400).toSpliced(1 + place, 0, stage) as Streams);
      await assert.rejects(
        within(ended, () => `at ${place}: it hangs`),
        CAUSE,
      );
      await within(Promise.all([stage, ...line.streams].map(closed)), () => `at ${place}: not all close`);
      assert.equal(line.writer.summary.read, 0);
    }
  }
});

test('destroyed while it opens', async (t) => {
  for (const cause of [CAUSE, undefined]) {
    const line = await makeLine(t, 'ndjson');
    const stage = each(() => assert.fail('something was taken'), { open: () => turns(10) });
    const ended = pipeline(whole(line, ROWS, 400).toSpliced(2, 0, stage) as Streams);
    await turns(3);
    stage.destroy(cause);
    await assert.rejects(
      within(ended, () => 'it hangs'),
      cause ?? { code: 'ERR_STREAM_PREMATURE_CLOSE' },
    );
    await within(Promise.all([stage, ...line.streams].map(closed)), () => 'not all close');
  }
});
