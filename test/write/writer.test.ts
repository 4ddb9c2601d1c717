/** The writer without a stream around it: all that came in has its outcome when it ends, and nothing of it is left behind. */
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { type TestContext, test } from 'node:test';
import { Checkpoint } from '../../lib/record/checkpoint.ts';
import { Entry } from '../../lib/record/entry.ts';
import { Rejection } from '../../lib/record/rejection.ts';
import { Skipped } from '../../lib/record/skipped.ts';
import { TRACK_WRITER_OPTIONS } from '../../lib/write/options.ts';
import { Writer } from '../../lib/write/writer.ts';
import { rejectKeeper } from '../support/deliver-rows.ts';
import { countingClock, FakeClock } from '../support/fake-clock.ts';
import { serve } from '../support/scripted-server.ts';

const entry = (id: number): Entry => {
  const operation = { type: 'person', action: 'delete', identifiers: { id } };
  return new Entry(operation, JSON.stringify(operation), {}, undefined);
};
const rejection = (): Rejection => new Rejection({ reason: 'invalid', message: 'no', stage: 'validate' }, {});

function open(t: TestContext, options: object) {
  const [errors, rejects] = [[] as unknown[], rejectKeeper()];
  const settings = TRACK_WRITER_OPTIONS.parse({ siteId: 'a', apiKey: 'b', rejects, ...options });
  const writer = new Writer(settings, (error) => errors.push(error));
  t.after(() => writer.close());
  return { writer, errors, rejects };
}

test('when it has ended, each element is delivered, rejected or skipped, and the positions are reported in order', async (t) => {
  const { url, received } = await serve(t, () => ({}));
  const positions: unknown[] = [];
  const { writer, errors, rejects } = open(t, { baseUrl: url, onCheckpoint: (position: unknown) => positions.push(position) });
  await writer.open();
  for (let n = 0; n < 5; n++) {
    await writer.write(entry(n));
    await writer.write(n === 3 ? new Skipped('duplicate', {}) : rejection());
    await writer.write(new Checkpoint(n));
  }
  await writer.end();
  const { read, delivered, rejected, skipped } = writer.summary;
  assert.deepEqual([read, delivered, rejected.total, skipped.total, errors], [10, 5, 4, 1, []]);
  assert.deepEqual(positions, [0, 1, 2, 3, 4]);
  assert.equal(rejects.kept.length, 4);
  assert.equal(received.flatMap(({ items }) => items).length, 5);
});

test('the caller waits while every lane has all that it can take, and continues when one is free', async (t) => {
  let answer: () => void = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const { url } = await serve(t, () => ({}));
  const { writer } = open(t, { baseUrl: url, concurrency: 1, maxBatchBytes: 100, requestsPerSecond: 1_000_000 });
  await writer.open();
  const waits: Promise<void>[] = [];
  for (let n = 0; n < 50 && waits.length === 0; n++) {
    const wait = writer.write(entry(n));
    if (wait) waits.push(wait.then(answer));
  }
  assert.equal(waits.length, 1, 'it never had to wait');
  await answered;
  await writer.end();
  assert.equal(writer.summary.delivered, writer.summary.read);
});

test('a signal that is aborted before stops it at the start; one that aborts later fails it with its reason', async (t) => {
  const reason = new Error('enough');
  await assert.rejects(open(t, { dryRun: true, signal: AbortSignal.abort(reason) }).writer.open(), reason);
  const stop = new AbortController();
  const { writer, errors } = open(t, { dryRun: true, signal: stop.signal });
  await writer.open();
  stop.abort(reason);
  assert.deepEqual(errors, [reason]);
});

test('closed, it leaves no listener on the signal and no timer, and the rejections that it had are kept', async (t) => {
  const [clock, stop] = [countingClock(new FakeClock()), new AbortController()];
  const { writer, rejects } = open(t, { dryRun: true, clock, signal: stop.signal });
  await writer.open();
  await writer.write(entry(1));
  await writer.write(rejection());
  assert.deepEqual([getEventListeners(stop.signal, 'abort').length, clock.pending], [1, 1]);
  await writer.close();
  assert.deepEqual([getEventListeners(stop.signal, 'abort').length, clock.pending], [0, 0]);
  assert.equal(rejects.kept.length, 1);
  assert.ok(rejects.writableFinished);
});

test('with more rejections than are accepted the next element ends it, with what was read delivered', async (t) => {
  const { writer } = open(t, { dryRun: true, maxRejected: 1 });
  await writer.open();
  for (const element of [entry(1), rejection(), rejection()]) await writer.write(element);
  await assert.rejects(async () => writer.write(entry(2)), { code: 'CIO_TOO_MANY_REJECTED' });
  assert.deepEqual([writer.summary.read, writer.summary.delivered], [3, 1]);
});

test('seconds are counted from the first element to the end', async (t) => {
  const clock = new FakeClock();
  const { writer } = open(t, { dryRun: true, clock });
  await writer.open();
  await clock.run(5_000);
  await writer.write(entry(1));
  await clock.run(2_000);
  await writer.write(rejection());
  await clock.run(500);
  await writer.end();
  assert.equal(writer.summary.seconds, 2.5);
});
