import assert from 'node:assert/strict';
import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { Rejection } from '../../lib/record/rejection.ts';
import type { RejectSink } from '../../lib/write/options.ts';
import { RejectOutput } from '../../lib/write/reject-output.ts';
import { Summary } from '../../lib/write/summary.ts';
import { originFrom } from '../support/flat-origin.ts';

const turn = (): Promise<void> => new Promise(setImmediate);
const SECRET = 'ann@example.com';
const rejection = (n = 0): Rejection =>
  new Rejection(
    { reason: 'invalid', field: 'email', message: 'is empty', stage: 'validate' },
    { n, secret: SECRET },
    originFrom({ line: 7 }),
  );

/** A store of rejections whose writes end when the test says so. */
function store(highWaterMark = 100) {
  const waiting: ((error?: Error) => void)[] = [];
  let flushes = 0;
  const sink = new Writable({ objectMode: true, highWaterMark, write: (_rejection, _encoding, callback) => void waiting.push(callback) });
  const rejects: RejectSink = Object.assign(sink, {
    flush: async () => {
      flushes++;
    },
  });
  const done = async (): Promise<void> => {
    while (waiting.length > 0) {
      waiting.shift()?.();
      await turn();
    }
  };
  return { rejects, sink, done, flushes: () => flushes };
}

function open(rejects: RejectSink | undefined) {
  const [summary, errors] = [new Summary(), [] as unknown[]];
  const output = new RejectOutput({ rejects, maxRejected: undefined } as never, summary, (error) => errors.push(error));
  return { output, summary, errors };
}

test('without a store the first rejection is an error that says where it is, and holds nothing of the record', () => {
  const { output, summary } = open(undefined);
  assert.throws(
    () => output.write(rejection()),
    (error: Error & { code?: unknown }) => {
      assert.equal(error.code, 'CIO_REJECTED');
      assert.match(error.message, /at line 7 \(email\) .*: invalid, is empty$/);
      return !error.message.includes(SECRET);
    },
  );
  assert.equal(summary.rejected.total, 0);
});

test('each is counted, published without its record, and held back while the store is full', async () => {
  const { rejects, done } = store(2);
  const { output, summary } = open(rejects);
  const published: unknown[] = [];
  const note = (message: unknown): void => void published.push(message);
  channel('customerio-streams:rejection').subscribe(note);
  assert.equal(output.write(rejection(0)), undefined);
  let drained = false;
  const [one, other] = [output.write(rejection(1)), output.write(rejection(2))];
  assert.ok(one instanceof Promise && one === other, 'one wait for all');
  void one.then(() => {
    drained = true;
  });
  channel('customerio-streams:rejection').unsubscribe(note);
  await turn();
  assert.equal(drained, false);
  await done();
  await one;
  assert.deepEqual([summary.rejected.total, summary.rejected.byReason.invalid], [3, 3]);
  assert.deepEqual(
    published,
    Array.from({ length: 3 }, () => ({ reason: 'invalid', stage: 'validate', field: 'email', status: undefined })),
  );
});

test('the store is flushed when there is something new, and only then', async () => {
  const { rejects, flushes } = store();
  const { output } = open(rejects);
  await output.flush();
  assert.equal(flushes(), 0);
  output.write(rejection());
  await output.flush();
  await output.flush();
  assert.equal(flushes(), 1);
  output.write(rejection());
  await output.flush();
  assert.equal(flushes(), 2);
});

test('the end waits until the store has everything', async () => {
  const { rejects, done } = store();
  const { output } = open(rejects);
  output.write(rejection());
  let ended = false;
  const end = Promise.all([output.end(), output.end()]).then(() => {
    ended = true;
  });
  await turn();
  assert.equal(ended, false);
  await done();
  await end;
  assert.ok(rejects.writableFinished);
});

test('a store that fails, or is closed by somebody, is reported at once, and takes no further rejection', async () => {
  for (const [error, expected] of [
    [new Error('disk full'), { message: 'disk full' }],
    [undefined, { code: 'CIO_REJECT_STORE' }],
  ] as const) {
    const { rejects, sink } = store();
    const { output, errors } = open(rejects);
    output.write(rejection());
    sink.destroy(error);
    await once(sink, 'close').catch(() => {});
    await turn();
    assert.equal(errors.length, 1);
    assert.throws(() => output.write(rejection()), expected);
    await output.end();
  }
});

test('a store that was gone before, or was ended by somebody, takes none: nothing is dropped in silence', async () => {
  const gone = store();
  gone.sink.destroy();
  await once(gone.sink, 'close');
  const { output, errors } = open(gone.rejects);
  assert.throws(() => output.write(rejection()), { code: 'CIO_REJECT_STORE' });
  await turn();
  assert.equal(errors.length, 1);
  const ended = store();
  ended.sink.end();
  assert.throws(() => open(ended.rejects).output.write(rejection()), { code: 'CIO_REJECT_STORE' });
});
