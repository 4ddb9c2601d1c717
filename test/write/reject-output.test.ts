import assert from 'node:assert/strict';
import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { CioError } from '../../lib/errors.ts';
import { Rejection, type RejectSink } from '../../lib/record/rejection.ts';
import { validate } from '../../lib/stage/validate.ts';
import { RejectOutput } from '../../lib/write/reject-output.ts';
import { Summary } from '../../lib/write/summary.ts';
import { trackWriter } from '../../lib/write/track-writer.ts';
import { assertCode, deliverRows, people, rejectKeeper } from '../support/deliver-rows.ts';
import { turn } from '../support/fake-clock.ts';
import { originFrom } from '../support/flat-origin.ts';
import { serve } from '../support/scripted-server.ts';

const EMAIL = 'ann@example.com';
const rejection = (n = 0): Rejection =>
  new Rejection(
    { reason: 'invalid', field: 'email', message: 'is empty', stage: 'validate' },
    { n, email: EMAIL },
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
      assert.match(error.message, /^a row was rejected as invalid at line 7, .*: email is empty$/);
      return !error.message.includes(EMAIL);
    },
  );
  const origin = originFrom({ topic: 'crm', partition: 3, line: 40 });
  assert.throws(
    () => output.write(new Rejection({ reason: 'invalid', message: 'm', stage: 's' }, {}, origin)),
    /at offset 40 of crm\/3, and there is no/,
  );
  assert.equal(summary.rejected.total, 0);
});

test('each is counted, published, and held back while the store is full', async () => {
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
    [0, 1, 2].map((n) => ({ reason: 'invalid', stage: 'validate', field: 'email', status: undefined, rejection: rejection(n) })),
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
  const message = 'the Writable for rejected rows had ended already: make a new one for each writer';
  assert.throws(() => open(ended.rejects).output.write(rejection()), { code: 'CIO_REJECT_STORE', message });
});

test('without rejects the first rejection fails the pipeline: nothing is dropped in silence', async (t) => {
  const { url } = await serve(t, () => ({}));
  const writer = trackWriter({ siteId: 's', apiKey: 'k', baseUrl: url });
  await assert.rejects(
    pipeline(Readable.from([{ person_id: null }]), validate({ object: 'person_identify', identifier: 'id' }), writer),
    (error) => {
      assertCode(error, 'CIO_REJECTED');
      assert.match(error.message, /person_id/);
      return true;
    },
  );
});

test('a reject store that is ended while the pipeline waits for it', { timeout: 60_000 }, async (t) => {
  const rejects = new Writable({
    objectMode: true,
    highWaterMark: 1,
    write: (_rejection, _encoding, callback) => {
      setImmediate(() => rejects.end());
      setImmediate(() => setImmediate(callback));
    },
  });
  const one = await deliverRows(t, [{ person_id: null }, ...people(2)], () => ({}), {
    rejects: Object.assign(rejects, { flush: async () => {} }),
  });
  // It has taken the only rejection: nothing is wrong.
  assert.deepEqual([one.error, one.summary.delivered, one.summary.rejected.total], [undefined, 2, 1]);
});

test('a reject store that fails, fails the pipeline', async (t) => {
  const broken = Object.assign(
    new Writable({ objectMode: true, write: (_r, _e, callback) => callback(new CioError('CIO_REJECT_STORE', 'gone')) }),
    {
      flush: async () => {},
    },
  );
  const { error } = await deliverRows(t, [{ person_id: null }, ...people(100)], () => ({}), { rejects: broken });
  assertCode(error, 'CIO_REJECT_STORE');
});

const GONE: Record<string, (rejects: Writable) => void> = {
  destroyed: (rejects) => rejects.destroy(),
  ended: (rejects) => rejects.end(),
  failed: (rejects) => rejects.on('error', () => {}).destroy(new CioError('CIO_REJECT_STORE', 'gone')),
};
for (const [how, leave] of Object.entries(GONE)) {
  const rows = Array.from({ length: 100 }, () => ({ person_id: null }));

  test(`a reject store that was ${how} before fails the pipeline`, { timeout: 60_000 }, async (t) => {
    const rejects = rejectKeeper();
    leave(rejects);
    await turn();
    const { error } = await deliverRows(t, rows, () => ({}), { rejects });
    assertCode(error, 'CIO_REJECT_STORE');
  });

  test(`a reject store that is ${how} in the middle fails the pipeline`, { timeout: 60_000 }, async (t) => {
    const taken: unknown[] = [];
    const rejects = new Writable({
      objectMode: true,
      highWaterMark: 2,
      write: (rejection, _encoding, callback) => {
        if (taken.push(rejection) === 5) leave(rejects);
        // A write in a stream that is gone need not be called back.
        if (!rejects.destroyed) setImmediate(callback);
      },
    });
    const { error, summary } = await deliverRows(t, rows, () => ({}), { rejects: Object.assign(rejects, { flush: async () => {} }) });
    assertCode(error, 'CIO_REJECT_STORE');
    assert.ok(summary.rejected.total < 100);
  });
}
