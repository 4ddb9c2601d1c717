import assert from 'node:assert/strict';
import { channel } from 'node:diagnostics_channel';
import { test } from 'node:test';
import { ApiState } from '../../../../lib/cli/show/progress/api-state.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

test('waits for the rate, for a retry and for the reject store are shown while they last', async () => {
  const clock = new FakeClock();
  const state = new ApiState(clock);
  try {
    assert.equal(state.words, undefined);
    channel('customerio-streams:wait').publish({ why: 'spacing', ms: 50 });
    assert.equal(state.words, undefined, 'there is room');
    channel('customerio-streams:wait').publish({ why: 'asked', ms: 5 });
    assert.equal(state.words, 'slower, as the API asked');
    await clock.run(5);
    channel('customerio-streams:wait').publish({ why: 'rate', ms: 50 });
    assert.equal(state.words, 'waiting for the rate limit');
    channel('customerio-streams:retry').publish({ why: 'HTTP 503', attempt: 1, delayMs: 2_000 });
    assert.equal(state.words, 'retrying in 2.0 s: HTTP 503');
    await clock.run(2_500);
    assert.equal(state.words, undefined);
    const store = channel('customerio-streams:store-wait');
    store.publish({ waiting: true });
    await clock.run(499);
    assert.equal(state.words, undefined, 'not slow yet');
    await clock.run(1);
    assert.equal(state.words, 'waiting for rejected rows to be stored');
    store.publish({ waiting: false });
    assert.equal(state.words, undefined);
  } finally {
    state.close();
  }
});
