import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { test } from 'node:test';
import { countingRejects, SyncRejectCounts } from '../../../lib/airbyte/sync/rejects.ts';
import { Streams } from '../../../lib/airbyte/sync/streams.ts';
import { Origin } from '../../../lib/record/origin.ts';
import { type Cause, Rejection } from '../../../lib/record/rejection.ts';
import { turn } from '../../support/fake-clock.ts';

const [stream] = new Streams([{ name: 's', namespace: 'n', object: 'person_event', mode: 'append', primaryKey: [], cursor: undefined }])
  .all;
assert.ok(stream);
const { interval } = stream;

function rejection(cause: Partial<Cause> = {}): Rejection {
  return new Rejection({ reason: 'invalid', message: 'is missing', stage: 'validate', ...cause }, {}, new Origin({}, interval));
}

/** A store that takes one at a time, and says what became of it. */
function storeOf(calls: string[], fail?: Error): Writable & { flush(): Promise<void> } {
  const writable = new Writable({
    objectMode: true,
    highWaterMark: 1,
    write: (_element, _encoding, callback) => {
      calls.push('write');
      setImmediate(callback, fail);
    },
    final: (callback) => callback(void calls.push('end')),
  });
  return Object.assign(writable, {
    flush: async () => {
      await new Promise((resolve) => writable.write({}, resolve));
      calls.push('flush');
    },
  });
}

test('each is counted for its STATE and in words; the words of the API are not repeated', () => {
  const rejectCounts = new SyncRejectCounts();
  for (const cause of [
    { field: 'person_email' },
    { field: 'person_email' },
    { reason: 'refused', stage: 'trackWriter', field: 'f', message: 'a@x.example' },
  ] as const)
    rejectCounts.add(rejection(cause));
  rejectCounts.add(new Rejection({ reason: 'malformed', message: 'not a JSON message', stage: 'airbyte' }, undefined));
  assert.equal(interval.rejected, 3);
  assert.deepEqual(rejectCounts.lines, [
    '2 rejected, stream n.s: invalid, person_email is missing',
    '1 rejected, stream n.s: refused, f',
    '1 rejected, lines without a stream: malformed, not a JSON message',
  ]);
});

test('kinds are many only up to a limit', () => {
  const rejectCounts = new SyncRejectCounts();
  for (let n = 0; n < 1_000; n++) rejectCounts.add(rejection({ field: `f${n}` }));
  assert.equal(rejectCounts.lines.length, 201);
  assert.equal(rejectCounts.lines.at(-1), '800 rejected, stream n.s: invalid');
});

test('without a store all is taken; with one, it is written, flushed and ended in order', async () => {
  const alone = countingRejects(new SyncRejectCounts(), undefined);
  alone.write(rejection());
  await alone.flush();
  await finished(alone.end());
  const calls: string[] = [];
  const sink = countingRejects(new SyncRejectCounts(), storeOf(calls));
  sink.write(rejection());
  sink.write(rejection());
  await sink.flush();
  await finished(sink.end());
  assert.deepEqual(calls, ['write', 'write', 'write', 'flush', 'end']);
});

test('a store that fails fails the sink', async () => {
  const sink = countingRejects(new SyncRejectCounts(), storeOf([], new Error('gone')));
  const failed = finished(sink);
  sink.write(rejection());
  await assert.rejects(failed, /gone/);
  await turn();
  await assert.rejects(sink.flush());
});
