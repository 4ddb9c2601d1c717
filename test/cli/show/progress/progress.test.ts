import assert from 'node:assert/strict';
import { test } from 'node:test';
import { showProgress, type Watched } from '../../../../lib/cli/show/progress/progress.ts';
import { Summary } from '../../../../lib/write/summary.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

const replayed = { from: 'rejected', objects: 0, cleared: 0, unmatched: 0, unreadable: 0 };

function shown(more: Partial<Watched['reader']> = {}) {
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
  const end = showProgress({ reader: { bytesRead: 0, bytesTotal: undefined, ...more }, writer: { summary } }, display, clock);
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
  assert.match(said[2] ?? '', /^hint: no record has what it needs: .*Ctrl-C stops/);
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
  assert.match(said[2] ?? '', /^hint: hardly any record has what it needs: .*so far; Ctrl-C stops/);
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
