import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Utf8 } from '../../lib/source/utf8.ts';
import { runs } from '../runs.ts';
import { cutAt, fractions } from './read-all.ts';

function decode(chunks: Buffer[]): [string, boolean] {
  const utf8 = new Utf8();
  const text = chunks.map((chunk) => utf8.write(chunk)).join('');
  utf8.end();
  return [text, utf8.broken];
}

/** The same by the platform's strict decoder, one byte more at a time. */
function expected(bytes: Buffer): [string, boolean] {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let text = '';
  try {
    for (const byte of bytes) text += strict.decode(Uint8Array.of(byte), { stream: true });
    strict.decode();
    return [text, false];
  } catch {
    return [text, true];
  }
}

test('all that is valid comes out, up to the first bad byte, whatever the chunks', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 8 }).map((b) => Buffer.from(b)),
    fc.constantFrom('é', '✓', '😀', '\uFEFF', 'abc', '\uFFFD').map((s) => Buffer.from(s)),
    fc.constantFrom('é', '✓', '😀').map((s) => Buffer.from(s).subarray(0, -1)),
  );
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 12 }), fractions, (parts, cuts) => {
      const input = Buffer.concat(parts);
      assert.deepEqual(decode(cutAt(input, cuts)), expected(input));
    }),
    { numRuns: runs(2000) },
  );
});
