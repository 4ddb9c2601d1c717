import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportOf } from '../../../lib/cli/show/report.ts';
import { duration, hintOf, progressLines, summaryText } from '../../../lib/cli/show/summary-text.ts';
import type { Counts } from '../../../lib/cli/show/throughput.ts';
import type { Reason } from '../../../lib/record/rejection.ts';
import { Summary } from '../../../lib/write/summary.ts';

const counts = (read: number, more: Partial<Counts> = {}): Counts => ({
  ...{ read, delivered: read, rejected: 0, skipped: 0, requests: read / 100, bytesRead: read * 10, bytesTotal: 100_000 },
  ...more,
});

test('progress in words: what, how fast, how long, and what holds it up', () => {
  const progress = {
    ...counts(1_234_567, { rejected: 3, skipped: 2 }),
    recordsPerSecond: 99_500,
    requestsPerSecond: 20,
    percent: 12,
    etaSeconds: 75,
  };
  assert.deepEqual(progressLines(progress, 'waiting for rate limit'), [
    '1,234,567 records, 1,234,567 delivered, 3 rejected, 2 skipped',
    '99,500 records/s, 20 requests/s, 12 %, 1:15 left, waiting for rate limit',
  ]);
  const unknown = { ...progress, percent: undefined, etaSeconds: undefined, skipped: 0 };
  assert.equal(
    progressLines(unknown, undefined).join(),
    '1,234,567 records, 1,234,567 delivered, 3 rejected,99,500 records/s, 20 requests/s',
  );
});

test('durations', () => {
  assert.deepEqual([0.04, 9.96, 59, 61, 3_661].map(duration), ['0.0 s', '10.0 s', '59 s', '1:01', '1:01:01']);
});

test('a summary says what is not finished when a run has failed', () => {
  const summary = Object.assign(new Summary(), { read: 10, delivered: 4, requests: 3, retries: 1, bytes: 2_500, seconds: 2 });
  summary.reject({ reason: 'invalid', field: 'person_email', message: 'is empty', stage: 'validate' });
  const text = summaryText(reportOf(summary, { dryRun: false, interrupted: false, resumed: [], failure: new Error('x') }), 'in rejected/');
  assert.match(
    text,
    /^failed: 10 records: 4 delivered, 1 rejected, 0 skipped, 5 not finished\n {2}3 requests \(1 of them retries\), 2\.5 kB in 2\.0 s/,
  );
  assert.match(text, /rejected records are in rejected\/$/);
});

test('a summary says why records were rejected most often, in words that command no terminal', () => {
  const summary = new Summary();
  const reject = (reason: Reason, message: string, field?: string): void => summary.reject({ reason, message, field, stage: 'x' });
  for (let n = 0; n < 9; n++) reject('invalid', 'is empty', 'person_email');
  for (let n = 0; n < 3; n++) reject('invalid', 'is missing', 'event_name');
  reject('malformed', 'no \u001b[2JJSON');
  for (let n = 0; n < 99; n++) reject('too_large', 'is long', `field ${n}`);
  const report = reportOf(summary, { dryRun: false, interrupted: false, failure: undefined });
  assert.deepEqual(JSON.parse(JSON.stringify(report.rejected.mostOften)), {
    invalid: { records: 9, field: 'person_email', message: 'is empty' },
    malformed: { records: 1, message: 'no \u001b[2JJSON' },
    too_large: { records: 1, field: 'field 0', message: 'is long' },
  });
  const lines = summaryText(report, '')
    .split('\n')
    .filter((line) => line.startsWith('  rejected: '));
  assert.deepEqual(lines, [
    '  rejected: 12 invalid, most often person_email: is empty (9)',
    '  rejected: 1 malformed, no  [2JJSON',
    '  rejected: 99 too_large, most often field 0: is long (1)',
  ]);
});

test('where nearly all records are rejected for the same, and none got through, a hint says what may be meant', () => {
  const hint = (kinds: readonly [number, Reason, string][], passed = 0): string | undefined => {
    const summary = new Summary();
    for (const [count, reason, message] of kinds) {
      for (let n = 0; n < count; n++) summary.reject({ reason, message, stage: 'x' });
    }
    summary.read = summary.rejected.total + passed;
    return hintOf(summary);
  };
  const lost: [number, Reason, string] = [90, 'invalid', 'has no identifier: none of a, b'];
  const latin1: [number, Reason, string] = [90, 'malformed', 'not valid UTF-8'];
  assert.match(hint([lost]) ?? '', /^hint: no record has what it needs: .* --column$/);
  assert.match(hint([lost, [10, 'malformed', 'not valid JSON']]) ?? '', /^hint: hardly any record has what it needs: .* --column$/);
  assert.match(
    hint([
      [9, 'malformed', 'a'],
      [9, 'malformed', 'b'],
      [2, 'refused', 'c'],
    ]) ?? '',
    /^hint: hardly any .*read; .* --format$/,
  );
  // The few with an accent are enough.
  assert.match(hint([latin1], 5_000) ?? '', /^hint: .*not UTF-8: name the encoding of the input, for example --encoding windows-1252$/);
  for (const none of [hint([]), hint([lost], 1), hint([lost, [11, 'malformed', 'x']]), hint([[90, 'invalid', 'is no address']])]) {
    assert.equal(none, undefined);
  }
});
