/** What is said of a start as a whole; first-bytes.test.ts has the same for inputs that come byte by byte. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foreignFormat, isTextByte, otherText } from '../../lib/bytes/foreign-formats.ts';
import fc from '../support/fast-check.ts';
import { runs } from '../support/runs.ts';

test('formats that few people have are called by their names, too', () => {
  const cases: [start: string, name: RegExp][] = [
    ['\t\x08\x10\0\0\x06\x05\0', /very old Excel/],
    ['BZh9\x17rE8P\x90\0\0\0\0', /^bzip2/],
    [']\0\0\x80\0\xff', /^lzma/],
    ['LZIP\x01\x0c', /^lzip/],
    ['\x02!L\x18\0\0', /^lz4/],
    ['\x89LZO\0\r\n\x1a\n', /^lzop/],
    ['\xff\x06\0\0sNaPpY', /^snappy/],
    ['\x1f\xa0\0', /\(\.Z\)/],
    ['PARE\x15\x04', /Parquet/],
    ['\xff\xff\xff\xff\x10\x01\0\0', /Arrow/],
    ['FEA1\0\0\0\0', /Feather/],
    ['SEQ\x06\x19org.apache', /Hadoop/],
    ['\x89HDF\r\n\x1a\n', /HDF5/],
    ['\xff\xd8\xff\xe0\0\x10JFIF', /image/],
    ['GIF89a\x01\0', /image/],
    ['\x7fELF\x02\x01', /program/],
    ['\0\0\0a\0\0\0b', /^UTF-32$/],
    ['<!doctype rows SYSTEM "a.dtd">', /^XML$/],
  ];
  for (const [start, name] of cases) assert.match(foreignFormat(start)?.name ?? 'none', name, JSON.stringify(start));
});

test('a mark with which a text could begin counts only if no text follows it', () => {
  for (const mark of ['PAR1', 'PARE', 'ORC', 'FEA1', 'SEQ']) {
    assert.equal(foreignFormat(mark), undefined, mark);
    for (let code = 0; code < 256; code++) {
      const byte = String.fromCharCode(code);
      // The mark of an ORC file may be followed by a newline and what no text has.
      if (mark === 'ORC' && byte === '\n') continue;
      assert.equal(foreignFormat(mark + byte) === undefined, isTextByte(byte), JSON.stringify(mark + byte));
    }
  }
});

test('a byte of a text is none of the control characters but those that end lines or stand between cells', () => {
  const texts = Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code)).filter(isTextByte);
  assert.deepEqual(texts, ['\t', '\n', '\r']);
  for (const byte of ['', ' ', 'a', '\x7f', '\xff']) assert.equal(isTextByte(byte), true, JSON.stringify(byte));
});

test('JSON that was given as another format is named, with the sources that read it', () => {
  const name = (start: string, format: string): string | undefined => otherText(start, format)?.name;
  for (const start of ['{\n', '{\r', '[\n', '[\r', '[{']) {
    assert.deepEqual([name(start, 'csv'), name(start, 'ndjson')], ['a JSON document', 'a JSON document, not one object per line']);
    assert.equal(name(start, 'json'), undefined);
  }
  assert.deepEqual(
    ['csv', 'ndjson', 'json'].map((format) => name('{"', format)),
    ['JSON', undefined, undefined],
  );
  assert.match(String(otherText('{"', 'csv')?.todo), /`?ndjson.*json/);
  for (const start of ['', '{', '[', '[id', '{}', ' {"', '[1']) assert.equal(name(start, 'csv'), undefined, start);
});

test('law: two characters are enough to name JSON, whatever follows them', () => {
  fc.assert(
    fc.property(fc.constantFrom('{', '['), fc.constantFrom('"', '\n', '\r', '{', '[', 'a', ' '), fc.string(), (first, second, rest) => {
      for (const format of ['csv', 'ndjson', 'json'])
        assert.equal(otherText(first + second + rest, format)?.name, otherText(first + second, format)?.name);
    }),
    { numRuns: runs(200) },
  );
});
