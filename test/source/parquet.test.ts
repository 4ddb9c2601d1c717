/** Parquet files as pyarrow writes them (test/fixtures/parquet/make.py): every digit arrives, and what is damaged is an error. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { test } from 'node:test';
import { remoteAccess } from '../../lib/bytes/random-access.ts';
import { CioError } from '../../lib/errors.ts';
import { Rejection } from '../../lib/record/rejection.ts';
import { ndjson } from '../../lib/source/ndjson.ts';
import { parquet } from '../../lib/source/parquet.ts';
import fc from '../support/fast-check.ts';
import { runs } from '../support/runs.ts';

const fileOf = (name: string): string => `test/fixtures/parquet/${name}.parquet`;
const CODECS = ['none', 'snappy', 'gzip', 'brotli', 'lz4', 'zstd'];

async function textOf(rows: AsyncIterable<Buffer>): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of rows) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

async function linesOf(name: string): Promise<string[]> {
  return (await textOf(parquet(fileOf(name)))).split('\n').slice(0, -1);
}

/** A file of which some bytes are others, or are missing. */
function accessTo(bytes: Buffer): ReturnType<typeof remoteAccess> {
  return remoteAccess(bytes.length, async function* (from, to) {
    yield bytes.subarray(from, to);
  });
}

const TYPES: Readonly<Record<string, readonly string[]>> = {
  text: ['"Ada"', '""', '"ü \\"\\\\\\n\u2028"', 'null'],
  large_text: ['"a"', '"b"', 'null', '"c"'],
  dictionary: ['"x"', '"y"', 'null', '"x"'],
  bool: ['true', 'false', 'null', 'true'],
  int8: ['-128', '127', 'null', '0'],
  uint8: ['255', '0', 'null', '1'],
  uint32: ['4294967295', '0', 'null', '1'],
  int64: ['9007199254740993', '-9223372036854775808', 'null', '0'],
  uint64: ['18446744073709551615', '0', 'null', '1'],
  half: ['1.5', '-0.25', 'null', '65504'],
  float: ['0.1', '-15000000000', 'null', '16777216'],
  double: ['0.1', '1e+300', 'null', '-0'],
  decimal9: ['1234567.89', '-0.05', 'null', '0.00'],
  decimal29: ['12345678901234567890.123456789', '-1.000000001', 'null', '0.000000000'],
  decimal50: ['10000000000000000000000000000000000000001', '-1', 'null', '0'],
  date: ['"2024-02-29"', '"1969-12-31"', 'null', '"1815-12-10"'],
  time_ms: ['"23:59:59.999"', '"00:00:00"', 'null', '"01:02:03"'],
  time_us: ['"23:59:59.999999"', '"00:00:00"', 'null', '"01:02:03"'],
  ts_ms: ['"2023-11-14T22:13:20.123Z"', '"1970-01-01T00:00:00Z"', 'null', '"1969-12-31T23:59:59.999Z"'],
  ts_us: ['"2023-11-14T22:13:20.123456Z"', '"1970-01-01T00:00:00Z"', 'null', '"1969-12-31T23:59:59.999999Z"'],
  ts_ns: ['"2023-11-14T22:13:20.123456789Z"', '"1970-01-01T00:00:00Z"', 'null', '"1969-12-31T23:59:59.999999999Z"'],
  ts_local: ['"2023-11-14T22:13:20.123456"', '"1970-01-01T00:00:00"', 'null', '"1970-01-01T00:00:01"'],
  list: ['[1,null,1152921504606846976]', '[]', 'null', '[3]'],
  lists: ['[["a"],[],null]', '[]', 'null', '[["b",null]]'],
  struct: ['{"n":1,"d":1.50}', '{"n":null,"d":null}', 'null', '{"n":2,"d":0.01}'],
  structs: ['[{"at":"2024-01-01"}]', '[]', 'null', '[{"at":null}]'],
  map: ['{"a":1.5,"b":null}', '{}', 'null', '{"c":2.0}'],
};

test('every type arrives with every digit', async () => {
  const rows = [0, 1, 2, 3].map((row) => `{${Object.entries(TYPES).map(([name, texts]) => `"${name}":${texts[row]}`)}}`);
  assert.deepEqual(await linesOf('types'), rows);
  assert.deepEqual(
    await linesOf('v2'),
    [0, 1].map((row) => `{${['text', 'double', 'decimal29'].map((name) => `"${name}":${TYPES[name]?.[row]}`)}}`),
    'pages of the second version',
  );
  assert.deepEqual(
    await linesOf('int96'),
    TYPES.ts_ns?.map((at) => `{"at":${at}}`),
    'times of 96 bits',
  );
  assert.deepEqual(await linesOf('uuid'), ['{"id":"00000000-0000-0000-0000-000000000001"}']);
  assert.deepEqual(await linesOf('empty'), []);
});

test('every compression, groups of rows, and delta encodings', async () => {
  const rows = Array.from({ length: 1_000 }, (_, n) => {
    const micros = String(n + 1)
      .padStart(6, '0')
      .replace(/0+$/, '');
    return `{"person_id":${n + 1},"name":"Person ${n + 1}","created_at":"2023-11-14T22:13:20.${micros}Z"}`;
  });
  for (const codec of CODECS) assert.deepEqual(await linesOf(codec), rows.slice(0, 100), codec);
  assert.deepEqual(await linesOf('groups'), rows);
});

test('it begins at any row', async () => {
  const all = await linesOf('groups');
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 1_001 }), async (line) => {
      const text = await textOf(parquet(fileOf('groups'), { startAt: { offset: 1, line } }));
      assert.equal(
        text,
        all
          .slice(line - 1)
          .map((row) => `${row}\n`)
          .join(''),
      );
    }),
    { numRuns: runs(20) },
  );
});

test('what JSON can not carry costs its row, and says what it is', async () => {
  const elements: unknown[] = [];
  for (const name of ['nan', 'bytes']) for await (const one of parquet(fileOf(name)).pipe(ndjson())) elements.push(one);
  const texts = elements.map((one) => (one instanceof Rejection ? `${one.cause.reason} ${one.origin?.raw}` : JSON.stringify(one)));
  assert.deepEqual(texts, [
    '{"n":1}',
    'malformed {"n":NaN}',
    'malformed {"n":Infinity}',
    '{"n":2}',
    '{"text":"Ada","bytes":"plain"}',
    'malformed {"text":"","bytes":bytes that are not text: ff00}',
    JSON.stringify({ text: 'ü "\\\n\u2028', bytes: null }),
    '{"text":null,"bytes":""}',
  ]);
});

test('a column without a form in JSON is left out with a warning, two of one name are an error', async () => {
  const rows = parquet(fileOf('fixed'));
  const warnings: string[] = [];
  rows.on('warning', (text) => warnings.push(text));
  assert.equal(await textOf(rows), '{"id":1}\n');
  assert.deepEqual(warnings, ['the column "fixed" is left out: it holds FIXED_LEN_BYTE_ARRAY, which JSON cannot express']);
  await assert.rejects(linesOf('twice'), { code: 'CIO_SOURCE', message: 'the column "a" appears twice: rename one of them' });
});

test('a file that is damaged or cut off is an error, after rows that are whole', async () => {
  const bytes = await readFile(fileOf('zstd'));
  const whole = await textOf(accessTo(bytes) && parquet(accessTo(bytes)));
  const readAll = async (damaged: Buffer): Promise<boolean> => {
    let text = '';
    try {
      for await (const piece of parquet(accessTo(damaged))) text += piece;
      return true;
    } catch (error) {
      assert.ok(error instanceof CioError && error.code === 'CIO_SOURCE', String(error));
      assert.ok(error.message.length < 300, error.message);
      return false;
    } finally {
      assert.ok(text === '' || text.endsWith('}\n'));
    }
  };
  for (let length = 0; length < bytes.length; length += 97) assert.equal(await readAll(bytes.subarray(0, length)), false, `${length}`);
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] as number) ^ flip;
      await readAll(damaged);
    }),
    { numRuns: runs(200) },
  );
  assert.equal(whole.split('\n').length, 101);
  await assert.rejects(textOf(parquet('test/fixtures/parquet/make.py')), { code: 'CIO_SOURCE', message: /can't be read as Parquet/ });
});

test('the file is closed at the end, after an error, and if nobody reads on', async () => {
  const bytes = await readFile(fileOf('groups'));
  const closed: string[] = [];
  const opened = (name: string, content = bytes) => ({ ...accessTo(content), close: async () => void closed.push(name) });
  const rows = parquet(opened('end'));
  await textOf(rows);
  assert.equal(rows.bytesRead, bytes.length);
  await assert.rejects(textOf(parquet(opened('error', bytes.subarray(5)))));
  const left = parquet(opened('left'));
  for await (const _ of left) break;
  await finished(left).catch(() => {});
  assert.deepEqual(closed, ['end', 'error', 'left']);
});
