/** The package ndjson as an oracle: on valid input it reads the same records. */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { parse } from 'ndjson';
import { ndjsonDecoder } from '../../lib/source/ndjson.ts';
import fc from '../support/fast-check.ts';
import { cutAt, fractions, readAll } from '../support/read-all.ts';
import { runs } from '../support/runs.ts';

async function byPackage(chunks: readonly Buffer[]): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const row of Readable.from(chunks).pipe(parse() as unknown as NodeJS.ReadWriteStream)) rows.push(row);
  return rows;
}

test('valid objects, one a line, are the same records to both, however the bytes are cut', async () => {
  // Numbers that a double holds: ndjson() keeps the digits of others, and parse() does not.
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
  );
  const object = fc.dictionary(fc.string({ unit: 'binary' }), fc.oneof(value, fc.array(value), fc.dictionary(fc.string(), value)));
  await fc.assert(
    fc.asyncProperty(fc.array(object), fc.constantFrom('\n', '\r\n'), fractions, async (rows, lineBreak, where) => {
      const input = Buffer.from(rows.map((row) => JSON.stringify(row) + lineBreak).join(''));
      const chunks = [...cutAt(input, where)];
      const ours = await readAll(ndjsonDecoder(), chunks);
      assert.deepEqual(JSON.parse(JSON.stringify(ours)), JSON.parse(JSON.stringify(rows)));
      assert.deepEqual(JSON.parse(JSON.stringify(await byPackage(chunks))), JSON.parse(JSON.stringify(ours)));
    }),
    { numRuns: runs(100) },
  );
});
