import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { Shutdown } from '../../../lib/airbyte/sync/shutdown.ts';
import { CioError } from '../../../lib/errors.ts';
import { countingClock, FakeClock } from '../../support/fake-clock.ts';

const KEPT = new CioError('CIO_REJECT_STORE', 'what was not stored is in /tmp/x');

function begin(): { stop: AbortController; clock: FakeClock; timers: ReturnType<typeof countingClock>; shutdown: Shutdown } {
  const [stop, clock] = [new AbortController(), new FakeClock()];
  const timers = countingClock(clock);
  return { stop, clock, timers, shutdown: new Shutdown(stop.signal, timers) };
}

/** A store that fails with an error. */
async function failWith(shutdown: Shutdown, error: Error): Promise<void> {
  const store = new Writable();
  store.on('error', () => {});
  shutdown.watch(store);
  store.destroy(error);
  await new Promise((resolve) => store.once('close', resolve));
}

test('ten seconds after the stop it is late, and no sooner; without a stop never', async () => {
  const { stop, clock, shutdown } = begin();
  await clock.run(1_000_000);
  stop.abort();
  await clock.run(9_999);
  assert.equal(shutdown.late.aborted, false);
  await clock.run(1);
  assert.equal(shutdown.late.aborted, true);
  assert.deepEqual([shutdown.late.reason.code, /^stopped on request/.test(shutdown.late.reason.message)], ['CIO_UNDELIVERED', true]);
});

test('a stop that came before counts too', async () => {
  const clock = new FakeClock();
  const shutdown = new Shutdown(AbortSignal.abort(), clock);
  await clock.run(10_000);
  assert.equal(shutdown.late.aborted, true);
});

test('closed, no timer is left, and a stop starts none', () => {
  const stopped = begin();
  stopped.stop.abort();
  assert.equal(stopped.timers.pending, 1);
  stopped.shutdown.close();
  assert.equal(stopped.timers.pending, 0);
  const closed = begin();
  closed.shutdown.close();
  closed.stop.abort();
  assert.equal(closed.timers.pending, 0);
});

test('when time is over, the error of the store is the one to report: it says where the rest is kept', async () => {
  const { stop, clock, shutdown } = begin();
  await failWith(shutdown, KEPT);
  assert.equal(shutdown.errorOf(KEPT), KEPT, 'in time, an error is what it is');
  stop.abort();
  await clock.run(10_000);
  for (const error of [shutdown.late.reason, KEPT]) {
    const reported = shutdown.errorOf(error) as CioError;
    assert.deepEqual(
      [reported.code, reported.message, reported.cause],
      ['CIO_REJECT_STORE', 'stopped on request; what was not stored is in /tmp/x', KEPT],
    );
  }
  const other = new CioError('CIO_AUTH', 'no');
  assert.equal(shutdown.errorOf(other), other);
});

test('a store that did not fail, or not with an error of ours, leaves the error as it is', async () => {
  for (const fails of [false, true]) {
    const { stop, clock, shutdown } = begin();
    shutdown.watch(undefined);
    if (fails) await failWith(shutdown, new Error('odd'));
    stop.abort();
    await clock.run(10_000);
    assert.equal(shutdown.errorOf(shutdown.late.reason), shutdown.late.reason);
  }
});
