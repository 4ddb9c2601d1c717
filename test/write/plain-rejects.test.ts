/** Any Writable in object mode takes rejections: a checkpoint passes when its writes have called back. */
import assert from 'node:assert/strict';
import { Duplex, PassThrough, Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { Checkpoint } from '../../lib/record/checkpoint.ts';
import { Rejection } from '../../lib/record/rejection.ts';
import { divert } from '../../lib/stage/divert.ts';
import { trackWriter } from '../../lib/write/track-writer.ts';
import { assertCode, deliverRows, people } from '../support/deliver-rows.ts';
import { turn } from '../support/fake-clock.ts';

const BAD = { person_id: null };
const reject = (n: number): Rejection => new Rejection({ reason: 'invalid', message: 'no', stage: 'test' }, { n });

/** Rejections and checkpoints in turn, through both that take `rejects`; what happened, in order. */
const TAKERS: Record<string, (t: Parameters<typeof deliverRows>[0], rejects: Writable, order: string[]) => Promise<unknown>> = {
  'trackWriter()': async (t, rejects, order) => {
    const rows = [BAD, BAD, ...people(1), new Checkpoint('p1'), BAD, new Checkpoint('p2')];
    const onCheckpoint = (position: unknown): void => void order.push(String(position));
    return (await deliverRows(t, rows, () => ({}), { rejects, onCheckpoint })).error;
  },
  'divert()': async (_t, rejects, order) => {
    const rows = [reject(1), reject(2), { n: 0 }, new Checkpoint('p1'), reject(3), new Checkpoint('p2')];
    const out = new Writable({
      objectMode: true,
      write: (element, _encoding, callback) => {
        if (element instanceof Checkpoint) order.push(String(element.position));
        callback();
      },
    });
    return pipeline(Readable.from(rows), divert(rejects), out).catch((error) => error);
  },
};

/** Writables that note when they have kept a rejection: at once, late, many at a time, and when somebody has read it. */
const PLACES: Record<string, (order: string[]) => Writable> = {
  'a plain Writable': (order) =>
    new Writable({
      objectMode: true,
      write: (_rejection, _encoding, callback) => {
        order.push('kept');
        callback();
      },
    }),
  'a slow one that asks to wait': (order) =>
    new Writable({
      objectMode: true,
      highWaterMark: 1,
      write: (_rejection, _encoding, callback) =>
        void turn()
          .then(turn)
          .then(() => callback(void order.push('kept'))),
    }),
  'one that writes what has gathered': (order) =>
    new Writable({
      objectMode: true,
      writev: (chunks, callback) =>
        void turn().then(() => {
          for (const _chunk of chunks) order.push('kept');
          callback();
        }),
    }),
  'a PassThrough that somebody reads': (order) => {
    const through = new PassThrough({ objectMode: true, highWaterMark: 1 });
    through.on('data', () => order.push('kept'));
    return through;
  },
  'a Duplex that is read for ever': (order) =>
    new Duplex({
      objectMode: true,
      read: () => {},
      write: (_rejection, _encoding, callback) => {
        order.push('kept');
        setImmediate(callback);
      },
    }),
};

for (const [taker, run] of Object.entries(TAKERS)) {
  for (const [place, make] of Object.entries(PLACES)) {
    test(`${taker} with ${place}: checkpoints pass after its writes`, { timeout: 60_000 }, async (t) => {
      const order: string[] = [];
      const rejects = make(order);
      assert.equal(await run(t, rejects, order), undefined);
      // A rejection after a checkpoint may be kept before that passes, but none before it may be kept later.
      assert.deepEqual(
        order.filter((step) => step !== 'kept'),
        ['p1', 'p2'],
      );
      for (const [position, least] of [
        ['p1', 2],
        ['p2', 3],
      ] as const)
        assert.ok(order.slice(0, order.indexOf(position)).filter((step) => step === 'kept').length >= least, order.join());
      assert.ok(rejects.writableFinished);
    });
  }

  test(`${taker}: a write that fails ends the pipeline, and the checkpoint after it does not pass`, { timeout: 60_000 }, async (t) => {
    const order: string[] = [];
    let writes = 0;
    const rejects = new Writable({
      objectMode: true,
      write: (_rejection, _encoding, callback) => void turn().then(() => callback(++writes === 3 ? new Error('disk full') : null)),
    });
    const error = (await run(t, rejects, order)) as Error;
    assert.match(`${error.message} ${String((error.cause as Error)?.message)}`, /disk full/);
    assert.ok(!order.includes('p2'), order.join());
  });

  test(`${taker}: one that never calls back and is destroyed ends the pipeline`, { timeout: 60_000 }, async (t) => {
    const order: string[] = [];
    const rejects = new Writable({ objectMode: true, write: () => void setImmediate(() => rejects.destroy()) });
    assertCode(await run(t, rejects, order), 'CIO_REJECT_STORE');
    assert.deepEqual(order, []);
  });
}

test('one that is not in object mode is refused, with what to do', () => {
  const message = /rejects"?:? must be a Writable in object mode, .* rejectWriter\(\{ to \}\)$/;
  for (const rejects of [new Writable(), new PassThrough()]) {
    assert.throws(() => divert(rejects), { code: 'CIO_OPTIONS', message });
    assert.throws(() => trackWriter({ siteId: 's', apiKey: 'k', rejects }), { code: 'CIO_OPTIONS', message });
  }
  for (const rejects of ['rejected/', {}, Readable.from([])]) {
    const other = { code: 'CIO_OPTIONS', message: /must be a rejectWriter\(\), collectRejects\(\), or another Writable in object mode$/ };
    assert.throws(() => divert(rejects as never), other);
    assert.throws(() => trackWriter({ siteId: 's', apiKey: 'k', rejects: rejects as never }), other);
  }
});
