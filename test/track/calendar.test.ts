import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FIRST_YEAR, fromIso, isIso, offsetOf, unixSecondsOf } from '../../lib/track/calendar.ts';
import fc from '../support/fast-check.ts';
import { runs } from '../support/runs.ts';

test('law: a day that Date keeps as it is given is that second, any other day is none', () => {
  const numbers = fc.record({ year: fc.integer({ min: FIRST_YEAR, max: 9_999 }), month: fc.nat(14), day: fc.nat(33) });
  fc.assert(
    fc.property(numbers, ({ year, month, day }) => {
      const date = new Date(Date.UTC(year, month - 1, day));
      const isReal = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
      assert.equal(unixSecondsOf({ year, month, day }), isReal ? date.getTime() / 1000 : undefined);
    }),
    { numRuns: runs(2_000) },
  );
});

test('a time of day is one that a clock shows, in a zone that is somewhere on Earth', () => {
  const day = { year: 2024, month: 2, day: 29 };
  const midnight = Date.UTC(2024, 1, 29) / 1000;
  assert.equal(unixSecondsOf({ ...day, hour: 23, minute: 59, second: 59 }), midnight + 86_399);
  for (const wrong of [{ hour: 24 }, { minute: 60 }, { second: 60 }, { offsetMinutes: 841 }, { offsetMinutes: -841 }]) {
    assert.equal(unixSecondsOf({ ...day, ...wrong }), undefined, JSON.stringify(wrong));
  }
  assert.equal(unixSecondsOf({ ...day, offsetMinutes: 840 }), midnight - 50_400);
  assert.equal(unixSecondsOf({ year: FIRST_YEAR - 1, month: 1, day: 1 }), undefined);
});

test('a zone is ahead of UTC by its hours and minutes, with either minus', () => {
  const zones = { Z: 0, utc: 0, '+02': 120, '+0530': 330, '-03:30': -210, '\u221205:00': -300 };
  for (const [zone, minutes] of Object.entries(zones)) assert.equal(offsetOf(zone), minutes, zone);
});

test('ISO 8601, extended or basic; what only looks like it is not a time', () => {
  const noon = Date.UTC(2024, 4, 17, 12) / 1000;
  for (const text of [
    '2024-05-17T12:00:00Z',
    '2024-05-17 12:00',
    '20240517T120000Z',
    '20240517120000',
    '20240517120000999',
    '2024-05-17T14:00:00,75+02:00',
    '2024-05-17t12 gmt',
  ]) {
    assert.equal(fromIso(text), noon, text);
  }
  for (const text of ['2023-02-29', '2024-05-17T24:00:00Z', '2024-13-01'])
    assert.deepEqual([isIso(text), fromIso(text)], [true, undefined]);
  for (const text of ['2024-0517', '2024-05-17T12:0000', '17-05-2024', '2024-05', '', ' 2024-05-17']) {
    assert.deepEqual([isIso(text), fromIso(text)], [false, undefined], text);
  }
});
