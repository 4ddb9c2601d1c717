import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retryAfterMs } from '../../lib/track/retry-after.ts';
import fc from '../support/fast-check.ts';

const NOW = Date.UTC(2026, 10, 24, 2, 10, 0);
const DAY_MS = 86_400_000;

test('whole seconds and HTTP dates are read', () => {
  for (const [header, ms] of [
    ['0', 0],
    ['7', 7_000],
    [' 7 ', 7_000],
    ['1.5', 1_500],
    ['86400', DAY_MS],
    ['Tue, 24 Nov 2026 02:10:30 GMT', 30_000],
    ['Tuesday, 24-Nov-26 02:10:30 GMT', 30_000],
    ['Tue Nov 24 02:10:30 2026', 30_000],
    ['Tue Nov  3 02:10:30 2026', 0],
    ['Tue, 24 Nov 2026 02:09:00 GMT', 0],
    ['Sunday, 06-Nov-94 08:49:37 GMT', undefined],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 0],
  ] as const)
    assert.equal(retryAfterMs(header, NOW), ms, header);
});

test('what is neither, or asks for more than a day, is as good as not said', () => {
  for (const header of [
    ...[undefined, '', 'soon', 'try 3000', '-5', '+5', '1e9', '0x10', '5, 10', '5;', '٣', 'Infinity', 'NaN', '9'.repeat(400)],
    ...['86401', '999999999', 'Wed, 25 Nov 2026 02:10:01 GMT', 'Fri, 31 Dec 9999 23:59:59 GMT'],
    ...['2026-11-24T02:10:30Z', 'Tue, 24 Nov 2026 02:10:30', 'Tue, 24 Nov 2026 02:10:30 CET', 'Tue, 24 anO 2026 02:10:30 GMT'],
  ])
    assert.equal(retryAfterMs(header, NOW), undefined, header);
});

test('law: whatever is said, the wait is none, or from 0 to a day', () => {
  const header = fc.oneof(
    fc.string(),
    fc.double().map(String),
    fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
  );
  fc.assert(
    fc.property(header, (text) => {
      const ms = retryAfterMs(text, NOW);
      assert.ok(ms === undefined || (ms >= 0 && ms <= DAY_MS), `${text}: ${ms}`);
    }),
  );
});
