/** Values of one column -> its profile: counts that are exact up to a bound, and memory that is bounded. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ColumnProfile } from '../../../../lib/cli/preview/columns/column-profile.ts';
import { parse } from '../../../../lib/json/exact.ts';

function profileOf(values: readonly unknown[], more: { isCsv?: boolean; mostDistinct?: number } = {}): ColumnProfile {
  const profile = new ColumnProfile('Column', { isCsv: true, now: Date.UTC(2026, 10, 28), mostDistinct: 1_000, ...more });
  for (const value of values) profile.see(value);
  return profile;
}

test('what is empty, or stands for no value, does not fill a column', () => {
  const profile = profileOf(['a', '', null, undefined, '  ', 'NULL', 'N/A', 'NULL', 'b ', 'a']);
  assert.deepEqual([profile.filled, profile.distinct, profile.hasMore, profile.spaced], [3, 2, false, 2]);
  assert.deepEqual(
    [...profile.marks],
    [
      ['NULL', 2],
      ['N/A', 1],
    ],
  );
  assert.deepEqual(profile.examples, ['a', 'b']);
});

test('distinct values are counted up to a number, long ones by their hash', () => {
  const long = 'x'.repeat(10_000);
  const profile = profileOf([`${long}1`, `${long}2`, `${long}1`, 'c', 'd'], { mostDistinct: 3 });
  assert.deepEqual([profile.filled, profile.distinct, profile.hasMore], [5, 3, true]);
  assert.ok(profile.examples.every((example) => example.length <= 61));
  assert.equal(profileOf([`${long}1`, `${long}2`, `${long}1`]).distinct, 2);
});

test('the kinds of JSON, with every digit of a number', () => {
  const profile = profileOf([parse('12345678901234567890'), 1, true, 'a', [1], { b: 2 }], { isCsv: false });
  assert.deepEqual(Object.fromEntries(profile.kinds), { number: 2, boolean: 1, text: 1, list: 1, object: 1 });
  assert.equal(profile.examples[0], '12345678901234567890');
});

test('addresses and phone numbers are counted by their contents', () => {
  const profile = profileOf(['a@b.co', ' c@d.io ', '+14155550100', 'a b', 'nobody']);
  assert.deepEqual([profile.addresses, profile.phones, profile.notIds], [2, 1, 1]);
});

test('an apostrophe before digits is one of a spreadsheet, before words it is one of a person', () => {
  const { marked, oddPhones } = profileOf(["'7000000001", "'+49170123456", "'90s music", "'tis", '+49 170 123456']);
  assert.deepEqual([marked, oddPhones], [2, 3]);
});

test('an example is printable, and not cut in the middle of a character', () => {
  const [example = ''] = profileOf([`\u001b[2J${'x'.repeat(55)}😀${'y'.repeat(100)}`]).examples;
  assert.doesNotMatch(example, /[\p{Cc}\p{Cs}]/u);
  assert.ok(example.endsWith('…'));
});
