import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  argumentOf,
  countOf,
  duration,
  functionName,
  joinTexts,
  type NameOf,
  number,
  option,
  refusedBy,
  say,
  size,
  wrongOption,
} from '../lib/wording.ts';

/** A shell that has names for some. */
const FLAGS: Readonly<Record<string, string>> = { 'csv encoding': '--encoding', 'csv ': '--format csv', 'rejectWriter ': '--rejects' };
const flags: NameOf = (of, path) => FLAGS[`${of} ${path}`];

test('a text names options as the code does, and each shell as it does', () => {
  const text = say`not UTF-8: give ${option('csv', 'encoding', 'utf-16le')}, or ${option('csv', 'trim')}, to ${functionName('csv')}: ${3} rows`;
  assert.equal(String(text), "not UTF-8: give encoding: 'utf-16le', or trim, to csv(): 3 rows");
  assert.equal(text.in(flags), 'not UTF-8: give --encoding utf-16le, or trim, to --format csv: 3 rows');
});

test('an option that is refused stands behind its function, but a flag by itself', () => {
  const refused = (path: string) => say`${refusedBy('csv')}${wrongOption('csv', path)}: must be text`;
  assert.equal(String(refused('encoding')), 'csv: option "encoding": must be text');
  assert.equal(refused('encoding').in(flags), '--encoding: must be text');
  assert.equal(refused('trim').in(flags), '--format csv: option "trim": must be text');
  const place = say`${argumentOf('rejectWriter')}: it is not there`;
  assert.deepEqual([String(place), place.in(flags)], ['rejectWriter: it is not there', '--rejects: it is not there']);
});

test('a text inside another keeps its names; several are joined', () => {
  const [one, other] = [say`${option('csv', 'encoding')} is wrong`, 'so is the file'];
  const joined = joinTexts([one, other], '; ');
  assert.equal(String(joined), 'encoding is wrong; so is the file');
  assert.equal(say`no: ${joined}`.in(flags), 'no: --encoding is wrong; so is the file');
  assert.equal(String(joinTexts([], '; ')), '');
});

test('for programs it says which function and which option it is about', () => {
  assert.deepEqual(say`${refusedBy('csv')}${wrongOption('csv', 'trim')}: x`.details, { function: 'csv', option: 'trim' });
  assert.deepEqual(say`${refusedBy('csv')}no rows`.details, { function: 'csv' });
  assert.deepEqual(say`${argumentOf('rejectWriter')}: x`.details, { function: 'rejectWriter' });
  assert.deepEqual(say`no rows`.details, {});
});

test('durations', () => {
  assert.deepEqual([0.04, 9.96, 59, 61, 3_661].map(duration), ['0.0 s', '10.0 s', '59 s', '1:01', '1:01:01']);
});

test('counts, numbers and sizes', () => {
  assert.deepEqual(
    [0, 1, 2, 1_234].map((n) => countOf(n, 'row')),
    ['0 rows', '1 row', '2 rows', '1,234 rows'],
  );
  assert.deepEqual(
    [number(1_234_567.89), size(999), size(2_500), size(3e6), size(5.2e9)],
    ['1,234,567.9', '999 B', '2.5 kB', '3 MB', '5.2 GB'],
  );
});
