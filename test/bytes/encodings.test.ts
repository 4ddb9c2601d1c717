import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENCODINGS, encodingNamed, isMultiByte, unknownEncoding } from '../../lib/bytes/encodings.ts';

test('labels are those of TextDecoder', () => {
  assert.equal(encodingNamed('UTF8'), 'utf-8');
  assert.equal(encodingNamed(' Latin1 '), 'windows-1252');
  for (const label of ['cp437', 'utf-32', 'iso-2022-jp', 'ansi', 'x-user-defined', 'replacement', ''])
    assert.equal(encodingNamed(label), undefined, label);
});

test('a label that is nearly one names the one that may be meant; one that is not, all', () => {
  const meant = { 'latin-1': 'latin1', 'cp-1252': 'cp1252', windows1252: 'windows-1252', 'utf-8-sig': 'utf-8', 'UTF-16-LE': 'utf-16le' };
  for (const [label, near] of Object.entries(meant))
    assert.equal(unknownEncoding(label), `must be the name of an encoding: did you mean ${near}?`, label);
  for (const label of ['morse', 'ansi', ''])
    assert.match(unknownEncoding(label), /^must be one of utf-8, .*, or another name of one, such as latin1$/);
});

test('each encoding is listed once, by the name that the platform gives it, and is found by that in any case', () => {
  assert.equal(new Set(ENCODINGS).size, ENCODINGS.length);
  for (const name of ENCODINGS) {
    assert.equal(new TextDecoder(name).encoding, name);
    assert.equal(encodingNamed(name.toUpperCase()), name);
  }
});

test('what people have on all continents is among them', () => {
  for (const label of [
    'cp1250',
    'cp1251',
    'cp1252',
    'latin2',
    'iso8859-15',
    'koi8-r',
    'cp866',
    'tis-620',
    'sjis',
    'euc-jp',
    'euc-kr',
    'gb2312',
    'gb18030',
    'big5',
  ])
    assert.notEqual(encodingNamed(label), undefined, label);
});

test('a character takes several bytes in just those encodings in which two bytes can be one', () => {
  const twoBytesAreOne = (name: string): boolean => {
    const decoder = new TextDecoder(name);
    const pairs = Array.from({ length: 0x7e }, (_, first) => [first + 0x81, 0xa1]);
    return pairs.some((bytes) => [...decoder.decode(Buffer.from(bytes))].length === 1);
  };
  for (const name of ENCODINGS.filter((one) => !one.startsWith('utf-'))) assert.equal(isMultiByte(name), twoBytesAreOne(name), name);
  for (const name of ENCODINGS.filter((one) => one.startsWith('utf-'))) assert.equal(isMultiByte(name), false, name);
});
