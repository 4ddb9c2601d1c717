/** The parts of the command line that need no process: pace, words, mapped fields, what holds a run up, its imports. */
import assert from 'node:assert/strict';
import { channel } from 'node:diagnostics_channel';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { ownLimits } from '../../lib/cli/flags/limit-flag.ts';
import { accessOf } from '../../lib/cli/reject-target.ts';
import { ApiState } from '../../lib/cli/show/api-state.ts';
import { reportOf } from '../../lib/cli/show/report.ts';
import { duration, hintOf, progressLines, summaryText } from '../../lib/cli/show/summary-text.ts';
import { type Counts, Throughput } from '../../lib/cli/show/throughput.ts';
import { readOptions } from '../../lib/options.ts';
import type { Reason } from '../../lib/record/rejection.ts';
import { STORE_SHAPE } from '../../lib/storage/options.ts';
import { Summary } from '../../lib/write/summary.ts';
import { FakeClock } from '../support/fake-clock.ts';

const counts = (read: number, more: Partial<Counts> = {}): Counts => ({
  ...{ read, delivered: read, rejected: 0, skipped: 0, requests: read / 100, bytesRead: read * 10, bytesTotal: 100_000 },
  ...more,
});

test('speeds are those of the last five seconds; the estimate is made of the share of bytes', () => {
  const pace = new Throughput(0);
  assert.equal(pace.take(counts(0), 0).etaSeconds, undefined);
  assert.equal(pace.take(counts(1_000), 1_000).recordsPerSecond, 1_000);
  for (let second = 2; second <= 10; second++) pace.take(counts(1_000 * second), second * 1_000);
  // From here on it stands still.
  for (let second = 11; second <= 16; second++) pace.take(counts(10_000, { bytesRead: 50_000 }), second * 1_000);
  const late = pace.take(counts(10_000, { bytesRead: 50_000 }), 17_000);
  assert.deepEqual([late.recordsPerSecond, late.requestsPerSecond, late.percent, late.etaSeconds], [0, 0, 50, 17]);
  assert.equal(pace.take(counts(10_000, { bytesTotal: undefined }), 18_000).etaSeconds, undefined);
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

test('a summary says what is not settled when a run has failed', () => {
  const summary = Object.assign(new Summary(), { read: 10, delivered: 4, requests: 3, retries: 1, bytes: 2_500, seconds: 2 });
  summary.reject({ reason: 'invalid', field: 'person_email', message: 'is empty', stage: 'validate' });
  const text = summaryText(reportOf(summary, { dryRun: false, interrupted: false, resumed: [], failure: new Error('x') }), 'in rejected/');
  assert.match(
    text,
    /^failed: 10 records: 4 delivered, 1 rejected, 0 skipped, 5 not settled\n {2}3 requests \(1 of them retries\), 2\.5 kB in 2\.0 s/,
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
  assert.match(hint([lost]) ?? '', /^hint: no record has what it needs: .* --id, --email .* --column$/);
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
  for (const told of [hint([]), hint([lost], 1), hint([lost, [11, 'malformed', 'x']]), hint([[90, 'invalid', 'is no address']])]) {
    assert.equal(told, undefined);
  }
});

test('a wait for the rate and a retry are told while they last', async () => {
  const clock = new FakeClock();
  const state = new ApiState(clock);
  try {
    assert.equal(state.words, undefined);
    channel('customerio-streams:wait').publish({ why: 'rate', ms: 50 });
    assert.equal(state.words, 'waiting for rate limit');
    channel('customerio-streams:retry').publish({ why: 'HTTP 503', attempt: 1, delayMs: 2_000 });
    assert.equal(state.words, 'retrying: HTTP 503 in 2.0 s');
    await clock.run(2_500);
    assert.equal(state.words, undefined);
  } finally {
    state.close();
  }
});

/** All modules that a file loads before it runs. */
function loadedBy(file: string, seen: Set<string> = new Set()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const code = readFileSync(join('dist/lib', file), 'utf8');
  for (const [, path = ''] of code.matchAll(/^(?:import|export) (?:[^;]*? from )?'([^']+)';/gm)) {
    if (path.startsWith('.')) loadedBy(normalize(join(dirname(file), path)), seen);
    else seen.add(path);
  }
  return seen;
}

test('--limit: each mistake has its own words', () => {
  assert.deepEqual(ownLimits('connector', ['person.attributes=500', 'person.entryBytes=none', 'event.eventNameBytes=50']), {
    list: 'connector',
    person: { attributes: 500, entryBytes: Number.POSITIVE_INFINITY },
    event: { eventNameBytes: 50 },
  });
  const mistakes: [string, RegExp][] = [
    ['person.attributes', /write kind\.name=number/],
    ['person.attributes=', /write kind\.name=number/],
    ['person.attributes=0', /must be a whole number above 0, or none/],
    ['person.attributes=-1', /must be a whole number above 0, or none/],
    ['person.atributes=5', /unknown limit "person\.atributes": did you mean "person\.attributes"\?/],
    ['attributes=5', /unknown limit "attributes"/],
  ];
  for (const [pair, message] of mistakes) assert.throws(() => ownLimits('published', [pair]), { code: 'CIO_OPTIONS', message });
});

test('flags of object storage are the options of the library', () => {
  assert.deepEqual(accessOf({}), { s3: {}, gcs: {} });
  const role = { s3RoleArn: 'arn', s3ExternalId: 'id' };
  const s3 = { s3Endpoint: 'http://s3', s3Region: 'r', s3PathStyle: false, s3Checksums: 'when_required', ...role } as const;
  const access = accessOf({ ...s3, gcsEndpoint: 'http://gcs', gcsProject: 'p', gcsKeyFile: 'key.json' });
  const { s3: ofS3, gcs } = readOptions('test', z.strictObject(STORE_SHAPE), access);
  assert.deepEqual(ofS3, {
    ...{ endpoint: 'http://s3', region: 'r', forcePathStyle: false, requestChecksumCalculation: 'WHEN_REQUIRED' },
    ...{ roleArn: 'arn', externalId: 'id' },
  });
  assert.deepEqual(gcs, { apiEndpoint: 'http://gcs', projectId: 'p', keyFilename: 'key.json' });
  assert.throws(() => accessOf({ s3ExternalId: 'id' }), /--s3-external-id does nothing without --s3-role-arn/);
});

test('help and version load commander and nothing else that is heavy', () => {
  assert.ok(existsSync('dist/lib/cli/main.js'));
  const packages = [...loadedBy('cli/main.js')].filter((name) => !name.startsWith('node:') && !name.endsWith('.js'));
  assert.deepEqual(packages.sort(), ['commander']);
});
