import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AttemptResult, retry } from '../lib/retry.ts';
import { FakeClock, turn } from './support/fake-clock.ts';

const never = new AbortController().signal;

interface Result extends AttemptResult {
  readonly n: number;
}

test('it tries until one does not fail, waits as asked, and says so before each wait', async () => {
  const clock = new FakeClock();
  const heard: unknown[] = [];
  const times: number[] = [];
  const attempt = async (n: number): Promise<Result> => {
    times.push(clock.now());
    return n < 3 ? { n, why: `no ${n}`, askedMs: n === 1 ? 2_000 : undefined } : { n };
  };
  const onRetry = ({ why }: Result, delayMs: number, n: number): void => void heard.push([why, delayMs, n]);
  const end = retry(attempt, { clock, budgetMs: 60_000, signal: never, onRetry });
  await clock.run(60_000);
  assert.deepEqual(await end, { n: 3 });
  // Half of 500 and of 1,000: the clock's chance is 0.5.
  assert.deepEqual(heard, [
    ['no 1', 2_250, 1],
    ['no 2', 500, 2],
  ]);
  assert.deepEqual(times, [0, 2_250, 2_750]);
});

test('when the budget is over, the last failure is the result; a wait longer than the budget is not begun', async () => {
  const clock = new FakeClock();
  let calls = 0;
  const failing = async (n: number): Promise<Result> => ({ n, why: `no ${++calls}` });
  const end = retry(failing, { clock, budgetMs: 1_000, signal: never });
  await clock.run(10_000);
  const last = await end;
  assert.deepEqual(last, { n: calls, why: `no ${calls}` });
  assert.ok(calls > 2);
  const asked = await retry(async (n) => ({ n, why: 'busy', askedMs: 1_001 }), { clock, budgetMs: 1_000, signal: never });
  assert.equal(asked.n, 1);
});

test('an abort ends a wait, and an error that is thrown ends it all', async () => {
  const clock = new FakeClock();
  const abort = new AbortController();
  const end = retry(async () => ({ why: 'no' }), { clock, budgetMs: 1e9, signal: abort.signal });
  await turn();
  abort.abort(new Error('stopped'));
  await assert.rejects(end, /stopped/);
  const fails = async (): Promise<Result> => {
    throw new Error('a bug');
  };
  await assert.rejects(retry(fails, { clock, budgetMs: 1e9, signal: never }), /a bug/);
});
