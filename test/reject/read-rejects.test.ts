import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { decompressed } from '../../lib/bytes/decompress.ts';
import { originOf } from '../../lib/record/origin.ts';
import type { SourceRecord } from '../../lib/record/record.ts';
import { Rejection } from '../../lib/record/rejection.ts';
import { encodingOf, type Format } from '../../lib/reject/encoding.ts';
import { formatRejection } from '../../lib/reject/format.ts';
import { readRejects } from '../../lib/reject/read-rejects.ts';
import { reopened } from '../../lib/stage/reopen.ts';
import { fromText, fromValue, rejection, withoutRecord } from './arbitrary.ts';

const AT = Date.UTC(2026, 10, 24);
const FORMATS: Format[] = (['ndjson', 'csv'] as const).flatMap((format) =>
  (['none', 'root'] as const).flatMap((flattening) =>
    (['none', 'gzip'] as const).map((compression) => ({ format, flattening, compression })),
  ),
);

async function encoded(rejections: readonly Rejection[], format: Format): Promise<Buffer> {
  const lines = Buffer.from(rejections.map((each) => formatRejection(each, AT)).join(''));
  const body = encodingOf(format).encode(() => Readable.from([lines.subarray(0, 100), lines.subarray(100)]));
  return Buffer.concat(await body.toArray());
}

/** Reads in pieces of `size` bytes. */
async function read(bytes: Buffer | string, size = 7_000): Promise<(SourceRecord | Rejection)[]> {
  const whole = Buffer.from(bytes);
  const pieces = Array.from({ length: Math.ceil(whole.length / size) }, (_, n) => whole.subarray(n * size, (n + 1) * size));
  const found: (SourceRecord | Rejection)[] = [];
  for await (const line of readRejects(decompressed(Readable.from(pieces), 'x'), 'x')) found.push(line);
  return found;
}

async function reread(bytes: Buffer | string): Promise<(SourceRecord | Rejection)[]> {
  return (await read(bytes)).map((line) => (line instanceof Rejection ? line : reopened(line)));
}

const what = (element: SourceRecord | Rejection): unknown =>
  element instanceof Rejection
    ? { rejected: element.cause.reason, raw: element.origin?.raw, bytes: element.bytes, line: element.origin?.line, record: element.record }
    : { record: JSON.stringify(sorted(element)), line: originOf(element)?.line, eventId: originOf(element)?.eventId };

/** CSV puts fields in the order of its columns. */
function sorted(record: SourceRecord): unknown {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

test('any rejection comes back out of every format as it comes out of a line', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fromText, fromValue, withoutRecord), { minLength: 1, maxLength: 8 }),
      fc.constantFrom(...FORMATS),
      async (given, format) => {
        const plain = { format: 'ndjson', flattening: 'none', compression: 'none' } as const;
        const expected = (await reread(await encoded(given, plain))).map(what);
        // Half a character in what is said about a record can't stand in a CSV file.
        fc.pre(
          format.format === 'ndjson' ||
            given.every(
              ({ cause, origin }) => !/\p{Cs}/u.test(JSON.stringify([cause, origin]) + (cause.eventId ?? '') + (origin?.eventId ?? '')),
            ),
        );
        assert.deepEqual((await reread(await encoded(given, format))).map(what), expected);
      },
    ),
    { numRuns: 400 },
  );
});

test('JSON lines, nested or flat, keep the very text of a record', async () => {
  await fc.assert(
    fc.asyncProperty(fromText, async (given) => {
      fc.pre(given.record !== undefined);
      const texts = await Promise.all(
        FORMATS.filter(({ format }) => format === 'ndjson').map(async (format) => {
          const [back] = await reread(await encoded([given], format));
          return originOf(back)?.raw?.trim();
        }),
      );
      for (const text of texts) assert.equal(text, texts[0]);
    }),
    { numRuns: 300 },
  );
});

test('the same at every chunk border', async () => {
  const given = fc.sample(rejection, { numRuns: 6, seed: 7 });
  for (const format of FORMATS) {
    const bytes = await encoded(given, format);
    const whole = (await read(bytes, bytes.length)).map(what);
    for (const size of [1, 2, 3, 5, 64]) assert.deepEqual((await read(bytes, size)).map(what), whole);
  }
});

test('lines that a tool or a hand has changed', async () => {
  const flat = '{"rejected_at":"2026-11-24T00:00:00.000Z","id":12345678901234567890,"rejected_reason":"invalid","b":[1.50]}';
  const [moved, plain, broken, blank] = await read(`\uFEFF${flat}\r\n{"plain":1}\n{"broken":\n\n`);
  assert.equal(String(((moved as SourceRecord).record as SourceRecord).id), '12345678901234567890');
  assert.deepEqual(Object.keys(plain ?? {}), ['plain']);
  assert.ok(broken instanceof Rejection && broken.cause.reason === 'malformed' && broken.origin?.line === 3);
  assert.equal(blank, undefined);
  const [notUtf8] = await read(Buffer.from('{"a":"\xff"}\n', 'latin1'));
  assert.ok(notUtf8 instanceof Rejection && notUtf8.bytes);
});

test('CSV that a spreadsheet has saved: quotes gone, columns moved, rows short', async () => {
  const [first, second] = await reread(
    '\uFEFFrejected_at,plan,n,rejected_reason,ok\n2026-11-24T00:00:00.000Z,free,12,invalid,true\n2026-11-24T00:00:00.000Z,pro,,because\n',
  );
  assert.deepEqual({ ...first }, { plan: 'free', n: 12, ok: true, ...symbols(first) });
  assert.deepEqual({ ...second }, { plan: 'pro', ...symbols(second) });
});

function symbols(record: unknown): object {
  return Object.fromEntries(Object.getOwnPropertySymbols(record).map((symbol) => [symbol, Reflect.get(Object(record), symbol)]));
}

test("Airbyte's JSONL, nested and flat, and rows of which it kept nothing", async () => {
  const head =
    '"_airbyte_raw_id":"0198","_airbyte_extracted_at":1764000000000,"_airbyte_meta":{"sync_id":1,"changes":[]},"_airbyte_generation_id":0';
  const said = '"rejected_reason":"required","rejected_field":"name","rejected_message":"is missing"';
  const lines = [
    `{${head},"_airbyte_data":{"person_email":"a@b.c","n":12345678901234567890,${said}}}`,
    `{${head},"person_email":"a@b.c","n":12345678901234567890,${said}}`,
    `{${head},"_airbyte_data":{${said}}}`,
  ];
  const [nestedRow, flatRow, lost] = await read(lines.join('\n'));
  for (const line of [nestedRow, flatRow]) {
    assert.ok(line && !(line instanceof Rejection));
    assert.deepEqual([line.rejected_reason, line.rejected_field, line.rejected_message], ['refused', 'name', 'required: is missing']);
    assert.equal(line.rejected_at, new Date(1_764_000_000_000).toISOString());
    const record = reopened(line) as SourceRecord;
    assert.deepEqual(Object.keys(record), ['person_email', 'n']);
    assert.equal(String(record.n), '12345678901234567890');
    assert.equal(originOf(record)?.source, 'x');
  }
  const back = reopened(lost as SourceRecord);
  assert.ok(back instanceof Rejection && /not kept/.test(back.cause.message));
});

test("Airbyte's CSV, nested and flat", async () => {
  const head = '_airbyte_raw_id,_airbyte_extracted_at,_airbyte_meta,_airbyte_generation_id';
  const values = '"0198",1764000000000,"{""sync_id"":1}",0';
  const data =
    '"{""person_email"":""a@b.c"",""n"":12345678901234567890,""tags"":[1],""rejected_reason"":""invalid"",""rejected_message"":""no""}"';
  const whole = await reread(`${head},_airbyte_data\r\n${values},${data}\r\n`);
  const flat = await reread(`${head},person_email,n,tags\r\n${values},"a@b.c",12345678901234567890,"[1]"\r\n`);
  for (const [record] of [whole, flat]) {
    assert.ok(record && !(record instanceof Rejection));
    assert.equal(JSON.stringify([record.person_email, String(record.n), record.tags]), '["a@b.c","12345678901234567890",[1]]');
    assert.equal(Object.keys(record).length, 3);
  }
});

test('what holds no rejects, or is damaged, is one clear error', async () => {
  await assert.rejects(read('a,b\n1,2\n'), { code: 'CIO_SOURCE', message: /no column rejected_reason/ });
  await assert.rejects(read('rejected_reason,rejected_at\n"open'), { code: 'CIO_SOURCE', message: /can't be read beyond line/ });
  await assert.rejects(read(gzipSync('{"a":1}\n'.repeat(1_000)).subarray(0, 40)), { code: 'CIO_SOURCE', message: /cut off/ });
  assert.deepEqual(await read(''), []);
});

test('several compressed files in one', async () => {
  const two = Buffer.concat([gzipSync('{"a":1}\n'), gzipSync('{"a":2}\n')]);
  assert.deepEqual(
    (await read(two)).map((line) => (line as SourceRecord).a),
    [1, 2],
  );
  const padded = await read(Buffer.concat([two, Buffer.alloc(512), gzipSync('{"a":3}\n'), Buffer.alloc(9)]));
  assert.deepEqual(
    padded.map((line) => (line as SourceRecord).a),
    [1, 2, 3],
  );
  await assert.rejects(read(Buffer.concat([two, Buffer.from('{"a":3}\n')])), {
    code: 'CIO_SOURCE',
    message: /^x: behind the compressed data/,
  });
});

test('a workbook, an archive or UTF-16 is called by its name, with what to do', async () => {
  const cases: [Buffer, RegExp, RegExp][] = [
    [Buffer.from('PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0aaaabbbbcccc\x13\0\0\0[Content_Types].xml'), /xlsx/, /CSV UTF-8/],
    [Buffer.from('BZh91AY&SY\x01'), /bzip2/, /bzip2 -dc/],
    [Buffer.from('\uFEFFrejected_reason,rejected_at\n', 'utf16le'), /UTF-16/, /UTF-8/],
  ];
  for (const [input, message, todo] of cases) await assert.rejects(read(input), { code: 'CIO_SOURCE', message, todo });
});
