import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { Checkpoint } from '../../lib/record/checkpoint.ts';
import { Entry } from '../../lib/record/entry.ts';
import type { Element } from '../../lib/record/record.ts';
import { Rejection } from '../../lib/record/rejection.ts';
import { Skipped } from '../../lib/record/skipped.ts';
import { rejectWriter } from '../../lib/reject/reject-writer.ts';
import { divert } from '../../lib/stage/divert.ts';
import { closed, folder, stored } from '../support/reject/folder.ts';

const reject = (n: number): Rejection => new Rejection({ reason: 'invalid', message: 'no', stage: 'test' }, { n });

/** A reject store in memory, whose flush takes as long as the test likes. */
function memory(flush: () => Promise<void>): Writable & { flush(): Promise<void>; taken: unknown[] } {
  const taken: unknown[] = [];
  const writable = new Writable({
    objectMode: true,
    highWaterMark: 1,
    write: (element, _encoding, callback) => {
      taken.push(element);
      setImmediate(callback);
    },
  });
  return Object.assign(writable, { taken, flush });
}

test('rejections leave the pipeline, all else passes in order', async (t) => {
  const path = await folder(t);
  const rejects = rejectWriter({ to: path });
  const others: Element[] = [
    { a: 1 },
    new Entry({}, '{}', { a: 1 }, undefined),
    new Skipped('filtered', { a: 1 }),
    new Checkpoint(1),
    { b: 1 },
  ];
  const elements = others.flatMap((element, n) => [reject(n), element]);
  const out = await Readable.from(elements).pipe(divert(rejects)).toArray();
  assert.equal(out.length, others.length);
  for (const [n, element] of out.entries()) assert.equal(element, others[n]);
  // The line has ended, so the rejections are there and the store is closed.
  assert.deepEqual(await stored(path), [0, 1, 2, 3, 4]);
  assert.equal(rejects.writableFinished, true);
});

test('a checkpoint waits until the rejections before it are stored', async (t) => {
  const path = await folder(t);
  const line = divert(rejectWriter({ to: path }));
  const seen: unknown[] = [];
  line.on('data', (checkpoint: Checkpoint) => seen.push(checkpoint.position, stored(path)));
  for (const element of [reject(1), reject(2), new Checkpoint('first'), reject(3), new Checkpoint('second')]) line.write(element);
  line.end();
  await once(line, 'end');
  assert.deepEqual([seen[0], seen[2]], ['first', 'second']);
  // Reading began when the checkpoint came, so later files can only add to it.
  assert.deepEqual(((await seen[1]) as number[]).slice(0, 2), [1, 2]);
  assert.deepEqual(await seen[3], [1, 2, 3]);
});

test('a checkpoint does not pass while a flush is in flight', async (t) => {
  let stop: () => void = () => {};
  const rejects = memory(
    () =>
      new Promise((resolve) => {
        stop = resolve;
      }),
  );
  const line = divert(rejects);
  t.after(() => line.destroy());
  const seen: unknown[] = [];
  line.on('data', (element) => seen.push(element));
  line.write(new Checkpoint(1));
  await new Promise(setImmediate);
  assert.equal(seen.length, 0);
  stop();
  await new Promise(setImmediate);
  assert.equal(seen.length, 1);
});

test('a slow store holds the pipeline back', async () => {
  const rejects = memory(async () => {});
  let given = 0;
  let mostAhead = 0;
  const source = Readable.from(
    (function* () {
      for (; given < 500; given++) {
        mostAhead = Math.max(mostAhead, given - rejects.taken.length);
        yield reject(given);
      }
    })(),
  );
  await source.pipe(divert(rejects)).toArray();
  assert.equal(rejects.taken.length, 500);
  assert.ok(mostAhead < 60, `${mostAhead} ahead`);
});

// The end of the pipeline never calls back: only the error of the store can end it.
test('a store that fails ends the pipeline with its error', async () => {
  const broken = new Writable({ write: (_chunk, _encoding, callback) => callback(Object.assign(new Error('full'), { code: 'ENOSPC' })) });
  const line = pipeline(
    Readable.from([reject(1), { a: 1 }]),
    divert(rejectWriter({ to: broken })),
    new Writable({ objectMode: true, write: () => {} }),
  );
  await assert.rejects(line, { code: 'CIO_REJECT_STORE', message: /ENOSPC/ });
});

test('any error of a store is one of the reject store', async () => {
  const failures = [
    memory(async () => {
      throw new Error('flush');
    }),
    Object.assign(new Writable({ objectMode: true, write: (_element, _encoding, callback) => callback(new Error('write')) }), {
      flush: async () => {},
    }),
    Object.assign(
      new Writable({ objectMode: true, final: (callback) => callback(new Error('final')), write: (_e, _n, callback) => callback() }),
      {
        flush: async () => {},
      },
    ),
  ];
  for (const rejects of failures) {
    const error = await Readable.from([reject(1)])
      .pipe(divert(rejects))
      .toArray()
      .catch((thrown) => thrown);
    assert.equal(error.code, 'CIO_REJECT_STORE');
    assert.match(error.cause.message, /^(flush|write|final)$/);
  }
});

test('a store that closes too early ends the pipeline', async () => {
  const rejects = memory(async () => {});
  const line = divert(rejects);
  rejects.destroy();
  const [error] = await once(line, 'error').catch((thrown) => [thrown]);
  assert.equal(error.code, 'CIO_REJECT_STORE');
});

test('a store that has ended before ends the pipeline with the first rejection', { timeout: 60_000 }, async () => {
  const rejects = memory(async () => {});
  rejects.end();
  await once(rejects, 'close');
  const line = pipeline(Readable.from([reject(1), reject(2)]), divert(rejects), new Writable({ objectMode: true, write: () => {} }));
  await assert.rejects(line, { code: 'CIO_REJECT_STORE' });
});

test('a store that is ended while the pipeline waits for it to drain', { timeout: 60_000 }, async () => {
  const rejects = memory(async () => {});
  const line = divert(rejects);
  line.resume();
  await new Promise<void>((resolve) => {
    line.write(reject(1), () => resolve());
    setImmediate(() => rejects.end());
  });
  line.write(reject(2));
  const [error] = await once(line, 'error').catch((thrown) => [thrown]);
  assert.equal(error.code, 'CIO_REJECT_STORE');
});

test('a line that is torn down keeps its rejections', async (t) => {
  const path = await folder(t);
  const rejects = rejectWriter({ to: path });
  const line = divert(rejects);
  line.on('error', () => {});
  await new Promise((resolve) => line.write(reject(1), resolve));
  line.destroy(new Error('elsewhere'));
  await closed(line);
  assert.deepEqual(await stored(path), [1]);
  assert.deepEqual(
    (await readdir(path)).filter((name) => name.startsWith('.')),
    [],
  );
  assert.equal(rejects.writableFinished, true);
});

test('divert needs a place with flush', () => {
  for (const rejects of [undefined, {}, new Writable()]) assert.throws(() => divert(rejects as never), { code: 'CIO_OPTIONS' });
});
