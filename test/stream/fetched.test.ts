import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { Block } from '../../lib/record/block.ts';
import { Checkpoint } from '../../lib/record/checkpoint.ts';
import type { Element } from '../../lib/record/record.ts';
import { each } from '../../lib/stream/each.ts';
import { type Fetched, type FetchedOutput, type Fetcher, fetched } from '../../lib/stream/fetched.ts';
import { sink } from '../../lib/stream/sink.ts';
import { turn } from '../support/fake-clock.ts';
import fc from '../support/fast-check.ts';
import { runs } from '../support/runs.ts';

const reader = { place: {}, read: (block: Block, row: number): Element => ({ text: block.text(row) }) };

function blockOf(...texts: string[]): Block {
  const block = new Block(Buffer.from(texts.join('')), reader);
  let from = 0;
  for (const text of texts) {
    block.add(from, from + text.length, 0, 0, 0);
    from += text.length;
  }
  return block;
}

/** A source whose core runs `run`, and notes what is asked of it. */
function noting(calls: string[], run: (output: FetchedOutput) => Promise<void>, more: Partial<Fetcher> = {}): Fetched {
  return fetched((output) => ({
    run: () => {
      calls.push('run');
      return run(output);
    },
    stop: () => void calls.push('stop'),
    close: () => void calls.push('close'),
    ...more,
  }));
}

/** A promise that the test resolves. */
function gate(): { promise: Promise<void>; open: () => void; fail: (error: Error) => void } {
  let [open, fail]: [() => void, (error: Error) => void] = [() => {}, () => {}];
  const promise = new Promise<void>((resolve, reject) => {
    [open, fail] = [resolve, reject];
  });
  return { promise, open, fail };
}

test('it fetches when it is read, not before, and ends when its core says so', async () => {
  const [calls, end] = [[] as string[], gate()];
  const source = noting(calls, async ({ push }) => {
    push({ n: 1 });
    push(new Checkpoint('p'));
    push(blockOf('{}', '{}'));
    await end.promise;
    push({ n: 2 });
  });
  await turn();
  assert.deepEqual(calls, []);
  const seen: unknown[] = [];
  source.on('data', (element) => seen.push(element));
  await turn();
  assert.deepEqual([calls, seen.length, source.rows()], [['run'], 4, 3]);
  end.open();
  await once(source, 'close');
  assert.deepEqual([seen.length, source.rows(), source.readableEnded], [5, 4, true]);
  assert.deepEqual(calls, ['run', 'close']);
});

test("whoever looks at the first element does not take it; warnings are events; stop() is the core's", async () => {
  const calls: string[] = [];
  const source = noting(calls, async ({ push, warn }) => {
    warn('slow');
    push(blockOf('{"a":1}'));
  });
  const looked: Element[] = [];
  source.onFirst((element) => looked.push(element));
  source.on('warning', (text) => calls.push(text));
  source.stop();
  source.stop();
  assert.deepEqual(await source.toArray(), [{ text: '{"a":1}' }]);
  assert.deepEqual(looked, [{ text: '{"a":1}' }]);
  assert.deepEqual(calls, ['stop', 'stop', 'run', 'slow', 'close']);
});

test('the core is busy while its elements wait in the buffer, until they are read', async () => {
  const busy: boolean[] = [];
  const source = noting([], async ({ push, busy: isBusy }) => {
    for (let n = 0; n < 50; n++) {
      push({ n });
      const wait = isBusy();
      busy.push(wait !== undefined);
      await wait;
    }
  });
  source.read(0);
  await turn();
  assert.deepEqual([busy.length, busy.lastIndexOf(true)], [source.readableHighWaterMark, source.readableHighWaterMark - 1]);
  const elements = await source.toArray();
  assert.deepEqual(
    elements.map(({ n }) => n),
    Array.from({ length: 50 }, (_, n) => n),
  );
});

test('rows go to the next stage by a call, and the core is busy while that stage is', async () => {
  const [rows, step] = [[] as string[], gate()];
  const busy: boolean[] = [];
  const source = noting([], async ({ push, busy: isBusy }) => {
    // The pipe is there only after this step.
    await turn();
    push(blockOf('{"a":1}', '{"b":2}', '{"c":3}'));
    busy.push(isBusy() !== undefined);
    await isBusy();
    push(blockOf('{"d":4}'));
    busy.push(isBusy() !== undefined);
  });
  const elements: Element[] = [];
  const stage = each(
    (element) => {
      elements.push(element);
      return step.promise;
    },
    {
      row: (block, row) => {
        // One is not ordinary.
        const isTaken = block.text(row) !== '{"b":2}';
        if (isTaken) rows.push(block.text(row));
        return isTaken;
      },
    },
  );
  const ended = pipeline(source, stage, sink<Element>({ write: () => {}, entry: () => true, end: async () => {} }));
  while (elements.length === 0) await turn();
  await turn();
  assert.deepEqual([rows, elements, busy, source.readableLength], [['{"a":1}'], [{ text: '{"b":2}' }], [true], 0]);
  step.open();
  await ended;
  assert.deepEqual([rows, busy, source.rows()], [['{"a":1}', '{"c":3}', '{"d":4}'], [true, false], 4]);
});

test('whatever the core pushes after the end of the stream goes nowhere', async () => {
  const [calls, late] = [[] as string[], gate()];
  let output: FetchedOutput | undefined;
  const source = noting(calls, async (given) => {
    output = given;
    given.push({ n: 1 });
    await late.promise;
  });
  const seen: unknown[] = [];
  source.on('data', (element) => seen.push(element));
  await turn();
  source.destroy();
  await once(source, 'close');
  output?.push({ n: 2 });
  output?.push(blockOf('{}'));
  late.fail(new Error('too late'));
  await turn();
  assert.deepEqual([seen, calls, output?.busy()], [[{ n: 1 }], ['run', 'close'], undefined]);
});

test('a core that waits for a busy pipeline is let go when the stream is destroyed', async () => {
  const calls: string[] = [];
  const source = noting(calls, async ({ push, busy }) => {
    for (let n = 0; n < 20; n++) push({ n });
    await busy();
    calls.push('let go');
  });
  source.read(0);
  await turn();
  source.destroy();
  await once(source, 'close');
  await turn();
  assert.deepEqual(calls.sort(), ['close', 'let go', 'run']);
});

test('destroyed before it was read, it is closed and never fetches', async () => {
  const calls: string[] = [];
  const source = noting(calls, async () => {});
  source.destroy();
  await once(source, 'close');
  assert.deepEqual(calls, ['close']);
});

test('an error of the core fails the pipeline, behind what was read; so does one while it closes', async () => {
  const seen: unknown[] = [];
  const keep = (): Writable =>
    new Writable({ objectMode: true, write: (element, _encoding, callback) => callback(void seen.push(element)) });
  const failing = noting([], async ({ push }) => {
    push({ n: 1 });
    await turn();
    throw new Error('broker gone');
  });
  await assert.rejects(pipeline(failing, keep()), /broker gone/);
  assert.deepEqual(seen, [{ n: 1 }]);
  await assert.rejects(
    pipeline(
      noting([], () => Promise.reject()),
      keep(),
    ),
    /failed without an error/,
  );
  const closing = noting([], async () => {}, { close: () => Promise.reject(new Error('not closed')) });
  closing.resume();
  const [error] = await once(closing, 'error');
  assert.match(String(error), /not closed/);
});

test('an end that the core withholds does not come from elsewhere: a slow reader gets all before it', async () => {
  const source = noting([], async ({ push }) => {
    for (let n = 0; n < 100; n++) push({ n });
  });
  const seen: number[] = [];
  const slow = new Writable({
    objectMode: true,
    highWaterMark: 1,
    write: ({ n }, _encoding, callback) => {
      seen.push(n);
      setImmediate(callback);
    },
  });
  await pipeline(source, slow);
  assert.equal(seen.length, 100);
});

type Move = 'listen' | 'pause' | 'unpipe' | 'wait' | 'read';
const move = fc.constantFrom<Move>('listen', 'pause', 'unpipe', 'wait', 'read');

/** Something that others may do with the stream, and undo a little later. */
async function disturb(source: Fetched, next: Writable, what: Move): Promise<void> {
  const listener = (): void => {};
  if (what === 'listen') source.on('data', listener);
  if (what === 'pause') source.pause();
  if (what === 'unpipe') source.unpipe(next);
  if (what === 'read') source.onFirst(() => {});
  await turn();
  source.off('data', listener);
  if (what === 'pause') source.resume();
  if (what === 'unpipe') source.pipe(next);
}

test('whoever listens, pauses or takes the pipe away: each element arrives once, in order', async () => {
  const item = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constant('element' as const), fc.constant('turn' as const));
  await fc.assert(
    fc.asyncProperty(fc.array(item, { maxLength: 12 }), fc.array(move, { maxLength: 8 }), fc.nat(3), async (items, moves, odd) => {
      let sent = 0;
      const source = noting([], async ({ push, busy }) => {
        for (const one of items) {
          if (one === 'turn') await turn();
          else if (one === 'element') push({ text: String(sent++) });
          else push(blockOf(...Array.from({ length: one }, () => String(sent++).padStart(4, '0'))));
          await busy();
        }
      });
      const seen: number[] = [];
      const stage = each(
        (element, push) => {
          seen.push(Number(Reflect.get(element, 'text')));
          push({});
        },
        {
          row: (block, row) => {
            const isTaken = row % 4 !== odd;
            if (isTaken) seen.push(Number(block.text(row)));
            return isTaken;
          },
        },
      );
      const done = once(stage.pipe(sink<Element>({ write: () => {}, entry: () => true, end: async () => {} })), 'finish');
      source.pipe(stage);
      for (const what of moves) await disturb(source, stage, what);
      await done;
      assert.deepEqual(
        seen,
        Array.from({ length: sent }, (_, n) => n),
      );
    }),
    { numRuns: runs(1_000) },
  );
});
