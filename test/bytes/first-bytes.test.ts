import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { type FirstBytes, firstBytes } from '../../lib/bytes/first-bytes.ts';
import fc from '../support/fast-check.ts';
import { runs } from '../support/runs.ts';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

/** What is said of the input at the earliest, given byte by byte: as soon as anything is said. */
function early(input: Buffer): FirstBytes | undefined {
  for (let length = 1; length <= input.length; length++) {
    const said = firstBytes(input.subarray(0, length), false);
    if (said !== undefined) return said;
  }
  return firstBytes(input, true);
}

function zip(name: string, text: string): Buffer {
  const packed = deflateRawSync(text);
  const header = Buffer.alloc(30);
  header.write('PK\x03\x04', 'latin1');
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(8, 8);
  header.writeUInt32LE(packed.length, 18);
  header.writeUInt32LE(text.length, 22);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, Buffer.from(name), packed]);
}
function tar(name: string): Buffer {
  const block = Buffer.alloc(1024);
  block.write(name);
  block.write('ustar\x0000', 257);
  return block;
}

const FOREIGN: [string, Buffer, RegExp][] = [
  ['zip', zip('people.csv', 'a,b\n1,2\n'), /^a ZIP archive$/],
  ['empty zip', latin1(`PK\x05\x06${'\0'.repeat(18)}`), /^a ZIP archive$/],
  ['xlsx', zip('[Content_Types].xml', '<Types/>'), /\.xlsx/],
  ['xlsx of others', zip('xl/workbook.xml', '<a/>'), /\.xlsx/],
  [
    'ods',
    Buffer.concat([zip('mimetype', '').subarray(0, 38), Buffer.from('application/vnd.oasis.opendocument.spreadsheet')]),
    /OpenDocument/,
  ],
  ['xls', latin1('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0\0'), /\.xls/],
  ['bzip2', latin1('BZh91AY&SY\xa1\xe8\xa7\xb6\0\0'), /bzip2/],
  ['xz', latin1('\xfd7zXZ\0\0\x04'), /xz/],
  ['lz4', latin1('\x04"M\x18d@\xa7'), /lz4/],
  ['compress', latin1('\x1f\x9d\x90abc'), /compress/],
  ['7z', latin1('7z\xbc\xaf\x27\x1c\0\x04'), /7z/],
  ['rar', latin1('Rar!\x1a\x07\x01\0'), /RAR/],
  ['tar', tar('people.csv'), /tar/],
  ['parquet', latin1('PAR1\x15\x04\x15\x10'), /Parquet/],
  ['parquet with a newline early', latin1(`PAR1\x15\x04\n${'\x15'.repeat(600)}`), /Parquet/],
  ['avro', latin1('Obj\x01\x04\x16avro.schema'), /Avro/],
  ['orc', latin1('ORC\n\x0b\n\x03\0\0\0'), /ORC/],
  ['arrow', latin1('ARROW1\0\0\xff\xff'), /Arrow/],
  ['sqlite', latin1('SQLite format 3\0\x10\0'), /SQLite/],
  ['pdf', Buffer.from('%PDF-1.7\n%âãÏÓ\n'), /PDF/],
  ['rtf', Buffer.from('{\\rtf1\\ansi a,b\n}'), /RTF/],
  ['png', latin1('\x89PNG\r\n\x1a\n\0\0'), /image/],
  ['login page', Buffer.from('\n<!DOCTYPE html>\n<html><head><title>Sign in</title>'), /HTML/],
  ['page with a mark', Buffer.from('\uFEFF<html lang="en">\n<body>'), /HTML/],
  ['xml', Buffer.from('<?xml version="1.0"?>\n<rows/>'), /XML/],
  ['utf-32', Buffer.concat([latin1('\xff\xfe\0\0'), latin1('a\0\0\0')]), /UTF-32/],
  ['utf-32 without a mark', latin1('{\0\0\0"\0\0\0a\0\0\0'), /UTF-32/],
];

test('what is not a text that we read is called by its name, at the earliest as at the end, with what to do', () => {
  for (const [name, input, expected] of FOREIGN) {
    const said = firstBytes(input, true);
    assert.equal(said?.is, 'foreign', name);
    assert.match(said.name, expected);
    assert.match(String(said.todo), /first|Get the data|Read it with/, name);
    assert.deepEqual(early(input), said, name);
    // In front of more of it, too.
    assert.deepEqual(firstBytes(Buffer.concat([input, Buffer.alloc(1000, 0xa5)]), false), said, name);
  }
});

test('texts that begin like one of them are texts', () => {
  for (const text of [
    'PAR1,PAR2\n1,2\n',
    'ORC\n1\n',
    'ORCID,name\n1,x\n',
    'SEQ\n1\n',
    'MZ,x\n1,2\n',
    'Obj,b\n',
    'BZh,b\n1,2\n',
    'PK,name\n1,2\n',
    '<b>,c\n1,2\n',
    'SQLite format 3,x\n',
    '7z,b\n',
    '%PDF,b\n',
    'P',
    '(',
    '\u001f',
    '',
  ]) {
    assert.deepEqual(firstBytes(Buffer.from(text), true), { is: 'text', markBytes: 0 }, JSON.stringify(text));
    assert.deepEqual(early(Buffer.from(text)), { is: 'text', markBytes: 0 }, JSON.stringify(text));
  }
});

test('encodings that are certain, likely, or not to be seen', () => {
  const cases: [Buffer, FirstBytes][] = [
    [Buffer.from('\uFEFFa,b\n1,2\n'), { is: 'text', markBytes: 3, encoding: 'utf-8' }],
    [Buffer.from('\uFEFF{"a":1}\n'), { is: 'text', markBytes: 3, encoding: 'utf-8' }],
    [Buffer.from('\uFEFFя', 'utf16le'), { is: 'text', markBytes: 2, encoding: 'utf-16le' }],
    [be('\uFEFF{"a":1}'), { is: 'text', markBytes: 2, encoding: 'utf-16be' }],
    [Buffer.from('{"a":1}\n', 'utf16le'), { is: 'text', markBytes: 0, encoding: 'utf-16le' }],
    [be('id,b\n1,2\n'), { is: 'text', markBytes: 0, encoding: 'utf-16be' }],
    [Buffer.from('имя,город\nИван,Орёл\n', 'utf16le'), { is: 'unclear', encoding: 'utf-16le' }],
    [be('имя,город\nИван,Орёл\n'), { is: 'unclear', encoding: 'utf-16be' }],
    [Buffer.from('имя,город\nИван,Орёл\n'), { is: 'text', markBytes: 0 }],
    [latin1('M\xfcller,b\n1,2\n'), { is: 'text', markBytes: 0 }],
    // As of a log that was cut to nothing while somebody wrote on.
    [Buffer.concat([Buffer.alloc(600), Buffer.from('{"a":1}\n')]), { is: 'text', markBytes: 0 }],
    [gzipSync('a'), { is: 'compressed', by: 'gzip' }],
    [latin1('\x28\xb5\x2f\xfd\x04'), { is: 'compressed', by: 'zstd' }],
    [latin1('\x5e\x2a\x4d\x18\0\0\0\0'), { is: 'compressed', by: 'zstd' }],
  ];
  for (const [input, expected] of cases) {
    assert.deepEqual(firstBytes(input, true), expected, input.toString('latin1'));
    assert.deepEqual(early(input), expected, input.toString('latin1'));
  }
});

test('nobody waits for more than a first row', () => {
  for (const text of ['{"', '[{', '\uFEFF{"', 'person_email,plan\n'])
    assert.notEqual(firstBytes(Buffer.from(text), false), undefined, text);
});

test('law: what is said at the earliest is what is said of the whole', () => {
  const part = fc.oneof(
    fc.constantFrom(...FOREIGN.map(([, input]) => input)),
    fc.string({ maxLength: 20 }).map((text) => Buffer.from(text)),
    fc.string({ maxLength: 20 }).map((text) => Buffer.from(text, 'utf16le')),
    fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom('\n', '\r', '{', '\uFEFF', '\0', 'PK\x03\x04').map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
      const input = Buffer.concat(parts);
      assert.deepEqual(early(input), firstBytes(input, true));
    }),
    { numRuns: runs(500) },
  );
});
