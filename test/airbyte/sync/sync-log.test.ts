import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SyncLog } from '../../../lib/airbyte/sync/sync-log.ts';
import { retries } from '../../../lib/write/diagnostics.ts';
import { Summary } from '../../../lib/write/summary.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const CATALOG = {
  streams: [
    { name: 'a', namespace: 'n', object: 'person_event', mode: 'append', primaryKey: [], cursor: undefined },
    { name: 'b', namespace: undefined, object: 'person_identify', mode: 'update', primaryKey: [], cursor: undefined },
  ],
  syncId: undefined,
  warnings: ['overwrite works as append'],
} as const;

function begin(): { log: SyncLog; lines: string[]; clock: FakeClock; fail: () => void } {
  const [lines, clock] = [[] as string[], new FakeClock()];
  const log = new SyncLog({ log: (level, text) => void lines.push(`${level} ${text}`) }, clock);
  return { log, lines, clock, fail: () => retries.publish(() => ({ why: '503', attempt: 2, delayMs: 1_250 })) };
}

test('at the start: what to know, and what the rows of each stream become', () => {
  const { log, lines } = begin();
  log.begin(CATALOG);
  log.end(new Summary(), []);
  assert.deepEqual(lines.slice(0, 3), [
    'WARN overwrite works as append',
    'INFO stream n.a -> person_event (append)',
    'INFO stream b -> person_identify (update)',
  ]);
});

test('of lines that are not messages the first ten are logged', () => {
  const { log, lines } = begin();
  for (let line = 1; line <= 25; line++) log.unreadable(line, 'not a JSON message');
  assert.deepEqual(
    [lines.length, lines.at(-1)],
    [10, 'WARN line 10 of the input is not an Airbyte message and was rejected: not a JSON message'],
  );
});

test('of requests that are sent again one in ten seconds is logged, from begin to end', async () => {
  const { log, lines, clock, fail } = begin();
  fail();
  log.begin({ ...CATALOG, streams: [], warnings: [] });
  assert.deepEqual(lines, []);
  for (const ms of [0, 9_999, 1, 0, 10_000]) {
    await clock.run(ms);
    fail();
  }
  assert.deepEqual(lines, Array(3).fill('WARN a request failed (503, attempt 2); retrying in 1.3 s'));
  log.end(new Summary(), []);
  await clock.run(10_000);
  fail();
  assert.equal(lines.length, 4);
});

test('at the end: why rows were rejected, what is worth a look, and the counts', () => {
  const { log, lines } = begin();
  const summary = Object.assign(new Summary(), { read: 9, requests: 3, seconds: 1.25 });
  summary.deliver(['odd_email']);
  summary.deliver(['odd_email']);
  summary.reject({ reason: 'invalid', message: 'no', stage: 's' });
  summary.skip('unchanged');
  log.end(summary, ['1 rejected, stream a: invalid']);
  assert.deepEqual(lines, [
    'WARN 1 rejected, stream a: invalid',
    'WARN 2 odd_email, identified by an email that is not an address, such as a name',
    'INFO 9 rows: 2 delivered, 1 rejected, 1 skipped; 3 requests in 1.3 s',
  ]);
});
