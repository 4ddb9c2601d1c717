import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFileNameFormat, readPathFormat, type Values } from '../../lib/reject/template.ts';

const VALUES: Values = {
  namespace: 'shop',
  stream: 'people',
  syncId: '42',
  wallMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  part: 7,
  uuid: '0193d0a4-7c1e-4f3a-9b2d-5e6f7a8b9c0d',
  extension: '.ndjson.gz',
};

test('every variable', () => {
  const path = readPathFormat('{namespace} {stream_name}/{sync_id} {year} {month} {day} {hour} {epoch}');
  assert.equal(path.fill(VALUES), 'shop people/42 2026 01 02 03 1767323045678');
  const name = readFileNameFormat('{date} {date:yyyy_MM} {timestamp} {part_number} {format_extension}');
  assert.equal(name.fill(VALUES), '2026_01_02 2026_01 1767323045678 7 .ndjson.gz');
  assert.equal(readPathFormat('{date:yyyy-MM-dd}/{date:HH.mm.ss}/x').fill(VALUES), '2026-01-02/03.04.05/x');
  assert.equal(readPathFormat('{minute} {second} {millisecond} {uuid}').fill(VALUES), `04 05 0678 ${VALUES.uuid}`);
});

test("variables in any capitals, as Airbyte's connector takes them", () => {
  assert.equal(
    readPathFormat('{NAMESPACE}/{Stream_Name}/{YEAR}_{MONTH}_{DAY}_{EPOCH}/').fill(VALUES),
    'shop/people/2026_01_02_1767323045678/',
  );
  assert.equal(readPathFormat('$'.concat('{NAMESPACE}/$', '{UUID}')).fill(VALUES), `$shop/$${VALUES.uuid}`);
  assert.equal(readFileNameFormat('{Date:yyyy_MM}{PART_NUMBER}{FORMAT_EXTENSION}').fill(VALUES), '2026_017.ndjson.gz');
  assert.deepEqual([...readPathFormat('{Stream_Name}').variables], ['stream_name']);
});

test('a mistake names the option, and the nearest variable', () => {
  const wrong: [(text: string) => unknown, string, RegExp][] = [
    [readPathFormat, '{streamname}/', /"pathFormat": unknown variable "streamname": did you mean "stream_name"\?/],
    [readPathFormat, '{StreamName}/', /unknown variable "StreamName": did you mean "stream_name"\?/],
    [readPathFormat, '{Part_Number}/', /unknown variable "Part_Number"/],
    [readPathFormat, '{minute:mm}/', /\{minute\} takes no format after a colon/],
    [readPathFormat, '{part_number}/', /unknown variable "part_number"/],
    [readPathFormat, '../up', /"\." and "\.\." can't/],
    [readPathFormat, 'a/.{namespace}./b', /"\." and "\.\." can't/],
    [readPathFormat, 'a{b', /unpaired brace/],
    [readPathFormat, 'a\\b', /backslash/],
    [readPathFormat, 'a\nb', /control character/],
    [readPathFormat, 'x'.repeat(256), /up to 256 bytes long/],
    [readPathFormat, '{namespace}{namespace}{namespace}{namespace}', /up to 256 bytes long/],
    [readFileNameFormat, 'a/b', /"fileNameFormat": must be a file name/],
    [readFileNameFormat, ' ', /must be a file name/],
    [readFileNameFormat, '{date:dd.MM.yy}', /takes yyyy, MM, dd/],
    [readFileNameFormat, '{hour:HH}', /\{hour\} takes no format after a colon/],
    [readFileNameFormat, '{timestmp}', /did you mean "timestamp"/],
    [readFileNameFormat, '{__proto__}', /unknown variable/],
    [readFileNameFormat, '{day:d}/{x}', /\{day\} takes no format after a colon.*; unknown variable "x".*; must be a file name/],
  ];
  for (const [read, text, message] of wrong) assert.throws(() => read(text), { code: 'CIO_OPTIONS', message }, text);
});
