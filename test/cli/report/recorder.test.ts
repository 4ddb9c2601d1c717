/** What is recorded of a run: each number at its time, and the real maximum of requests in any rolling second. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Recorder } from '../../../lib/cli/report/recorder.ts';
import { Origin } from '../../../lib/record/origin.ts';
import { Rejection } from '../../../lib/record/rejection.ts';
import { rejections, requests, retries, waits } from '../../../lib/write/diagnostics.ts';
import { Summary } from '../../../lib/write/summary.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import fc from '../../support/fast-check.ts';

const leave = (at: number): void => requests.publish(() => ({ at, path: '/', bytes: 1, entries: 1, attempt: 1 }));

test('counts are recorded where they change, and after the end nothing is', async () => {
  const [clock, summary] = [new FakeClock(), new Summary()];
  await clock.run(5_000);
  const recorder = new Recorder(clock);
  recorder.watch(summary);
  summary.read = 10;
  await clock.run(450);
  retries.publish(() => ({ why: 'HTTP 503', attempt: 1, delayMs: 200.4 }));
  retries.publish(() => ({ why: 'HTTP 503', attempt: 2, delayMs: 400 }));
  for (const why of ['rate', 'spacing', 'asked'] as const) waits.publish(() => ({ why, ms: 10 }));
  const rejection = new Rejection({ reason: 'invalid', message: 'is empty', stage: 'validate' }, {}, new Origin({}, { source: 'a.csv' }));
  rejections.publish(() => ({ reason: 'invalid', stage: 'validate', field: undefined, status: undefined, rejection }));
  Object.assign(summary, { read: 12, delivered: 11 });
  recorder.close();
  retries.publish(() => ({ why: 'late', attempt: 1, delayMs: 1 }));
  summary.read = 99;
  await clock.run(1_000);
  const { milliseconds, widthMs, series } = recorder.timeline;
  assert.deepEqual([milliseconds, widthMs], [450, 100]);
  assert.deepEqual(series.read, [0, 0, 10, 0, 2]);
  assert.deepEqual(series.delivered, [0, 0, 0, 0, 11]);
  assert.deepEqual(
    [series.retries, series.waits].map((values) => values.at(-1)),
    [2, 1],
  );
  assert.deepEqual(recorder.retriesBy, [{ why: 'HTTP 503', retries: 2, waitedMs: 600 }]);
  assert.deepEqual([recorder.rejectedOf('a.csv'), recorder.rejectedOf(undefined)], [1, 0]);
});

test('each bucket has the most that any second held which ends in it', async () => {
  const departures = fc.array(fc.integer({ min: 0, max: 6_000 }), { maxLength: 80 });
  await fc.assert(
    fc.asyncProperty(departures, async (unordered) => {
      const clock = new FakeClock();
      const recorder = new Recorder(clock);
      const times = unordered.sort((a, b) => a - b);
      for (const at of times) leave(at);
      await clock.run(7_050);
      recorder.close();
      const { series, widthMs } = recorder.timeline;
      const inSecond = (end: number): number => times.filter((at) => at > end - 1_000 && at <= end).length;
      // The number only grows at a departure, so that and the beginning of a bucket are all there is to look at.
      const expected = series.requests.map((_, index) => {
        const [from, to] = [index * widthMs, (index + 1) * widthMs];
        return Math.max(...[from, ...times.filter((at) => at >= from && at < to)].map(inSecond));
      });
      assert.deepEqual(series.requests, expected);
      assert.equal(recorder.most, Math.max(0, ...expected));
    }),
  );
});
