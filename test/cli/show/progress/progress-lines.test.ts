/** Progress fits a terminal of any width, whatever is counted and however files are called. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters, styleText } from 'node:util';
import { type Paint, paintFor } from '../../../../lib/cli/show/paint.ts';
import { barParts, progressLines, progressText, type ShownProgress } from '../../../../lib/cli/show/progress/progress-lines.ts';
import { widthOf } from '../../../../lib/cli/show/table.ts';
import fc from '../../../support/fast-check.ts';
import { runs } from '../../../support/runs.ts';

const plain = paintFor('never');

const halfway: ShownProgress = {
  ...{ read: 1_234_567, delivered: 600_000, rejected: 3, skipped: 2, inFlight: 634_562, requests: 99 },
  ...{ recordsPerSecond: 99_500, requestsPerSecond: 20, requestsPerSecondLimit: 100, elapsedSeconds: 75 },
  ...{ bytesRead: 80, bytesTotal: 100, settledShare: 0.4, readShare: 0.8, percent: 40, etaSeconds: 112 },
  ...{ input: { name: 'crm.csv', index: 1, count: 3 }, state: 'waiting for the rate limit' },
};
const unknown = { settledShare: undefined, readShare: undefined, percent: undefined, etaSeconds: undefined, bytesTotal: undefined };
const textsOf = (progress: ShownProgress, width: number): string[] => progressLines(progress, width, plain);

test('a bar of what is settled, in flight and to come, then counts, speeds and what holds it up', () => {
  assert.deepEqual(textsOf(halfway, 99), [
    `${'█'.repeat(16)}${'▒'.repeat(16)}${'░'.repeat(8)}  40 %`,
    '1:52 left, 1:15 elapsed, crm.csv (1 of 3)',
    '1,234,567 rows, 600,000 delivered, 3 rejected, 2 skipped, 634,562 in flight',
    '99,500 rows/s, 20 of 100 requests/s, waiting for the rate limit',
  ]);
  assert.equal(
    progressText(halfway),
    '40 %, 1:52 left, 1:15 elapsed, crm.csv (1 of 3), 1,234,567 rows, 600,000 delivered, 3 rejected, 2 skipped, 634,562 in flight, 99,500 rows/s, 20 of 100 requests/s, waiting for the rate limit',
  );
});

test('of a pipe there is no bar, but counts', () => {
  const piped = { ...halfway, ...unknown, input: { name: 'standard input', index: 1, count: 1 }, state: undefined, inFlight: 0 };
  assert.deepEqual(textsOf({ ...piped, bytesRead: 2_500 }, 79).slice(0, 1), ['1:15 elapsed, 2.5 kB read, standard input']);
});

test('of Kafka there are partitions and a lag', () => {
  const topics = { partitions: 3, lag: 12_345, state: undefined };
  const shown = { ...halfway, ...unknown, input: undefined, topics, bytesRead: 2_500 };
  assert.deepEqual(textsOf(shown, 79).slice(0, 1), ['1:15 elapsed, 2.5 kB read, 3 partitions, lag 12,345']);
  assert.match(progressText({ ...shown, topics: { ...topics, partitions: 1, lag: undefined } }), /read, 1 partition, 1,234,567 rows/);
});

test('law: no line is wider than the terminal; with colours it is the same text', () => {
  const count = fc.integer({ min: -5, max: 1e9 });
  const share = fc.option(fc.double({ min: -1, max: 2, noNaN: true }), { nil: undefined });
  const name = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('顧客データ一覧.csv', '👩‍👩‍👧‍👦.csv', 'x'.repeat(300)));
  const progress = fc.record({
    read: count,
    delivered: count,
    rejected: count,
    skipped: count,
    inFlight: count,
    settledShare: share,
    readShare: share,
    name,
  });
  const colours: Paint = (style, text) => styleText(style, text, { validateStream: false });
  fc.assert(
    fc.property(progress, fc.integer({ min: 1, max: 200 }), ({ name, ...some }, width) => {
      const shown = { ...halfway, ...some, input: { name, index: 1, count: 2 } };
      const texts = textsOf(shown, width);
      for (const text of texts) {
        assert.ok(widthOf(text) <= width, `${JSON.stringify(text)} in ${width}`);
        assert.doesNotMatch(text, /[\p{Cc}\p{Zl}\p{Zp}]/u);
      }
      assert.deepEqual(progressLines(shown, width, colours).map(stripVTControlCharacters), texts);
    }),
    { numRuns: runs(200) },
  );
});

test('law: the parts of a bar fill it, and none is negative', () => {
  const share = fc.double({ min: -10, max: 10 });
  fc.assert(
    fc.property(share, share, fc.integer({ min: -3, max: 100 }), (settled, read, cells) => {
      const parts = barParts(settled, read, cells);
      for (const part of parts) assert.ok(Number.isInteger(part) && part >= 0, `${parts}`);
      assert.equal(
        parts.reduce((sum, part) => sum + part, 0),
        Math.max(0, cells),
      );
    }),
    { numRuns: runs(200) },
  );
});
