import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { encodingOf, type ObjectFormat } from '../../lib/reject/encoding.ts';

const FORMATS: ObjectFormat[] = (['ndjson', 'csv'] as const).flatMap((format) =>
  (['none', 'root'] as const).flatMap((flattening) =>
    (['none', 'gzip'] as const).map((compression) => ({ format, flattening, compression })),
  ),
);
const SAID = '"rejected_reason":"invalid","rejected_at":"now"}';
const LINES = Buffer.from(`{"record":{"a":"é😀"},${SAID}\n{"record":[1],${SAID}\n{"record":{"b":1.50},${SAID}\n`);

async function encoded(format: ObjectFormat, open: () => AsyncIterable<Buffer>): Promise<string> {
  const bytes = Buffer.concat(await Readable.from(encodingOf(format).encode(open)).toArray());
  return String(format.compression === 'gzip' ? gunzipSync(bytes) : bytes);
}

test('the name ends in the format, and the type says what the bytes are', () => {
  assert.deepEqual(
    FORMATS.map((format) => {
      const { extension, contentType, plain } = encodingOf(format);
      return `${extension} ${contentType}${plain ? ' plain' : ''}`;
    }),
    [
      '.ndjson application/x-ndjson plain',
      '.ndjson.gz application/gzip',
      '.ndjson application/x-ndjson',
      '.ndjson.gz application/gzip',
      '.csv text/csv; charset=utf-8',
      '.csv.gz application/gzip',
      '.csv text/csv; charset=utf-8',
      '.csv.gz application/gzip',
    ],
  );
});

test('plain means: the very bytes of the lines', async () => {
  assert.equal(await encoded(FORMATS[0] as ObjectFormat, () => Readable.from([LINES])), LINES.toString());
});

test('flattened, a record that is not an object stays where it is', async () => {
  const flat = await encoded({ format: 'ndjson', flattening: 'root', compression: 'none' }, () => Readable.from([LINES]));
  assert.equal(flat, `{"a":"é😀",${SAID}\n{"record":[1],${SAID}\n{"b":1.50,${SAID}\n`);
});

test('the same bytes at every chunk border, in every format', async () => {
  for (const format of FORMATS) {
    const whole = await encoded(format, () => Readable.from([LINES]));
    for (let cut = 0; cut <= LINES.length; cut++) {
      const open = (): AsyncIterable<Buffer> => Readable.from([LINES.subarray(0, cut), LINES.subarray(cut)]);
      assert.equal(await encoded(format, open), whole, `${format.format} ${format.flattening} cut at ${cut}`);
    }
  }
});

test('nothing is read before bytes are asked for, and the same encoding serves again', async () => {
  for (const format of FORMATS) {
    let read = 0;
    async function* lines(): AsyncGenerator<Buffer> {
      read++;
      yield LINES;
    }
    const unread = encodingOf(format).encode(lines);
    await new Promise(setImmediate);
    assert.equal(read, 0, JSON.stringify(format));
    assert.ok(Symbol.asyncIterator in unread);
    assert.equal(await encoded(format, lines), await encoded(format, lines));
  }
});

test('lines that can not be read fail whoever reads the object, in every format', { timeout: 60_000 }, async () => {
  async function* failing(): AsyncGenerator<Buffer> {
    yield LINES;
    throw new Error('the disk is gone');
  }
  for (const format of FORMATS) {
    const { encode } = encodingOf(format);
    await assert.rejects(Readable.from(encode(failing)).toArray(), { message: 'the disk is gone' }, JSON.stringify(format));
  }
});
