import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { systemClock } from '../../lib/clock.ts';
import { Checkpoint } from '../../lib/record/checkpoint.ts';
import { Rejection } from '../../lib/record/rejection.ts';
import { Skipped } from '../../lib/record/skipped.ts';
import { validate } from '../../lib/stage/validate.ts';
import type { TrackWriterOptions } from '../../lib/write/options.ts';
import { trackWriter } from '../../lib/write/track-writer.ts';
import { assertCode, deliverRows, people, rejectKeeper, SECRET } from '../support/deliver-rows.ts';
import { countingClock } from '../support/fake-clock.ts';
import { type Answer, serve } from '../support/scripted-server.ts';
import { silentProxy } from '../support/silent-proxy.ts';

// The writer opens slowly, so that all of it waits in its buffer and comes at once.
test('a checkpoint behind what failed the pipeline is not released', async (t) => {
  const reported: unknown[] = [];
  const rows = [{ person_id: null }, new Checkpoint('behind'), ...people(1), new Checkpoint('further behind')];
  const { error } = await deliverRows(t, rows, () => ({}), {
    rejects: undefined,
    onCheckpoint: (position: unknown) => void reported.push(position),
  } as never);
  assertCode(error, 'CIO_REJECTED');
  assert.deepEqual(reported, []);
});

test('a writer that is destroyed while it waits for outcomes has not succeeded', async (t) => {
  const abort = new AbortController();
  const server = await serve(t, () => {
    setImmediate(() => abort.abort());
    return { status: 503, headers: { 'retry-after': '100' } };
  });
  const writer = trackWriter({ siteId: 'site', apiKey: SECRET, baseUrl: server.url, lingerMs: 0 });
  abort.signal.addEventListener('abort', () => writer.destroy());
  const run = pipeline(Readable.from(people(1)), validate({ object: 'person_identify', identifier: 'id' }), writer);
  await assert.rejects(run, { code: 'ERR_STREAM_PREMATURE_CLOSE' });
});

test('destroyed while requests wait for the rate, it closes at once and leaves no timer', async (t) => {
  const clock = countingClock(systemClock);
  const { url, received } = await serve(t, () => {
    setImmediate(() => writer.destroy());
    return { delayMs: 60_000 };
  });
  const options = { siteId: 'site', apiKey: SECRET, baseUrl: url, requestsPerSecond: 0.001, lingerMs: 0, clock };
  const writer = trackWriter(options as TrackWriterOptions);
  const run = pipeline(Readable.from(people(100)), validate({ object: 'person_identify', identifier: 'id' }), writer);
  await assert.rejects(run, { code: 'ERR_STREAM_PREMATURE_CLOSE' });
  if (!writer.closed) await once(writer, 'close');
  assert.deepEqual([received.length, writer.summary.requests, writer.summary.delivered, clock.pending], [1, 1, 0, 0]);
});

test('a record that no stage has validated is out of place', async (t) => {
  const { url } = await serve(t, () => ({}));
  await assert.rejects(pipeline(Readable.from([{ a: 1 }]), trackWriter({ siteId: 's', apiKey: 'k', baseUrl: url })), { code: 'CIO_LINE' });
});

test('an entry that no request can take is rejected, whatever the limits were set to', async (t) => {
  const { rejects, summary } = await deliverRows(
    t,
    [
      { person_id: 1, n: 1, big: 'x'.repeat(500_000) },
      { person_id: 2, n: 2 },
    ],
    () => ({}),
  );
  assert.deepEqual([rejects[0]?.cause.reason, rejects[0]?.cause.stage, summary.delivered], ['too_large', 'trackWriter', 1]);
});

test('the summary counts every kind; warnings too', async (t) => {
  const rows = [
    { person_id: 1 },
    { person_id: 2, n: 1 },
    new Skipped('duplicate', {}),
    new Rejection({ reason: 'malformed', message: '', stage: 'x' }, undefined),
  ];
  const { summary } = await deliverRows(t, rows, () => ({}));
  assert.deepEqual([summary.read, summary.delivered, summary.rejected.total, summary.skipped.total], [4, 2, 1, 1]);
  assert.deepEqual(summary.warnings, { empty_identify: 1 });
  assert.ok(summary.seconds > 0);
});

test('checkpoints wait for the rejects to be durable, and commits run first', async (t) => {
  const rejects = rejectKeeper();
  const order: string[] = [];
  const checkpoint = new Checkpoint('p1');
  checkpoint.commits.push(async () => void order.push('commit'));
  const flush = rejects.flush;
  rejects.flush = async () => {
    order.push('flush');
    await flush();
  };
  const rows = [{ person_id: null }, ...people(3), checkpoint, new Checkpoint('p2')];
  await deliverRows(t, rows, () => ({}), { rejects, onCheckpoint: (position) => void order.push(String(position)) });
  assert.deepEqual(order, ['flush', 'commit', 'p1', 'p2']);
});

test('a pipeline that fails while the region is asked for ends at once', { timeout: 60_000 }, async (t) => {
  const reason = new Error('stop');
  let fail: () => void = () => {};
  await silentProxy(t, () => fail());
  const abort = new AbortController();
  fail = () => abort.abort(reason);
  const stopped = trackWriter({ siteId: 'site', apiKey: SECRET, signal: abort.signal });
  await assert.rejects(pipeline(Readable.from(people(1)), validate({ object: 'person_identify', identifier: 'id' }), stopped), reason);
  const source = new Readable({ objectMode: true, read: () => {} });
  fail = () => source.destroy(reason);
  const cutOff = trackWriter({ siteId: 'site', apiKey: SECRET });
  const closed = new Promise((resolve) => cutOff.once('close', resolve));
  await assert.rejects(pipeline(source, cutOff), reason);
  await closed;
});

test('signal stops at once, also in the middle of a backoff', async (t) => {
  const abort = new AbortController();
  const { error } = await deliverRows(
    t,
    people(2),
    () => {
      abort.abort();
      return { status: 503, headers: { 'retry-after': '100000' } };
    },
    { signal: abort.signal, giveUpMs: 1e9 },
  );
  assert.equal((error as Error).name, 'AbortError');
});

test('a dry run counts everything and sends nothing, without waiting for the rate', async (t) => {
  const { received, summary } = await deliverRows(t, people(5_000), () => ({}), {
    dryRun: true,
    requestsPerSecond: 1,
    maxBatchBytes: 5_000,
  });
  assert.equal(received.length, 0);
  assert.equal(summary.delivered, 5_000);
  assert.ok(summary.requests > 50 && summary.bytes > 100_000);
});

test('batches are full and never over the limit; several are in flight at once', async (t) => {
  let inFlight = 0;
  let most = 0;
  const onRequest = (): void => {
    inFlight++;
    most = Math.max(most, inFlight);
  };
  subscribe('customerio-streams:request', onRequest);
  t.after(() => unsubscribe('customerio-streams:request', onRequest));
  const { received, summary } = await deliverRows(
    t,
    people(20_000),
    () => {
      inFlight--;
      return { delayMs: 5 };
    },
    // However slow the machine is, no batch leaves because its time is over.
    { concurrency: 4, maxBatchBytes: 50_000, requestsPerSecond: 1_000_000, lingerMs: 1e9 },
  );
  assert.equal(summary.delivered, 20_000);
  assert.ok(received.every(({ body }) => Buffer.byteLength(body) <= 50_000));
  const full = received.filter(({ body }) => body.length > 49_000);
  assert.ok(full.length >= received.length - 8, `${full.length} of ${received.length} are full`);
  assert.ok(most > 1);
});

test('maxRejected: what was read before has its outcome and is kept, then the stream fails; no row after that is read', async (t) => {
  const rows = Array.from({ length: 40 }, (_, n) => ({ person_id: n % 2 === 0 ? n : null, n }));
  const { error, summary, rejected, sent } = await deliverRows(t, rows, () => ({}), { maxRejected: 3 });
  assertCode(error, 'CIO_TOO_MANY_REJECTED');
  assert.equal(error.exitStatus, 13);
  assert.match(error.message, /^4 of 8 rows were rejected, more than maxRejected \(3\) allows$/);
  assert.deepEqual(rejected, [1, 3, 5, 7]);
  assert.deepEqual(sent, [[0, 2, 4, 6]]);
  assert.deepEqual([summary.read, summary.delivered, summary.rejected.total], [8, 4, 4]);
});

test('maxRejected counts what the API refuses, and a share counts at the end: all is delivered, and the stream fails', async (t) => {
  const script = (): Answer => ({ status: 207, body: { errors: [{ batch_index: 1, reason: 'invalid', message: 'no' }] } });
  const { error, summary } = await deliverRows(t, people(4), script, { maxRejected: '20%' });
  assertCode(error, 'CIO_TOO_MANY_REJECTED');
  assert.deepEqual([summary.read, summary.delivered, summary.rejected.total], [4, 3, 1]);
  const fine = await deliverRows(t, people(4), script, { maxRejected: '25%' });
  assert.equal(fine.error, undefined);
});
