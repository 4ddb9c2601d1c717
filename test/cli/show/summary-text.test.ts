import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paintFor } from '../../../lib/cli/show/paint.ts';
import { RejectCounts } from '../../../lib/cli/show/reject-counts.ts';
import { rejectTable } from '../../../lib/cli/show/reject-table.ts';
import { reportOf } from '../../../lib/cli/show/report.ts';
import { emptyNote, hintOf, replayedText, summaryText, unfinishedNote } from '../../../lib/cli/show/summary-text.ts';
import { CioError } from '../../../lib/errors.ts';
import { Origin } from '../../../lib/record/origin.ts';
import { type Reason, Rejection } from '../../../lib/record/rejection.ts';
import { Summary } from '../../../lib/write/summary.ts';

const plain = paintFor('never');

const layout = { paint: plain, width: 100 };
const nothing = { rejects: '', kinds: [], otherKinds: 0 };

test('a summary says what is not finished when a run has failed', () => {
  const summary = Object.assign(new Summary(), { read: 10, delivered: 4, requests: 3, retries: 1, bytes: 2_500, seconds: 2 });
  summary.reject({ reason: 'invalid', field: 'person_email', message: 'is empty', stage: 'validate' });
  const text = summaryText(
    reportOf(summary, { dryRun: false, interrupted: false, resumed: [], failure: new Error('x') }),
    { ...nothing, rejects: 'in rejected/' },
    layout,
  );
  assert.match(
    text,
    /^failed: 10 rows: 4 delivered, 1 rejected, 0 skipped, 5 not finished\n {2}3 requests \(1 of them retries\), 2\.5 kB in 2\.0 s/,
  );
  assert.match(text, /rejected rows are in rejected\/$/);
});

test('a summary shows what was rejected by reason and field with two examples, then what to do, and commands no terminal', () => {
  const [summary, counts] = [new Summary(), new RejectCounts()];
  const reject = (reason: Reason, message: string, field: string | undefined, value: string, line: number): void => {
    const cause = { reason, message, field, stage: 'x' };
    summary.reject(cause);
    counts.add(new Rejection(cause, { [field ?? 'a']: value }, new Origin({ line }, { source: 'crm.csv' })));
  };
  for (let n = 0; n < 9; n++) reject('invalid', 'is not an email address', 'E-Mail Address', `ann@ \u001b[2J${n}`, n + 2);
  reject('invalid', 'is not a valid time', 'Joined', '31/04/2024', 99);
  const report = reportOf(summary, { dryRun: false, interrupted: false, failure: undefined });
  const commands = { look: 'cio-stream rejects rej --rows', sendAgain: 'cio-stream replay rej' };
  const text = summaryText(report, { rejects: 'in rej', kinds: counts.kinds, otherKinds: 7, commands }, layout);
  assert.deepEqual(text.split('\n').slice(2), [
    '  rows  reason   field           what is wrong, and where',
    '     9  invalid  E-Mail Address  is not an email address',
    '                                 crm.csv:2  "ann@ \\u001b[2J0"',
    '                                 crm.csv:3  "ann@ \\u001b[2J1"',
    '     1  invalid  Joined          is not a valid time',
    '                                 crm.csv:99  "31/04/2024"',
    '  and 7 of other kinds',
    '  rejected rows are in rej',
    '  to look at them:     cio-stream rejects rej --rows',
    '  to send them again:  cio-stream replay rej',
  ]);
  const dry = reportOf(summary, { dryRun: true, interrupted: false, failure: undefined });
  const dryText = summaryText(dry, { rejects: 'in rej', kinds: [], otherKinds: 0, commands }, layout);
  assert.match(dryText, /\n {2}it would take 0 requests, /);
  const planned = reportOf(Object.assign(new Summary(), { requests: 2 }), { dryRun: true, interrupted: false, failure: undefined });
  assert.match(summaryText(planned, nothing, layout), /\n {2}it would take at least 2 requests, /);
  assert.match(dryText, /\n {2}rejected rows are in rej\n {2}to look at them: {5}cio-stream rejects rej --rows$/);
  for (const width of [10, 20, 40]) {
    const table = rejectTable({ rejects: '', kinds: counts.kinds, otherKinds: 0 }, { paint: plain, width });
    assert.equal(table.length, 6, `${width}`);
  }
});

test('a message stands over the rows that it fits: if a kind has several, each example has its own', () => {
  const counts = new RejectCounts();
  const reject = (message: string, line: number, row: string, source?: string): void => {
    const cause = { reason: 'malformed', message, stage: 'csv' } as const;
    counts.add(new Rejection(cause, undefined, new Origin({ line, raw: row }, source === undefined ? {} : { source })));
  };
  reject('2 cells, but the header has 9', 580, 'broken;row', 'crm.csv');
  for (let line = 600; line < 610; line++) reject('2 cells, but the header has 9', line, 'a;b', 'crm.csv');
  reject('a quote is not closed', 1817, '701x;"bad');
  reject('a quote is not closed', 1818, 'late');
  const table = rejectTable({ rejects: '', kinds: counts.kinds, otherKinds: 0 }, layout);
  assert.deepEqual(table.slice(1), [
    '    13  malformed  -      several messages, such as',
    '                          crm.csv:580: 2 cells, but the header has 9  broken;row',
    '                          line 1,817: a quote is not closed  701x;"bad',
  ]);
});

test('a summary names no place as that of rows which it could not store', () => {
  const [summary, failure] = [new Summary(), new CioError('CIO_REJECT_STORE', 'no space left; what was not stored is in /tmp/x')];
  const commands = { look: 'cio-stream rejects rej --rows', sendAgain: 'cio-stream replay rej' };
  const text = (): string =>
    summaryText(reportOf(summary, { dryRun: false, interrupted: false, failure }), { ...nothing, rejects: 'in rej', commands }, layout);
  assert.doesNotMatch(text(), /rejected records/);
  summary.reject({ reason: 'invalid', message: 'is empty', stage: 'validate' });
  assert.match(text(), /\n {2}rejected rows that could be stored are in rej$/);
});

test('where nearly all records are rejected for the same, and none got through, a hint says what may be meant', () => {
  const hint = (kinds: readonly [number, Reason, string][], passed = 0, areMessages = false): string | undefined => {
    const summary = new Summary();
    for (const [count, reason, message] of kinds) {
      for (let n = 0; n < count; n++) summary.reject({ reason, message, stage: 'x' });
    }
    summary.read = summary.rejected.total + passed;
    return hintOf(summary, areMessages);
  };
  const lost: [number, Reason, string] = [90, 'invalid', 'has no identifier: none of a, b'];
  const latin1: [number, Reason, string] = [90, 'malformed', 'not valid UTF-8'];
  assert.match(hint([lost]) ?? '', /^hint: no row has what it needs: .* --column$/);
  assert.match(hint([lost, [10, 'malformed', 'not valid JSON']]) ?? '', /^hint: hardly any row has what it needs: .* --column$/);
  assert.match(
    hint([
      [9, 'malformed', 'a'],
      [9, 'malformed', 'b'],
      [2, 'refused', 'c'],
    ]) ?? '',
    /^hint: hardly any .*read; .* --format, --delimiter and --encoding /,
  );
  // The few with an accent are enough.
  assert.match(hint([latin1], 5_000) ?? '', /^hint: .*not UTF-8: name the encoding of the input, for example --encoding windows-1252$/);
  assert.match(hint([latin1]) ?? '', /--encoding windows-1252; of a CSV name the --delimiter too/);
  for (const none of [hint([latin1], 0, true), hint([[90, 'malformed', 'not JSON']], 0, true)]) assert.equal(none, undefined);
  assert.match(hint([lost], 0, true) ?? '', /--column$/);
  for (const none of [hint([]), hint([lost], 1), hint([lost, [11, 'malformed', 'x']]), hint([[90, 'invalid', 'is no address']])]) {
    assert.equal(none, undefined);
  }
});

test('a note names five inputs, and says how many more there are', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  assert.equal(emptyNote(names), 'hint: 7 inputs hold no rows: a, b, c, d, e and 2 more');
  assert.match(unfinishedNote(names), /: a, b, c, d, e and 2 more$/);
  assert.match(unfinishedNote(['a']), /: a$/);
});

test('a replay of one sheet names it, and one of a folder counts its files', () => {
  const said = (more: object): string => replayedText({ from: 'fix.csv', objects: 1, cleared: 0, unmatched: 0, unreadable: 0, ...more });
  assert.equal(said({ named: true }), 'replayed: fix.csv, left in place');
  assert.equal(said({ named: true, done: 'delete', cleared: 1 }), 'replayed: fix.csv, deleted');
  assert.equal(said({ named: true, done: 'move' }), 'replayed: fix.csv, left in place');
  assert.equal(said({ named: true, from: 'a.csv, b.csv', objects: 2, done: 'move', cleared: 1 }), 'replayed: a.csv, b.csv, 1 moved');
  assert.equal(said({ from: 'rejected/', done: 'delete' }), 'replayed: 1 file in rejected/, 0 deleted');
});
