import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { test } from 'node:test';
import { ENCODINGS, encodingNamed } from '../../lib/bytes/encodings.ts';
import { transcoder } from '../../lib/bytes/transcoder.ts';
import fc from '../support/fast-check.ts';
import { cutAt, everyCut, fractions } from '../support/read-all.ts';
import { runs } from '../support/runs.ts';

function utf8(label: string, chunks: readonly Buffer[]): Buffer {
  const made = transcoder(encodingNamed(label) as string);
  assert.ok(made, label);
  const parts = chunks.map((chunk) => made.write(chunk));
  return Buffer.concat([...parts, made.end()]);
}
const text = (label: string, bytes: readonly number[]): string => {
  const found = utf8(label, [Buffer.from(bytes)]);
  assert.ok(isUtf8(found), `${label} ${bytes}`);
  return found.toString();
};

test('characters that people have, by the bytes that their programs write', () => {
  const cases: [string, number[], string][] = [
    ['windows-1252', [0x80, 0x92, 0x93, 0x94, 0x96, 0x8a, 0x9f, 0xa0, 0xe9, 0xff], '€’“”–ŠŸ\u00a0éÿ'],
    ['latin1', [0x80, 0xfc], '€ü'],
    ['iso-8859-1', [0xdf], 'ß'],
    ['cp1252', [0xe7], 'ç'],
    ['windows-1250', [0xb9, 0x9c, 0xf3], 'ąśó'],
    ['windows-1251', [0xcf, 0xf0, 0xe8], 'При'],
    ['windows-1253', [0xe1], 'α'],
    ['iso-8859-2', [0xb1], 'ą'],
    ['iso-8859-15', [0xa4], '€'],
    ['iso-8859-9', [0xfe], 'ş'],
    ['koi8-r', [0xf0], 'П'],
    ['ibm866', [0x8f, 0x41], 'ПA'],
    ['macintosh', [0x8e, 0xca], 'é\u00a0'],
    ['shift_jis', [0x93, 0xfa, 0x96, 0x7b, 0x5c, 0x22, 0x0a, 0x1a], '日本\\"\n\x1a'],
    ['euc-jp', [0xc6, 0xfc], '日'],
    ['gb18030', [0xd6, 0xd0, 0x81, 0x30, 0x86, 0x30], '中¸'],
    ['gbk', [0xd6, 0xd0], '中'],
    ['big5', [0xa4, 0xa4], '中'],
    ['euc-kr', [0xc7, 0xd1], '한'],
    ['utf-16le', [0x41, 0, 0xac, 0x20, 0x3d, 0xd8, 0, 0xde], 'A€😀'],
    ['utf-16be', [0, 0x41, 0x20, 0xac, 0xd8, 0x3d, 0xde, 0], 'A€😀'],
    ['utf-16', [0x41, 0], 'A'],
    ['utf-16le', [0xfd, 0xff], '\uFFFD'],
  ];
  for (const [label, bytes, expected] of cases) assert.equal(text(label, bytes), expected, label);
});

test('what is no character is a byte that no text has; lines keep their ends', () => {
  const cases: [string, number[]][] = [
    ['windows-1252', [0x81]],
    ['latin1', [0x9d]],
    ['windows-1253', [0xd2]],
    ['windows-1250', [0x81]],
    // Control characters, as if in windows-1250.
    ['iso-8859-2', [0x8a]],
    ['shift_jis', [0x81]],
    ['shift_jis', [0xfd]],
    ['euc-jp', [0x8f, 0xa1]],
    ['gb18030', [0x81, 0x30]],
    ['euc-kr', [0xc7]],
    ['big5', [0x81]],
  ];
  for (const [label, bytes] of cases) {
    const found = utf8(label, [Buffer.from([0x41, 0x0a, ...bytes, 0x0a, 0x42])]);
    const lines = found.toString('latin1').split('\n');
    assert.deepEqual([lines[0], lines[2]], ['A', 'B'], label);
    assert.ok(!isUtf8(Buffer.from(lines[1] as string, 'latin1')), `${label}: ${lines[1]}`);
    assert.ok(!isUtf8(utf8(label, [Buffer.from([0x41, ...bytes])])), `${label} at the end`);
  }
  const [le, lone] = [Buffer.from('a\n\ud83db\nc', 'utf16le'), 'a\n\xffb\nc'];
  assert.equal(utf8('utf-16le', [le]).toString('latin1'), lone);
  assert.equal(utf8('utf-16be', [Buffer.from(le).swap16()]).toString('latin1'), lone);
  assert.equal(utf8('utf-16le', [Buffer.from('a\ud83d', 'utf16le')]).toString('latin1'), 'a\xff');
  assert.equal(utf8('utf-16le', [Buffer.from('a\n', 'utf16le'), Buffer.of(0x41)]).toString('latin1'), 'a\n\xff');
});

test('every encoding that this Node knows: ASCII stays, all else is one character or none, as the platform has it', () => {
  for (const name of ENCODINGS) assert.equal(encodingNamed(name), name);
  const ascii = Buffer.from(Array.from({ length: 128 }, (_, byte) => byte));
  for (const name of ENCODINGS.filter((one) => !one.startsWith('utf'))) {
    assert.deepEqual(utf8(name, [ascii]), ascii, name);
    // Behind another character, so that the fast way for ASCII is not taken.
    assert.deepEqual(utf8(name, [Buffer.from([0xa4, 0xa2, 0x20]), ascii]).subarray(-128), ascii, name);
    for (let byte = 0x80; byte < 256; byte++) {
      const found = utf8(name, [Buffer.of(byte)]);
      const platform = new TextDecoder(name).decode(Uint8Array.of(byte, 0x20)).slice(0, -1);
      if (isUtf8(found) && name !== 'windows-1252') assert.equal(found.toString(), platform, `${name} ${byte}`);
      assert.ok(found.equals(Buffer.of(0xff)) || [...found.toString()].length === 1, `${name} ${byte}`);
    }
  }
});

test('the same, wherever it is cut', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 6 }),
    fc.constantFrom(
      [0x0a],
      [0x22, 0x2c],
      [0x93, 0xfa],
      [0x81, 0x30, 0x89, 0x37],
      [0xd8, 0x3d, 0xde, 0x00],
      [0x3d, 0xd8],
      [0x41, 0x00],
      [0xff],
    ),
  );
  const encodings = ENCODINGS.filter((name) => encodingNamed(name) !== undefined && name !== 'utf-8');
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 10 }), fractions, fc.constantFrom(...encodings), (parts, cuts, encoding) => {
      const input = Buffer.concat(parts.map((part) => Buffer.from(part)));
      const whole = utf8(encoding, [input]);
      assert.deepEqual(utf8(encoding, cutAt(input, cuts)), whole);
      if (input.length > 1) for (const chunks of everyCut(input).slice(-1)) assert.deepEqual(utf8(encoding, chunks), whole);
    }),
    { numRuns: runs(500) },
  );
});

test('a text without a border to cut at is not held without end, and not taken for good', () => {
  const made = transcoder('gbk');
  let out = 0;
  let bad = false;
  for (let i = 0; i < 100; i++) {
    const part = made?.write(Buffer.alloc(65_536, 0xb0)) as Buffer;
    out += part.length;
    bad ||= !isUtf8(part);
  }
  assert.ok(out > 5_000_000 && bad);
});
