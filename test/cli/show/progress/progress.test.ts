import assert from 'node:assert/strict';
import { test } from 'node:test';
import { showProgress, type Watched } from '../../../../lib/cli/show/progress/progress.ts';
import { type SharedRateMessage, sharedRates } from '../../../../lib/write/diagnostics.ts';
import { Summary } from '../../../../lib/write/summary.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

const replayed = { from: 'rejected', objects: 0, cleared: 0, unmatched: 0, unreadable: 0 };

function shown(more: Partial<Watched['reader']> = {}, requestsPerSecond?: number) {
  const [clock, summary] = [new FakeClock(), new Summary()];
  const said: string[] = [];
  const nothing = (): void => {};
  const display = {
    everyMs: 200,
    progress: ({ read }: { read: number }) => void said.push(`${read} read`),
    note: (text: string) => void said.push(text),
    clear: () => void said.push('clear'),
    summary: nothing,
  };
  const reader = { bytesRead: 0, bytesTotal: undefined, ...more };
  const end = showProgress({ reader, writer: { summary }, requestsPerSecond }, display, clock);
  const reject = (count: number, message = 'has no identifier'): void => {
    for (let n = 0; n < count; n++) {
      summary.read++;
      summary.reject({ reason: 'invalid', message, stage: 'validate' });
    }
  };
  return { clock, summary, said, end, reject };
}

test('that all records are rejected for one reason is printed once, while they run, and not too early', async () => {
  const { clock, said, end, reject } = shown();
  reject(999);
  await clock.run(200);
  reject(1);
  await clock.run(400);
  end();
  await clock.run(1_000);
  assert.match(said[2] ?? '', /^hint: no row has what it needs: .*Ctrl-C stops/);
  said.splice(2, 1);
  assert.deepEqual(said, ['999 read', '1000 read', '1000 read', 'clear']);
});

test('nearly all is enough, but not while some are still in flight', async () => {
  const { clock, summary, said, end, reject } = shown();
  reject(1_000);
  for (let n = 0; n < 100; n++) {
    summary.read++;
    if (n > 0) summary.reject({ reason: 'malformed', message: 'not valid JSON', stage: 'ndjson' });
  }
  await clock.run(200);
  assert.deepEqual(said, ['1100 read']);
  summary.reject({ reason: 'refused', message: 'no', stage: 'trackWriter' });
  await clock.run(200);
  end();
  assert.match(said[2] ?? '', /^hint: hardly any row has what it needs: .*so far; Ctrl-C stops/);
});

test('no hint where one record is right, where the cause is another, or in a replay', async () => {
  const [one, other, again] = [shown(), shown(), shown({ replayed })];
  one.summary.read++;
  one.summary.deliver(undefined);
  one.reject(2_000);
  other.reject(2_000, 'is no email address');
  again.reject(2_000);
  for (const { clock, said, end } of [one, other, again]) {
    await clock.run(200);
    end();
    assert.deepEqual(said.slice(1), ['clear']);
  }
});

test('each change of a shared rate is noted, and once that another process brings a smaller one', () => {
  const { said, end } = shown({}, 100);
  const heard = { place: 'cache:6379', why: undefined, processes: 3, requestsPerSecond: 100, share: 33.333 };
  const publish = (more: Partial<SharedRateMessage>): void => sharedRates.publish(() => ({ up: true, ...heard, ...more }));
  publish({});
  assert.deepEqual(said, [], 'that it is shared is what was asked for');
  publish({ up: false, why: "can't be reached: ECONNREFUSED", share: 30 });
  publish({ up: false, why: 'does not answer in time', share: 30 });
  publish({});
  for (let n = 0; n < 2; n++) publish({ requestsPerSecond: 1 });
  end();
  publish({ up: false });
  assert.deepEqual(said, [
    "Redis at cache:6379 can't be reached: ECONNREFUSED: until it is back, this process sends at most 30 requests a second, a share of 100 requests a second for 3 processes",
    'Redis at cache:6379 is back: the rate of 100 requests a second is shared again',
    'another process shares a rate of 1 request a second: that counts for all, and not the 100 of --rate',
    'clear',
  ]);
});
