import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFileNameFormat, readPathFormat, type Values } from '../../lib/reject/template.ts';

const VALUES: Values = {
  namespace: 'shop',
  stream: 'people',
  syncId: '42',
  wallMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  part: 7,
  extension: '.ndjson.gz',
};

test('every variable', () => {
  const path = readPathFormat('{namespace} {stream_name}/{sync_id} {year} {month} {day} {hour} {epoch}');
  assert.equal(path.fill(VALUES), 'shop people/42 2026 01 02 03 1767323045678');
  const name = readFileNameFormat('{date} {date:yyyy_MM} {timestamp} {part_number} {format_extension}');
  assert.equal(name.fill(VALUES), '2026_01_02 2026_01 1767323045678 7 .ndjson.gz');
  assert.equal(readPathFormat('{date:yyyy-MM-dd}/{date:HH.mm.ss}/x').fill(VALUES), '2026-01-02/03.04.05/x');
});

test('a mistake names the option, and the nearest variable', () => {
  const wrong: [(text: string) => unknown, string, RegExp][] = [
    [readPathFormat, '{streamname}/', /"pathFormat": unknown variable "streamname": did you mean "stream_name"\?/],
    [readPathFormat, '{part_number}/', /unknown variable "part_number"/],
    [readPathFormat, '../up', /"\." and "\.\." can't/],
    [readPathFormat, 'a/.{namespace}./b', /"\." and "\.\." can't/],
    [readPathFormat, 'a{b', /unpaired brace/],
    [readPathFormat, 'a\\b', /backslash/],
    [readPathFormat, 'a\nb', /control character/],
    [readPathFormat, 'x'.repeat(256), /grow to 256 bytes/],
    [readPathFormat, '{namespace}{namespace}{namespace}{namespace}', /grow to 256 bytes/],
    [readFileNameFormat, 'a/b', /"fileNameFormat": must be a file name/],
    [readFileNameFormat, ' ', /must be a file name/],
    [readFileNameFormat, '{date:dd.MM.yy}', /takes yyyy, MM, dd/],
    [readFileNameFormat, '{hour:HH}', /\{hour\} takes nothing/],
    [readFileNameFormat, '{timestmp}', /did you mean "timestamp"/],
    [readFileNameFormat, '{__proto__}', /unknown variable/],
    [readFileNameFormat, '{day:d}/{x}', /\{day\} takes nothing.*; unknown variable "x".*; must be a file name/],
  ];
  for (const [read, text, message] of wrong) assert.throws(() => read(text), { code: 'CIO_OPTIONS', message }, text);
});
