import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { Utf8 } from '../../lib/bytes/utf8.ts';
import { csv } from '../../lib/source/csv.ts';
import { json } from '../../lib/source/json.ts';
import { ndjson } from '../../lib/source/ndjson.ts';
import fc from '../support/fast-check.ts';
import { cutAt, fractions } from '../support/read-all.ts';
import { runs } from '../support/runs.ts';

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

test('UTF-8 that is read in another encoding is warned of, once and in every format; what is not UTF-8 is not', async () => {
  const warnings = async (input: Buffer, make: typeof ndjson | typeof csv | typeof json, chunk: number): Promise<string[]> => {
    const warnings: string[] = [];
    const source = make({ encoding: 'windows-1252' }).on('warning', (text) => warnings.push(text));
    const chunks = Array.from({ length: Math.ceil(input.length / chunk) }, (_, i) => input.subarray(i * chunk, (i + 1) * chunk));
    for await (const _ of Readable.from(chunks).pipe(source));
    return warnings;
  };
  for (const [make, text] of [
    [ndjson, '{"a":"é"}\n{"a":"€"}\n'],
    [ndjson, `{"a":"${'é'.repeat(50)}"}\n`.repeat(3)],
    [csv, 'a,b\n1,é\n'],
    [json, '[{"a":"é"}]'],
  ] as const) {
    for (const chunk of [1, 3, 1000]) {
      assert.match(
        (await warnings(Buffer.from(text), make, chunk)).join('|'),
        /^the input is valid UTF-8, but is read as windows-1252[^|]*$/,
      );
      assert.deepEqual(await warnings(Buffer.from(text.replaceAll('€', 'x'), 'latin1'), make, chunk), []);
      assert.deepEqual(await warnings(Buffer.from(text.replaceAll(/[^\0-\x7f]/g, 'x')), make, chunk), []);
    }
  }
});
