/** Inputs that are compressed, or in another encoding, on their way into the pipeline: nothing is lost before a fault, and a run that was cut resumes where it stopped. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { SendFlags } from '../../lib/cli/flags/flags.ts';
import { type Bytes, findInputs, type Input } from '../../lib/cli/input/inputs.ts';
import { InputReader } from '../../lib/cli/input/read-inputs.ts';
import { readInto } from '../../lib/cli/input/record-reader.ts';
import { remaining } from '../../lib/cli/input/resume.ts';
import { CioError } from '../../lib/errors.ts';
import { Checkpoint } from '../../lib/record/checkpoint.ts';
import type { Element } from '../../lib/record/record.ts';
import { Rejection } from '../../lib/record/rejection.ts';

const never = new AbortController().signal;
const flagsOf = (flags: object = {}): SendFlags =>
  ({ object: 'person_identify', column: [], null: [], maxRecordBytes: 1_048_576, ...flags }) as unknown as SendFlags;

function placeFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'cio-encoding-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Takes elements, slowly; gone after so many. */
function taker(taken: Element[], most = Number.POSITIVE_INFINITY): Writable {
  const head: Writable = new Writable({
    objectMode: true,
    highWaterMark: 1,
    write: (element: Element, _encoding, done) => {
      taken.push(element);
      if (taken.length >= most) head.destroy();
      else setImmediate(done);
    },
  });
  return head;
}

/** Without its origin. */
const plain = (element: Element): unknown => JSON.parse(JSON.stringify(element));

/** The rows that arrive of these chunks, and how it ended. */
async function readFrom(chunks: readonly Buffer[], flags: SendFlags): Promise<{ rows: unknown[]; error: unknown; position: unknown }> {
  const open = async (): Promise<Bytes> => Object.assign(Readable.from(chunks, { objectMode: false }), { bytesRead: 0 });
  const input: Input = {
    label: 'input',
    source: 'input',
    version: undefined,
    format: 'ndjson',
    encoding: undefined,
    size: undefined,
    open,
  };
  const taken: Element[] = [];
  const error = await readInto(taker(taken), new InputReader([input], flags, [], () => {}), never).then(
    () => undefined,
    (failure) => failure,
  );
  const rows = taken
    .filter((element) => !(element instanceof Checkpoint))
    .map((element) => (element instanceof Rejection ? element.cause.reason : plain(element)));
  return { rows, error, position: taken.findLast((element) => element instanceof Checkpoint)?.position };
}

const rowsFrom = (from: number, to: number): { n: number }[] => Array.from({ length: to - from }, (_, i) => ({ n: from + i }));
const linesOf = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

test('a fault in compressed input: every row before it arrives, wherever the chunks are cut, then comes the error', async () => {
  const good = gzipSync(linesOf(rowsFrom(0, 200)));
  const cases: [string, Buffer, RegExp, number][] = [
    ['text behind it', Buffer.from(linesOf(rowsFrom(200, 300))), /there is something that is not/, 200],
    ['zeros and text', Buffer.concat([Buffer.alloc(512), Buffer.from('x')]), /there is something that is not/, 200],
    ['a header cut off', gzipSync('x').subarray(0, 3), /cut off/, 200],
    // Its last row is half of one.
    ['a member cut off', gzipSync(`${linesOf(rowsFrom(200, 300))}{"n":3`).subarray(0, -5), /cut off/, 300],
  ];
  for (const [name, rest, message, count] of cases) {
    const input = Buffer.concat([good, rest]);
    for (const size of [1, 7, good.length - 1, good.length, good.length + 1, input.length]) {
      const chunks = Array.from({ length: Math.ceil(input.length / size) }, (_, i) => input.subarray(i * size, (i + 1) * size));
      const { rows, error, position } = await readFrom(chunks, flagsOf({ resume: 'kept', checkpointEvery: 1_000 }));
      assert.deepEqual(rows, rowsFrom(0, count), `${name} in chunks of ${size}`);
      assert.ok(error instanceof CioError && error.code === 'CIO_SOURCE' && message.test(error.message), `${name}: ${error}`);
      // Mended, it resumes there.
      assert.deepEqual(position, { source: 'input', offset: linesOf(rowsFrom(0, count)).length, line: count + 1 });
    }
  }
  const two = await readFrom([good, Buffer.alloc(512), gzipSync(linesOf(rowsFrom(200, 300))), Buffer.alloc(10_240)], flagsOf());
  assert.deepEqual([two.rows, two.error], [rowsFrom(0, 300), undefined]);
});

const names = Array.from({ length: 30 }, (_, n) => ({ person_id: `${n}`, name: ['Zoë', 'Ana', 'Jürgen – „Jo“', '€uro'][n % 4] }));
const csvOf = (rows: typeof names): string => `person_id,name\n${rows.map((row) => `${row.person_id},${row.name}\n`).join('')}`;
const windows1252 = (text: string): Buffer => {
  const codes: Record<string, number> = { '€': 0x80, '–': 0x96, '„': 0x84, '“': 0x93 };
  return Buffer.from([...text].map((letter) => codes[letter] ?? (letter.codePointAt(0) as number)));
};
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');

const ENCODED: [string, Buffer, object][] = [
  ['windows.csv', windows1252(csvOf(names)), { encoding: 'windows-1252' }],
  ['windows.ndjson', windows1252(linesOf(names)), { encoding: 'windows-1252' }],
  ['utf16.csv', utf16(csvOf(names)), { encoding: 'utf-16le' }],
  ['marked.ndjson', utf16(`\uFEFF${linesOf(names)}`), {}],
  ['plain16.ndjson', utf16(linesOf(names)), {}],
  ['big.csv', utf16(`\uFEFF${csvOf(names)}`).swap16(), {}],
  ['packed.csv.gz', gzipSync(utf16(`\uFEFF${csvOf(names)}`)), {}],
  ['windows.json', windows1252(JSON.stringify(names)), { encoding: 'windows-1252' }],
  ['mac.ndjson', Buffer.from(linesOf(names).replaceAll('\n', '\r')), {}],
  ['bom.csv', Buffer.from(`\uFEFF${csvOf(names)}`), {}],
];

for (const [name, bytes, more] of ENCODED) {
  test(`${name}: cut again and again, each row comes once`, async (t) => {
    const place = placeFor(t);
    const file = join(place, name);
    writeFileSync(file, bytes);
    const flags = flagsOf({ resume: join(place, 'state.json'), checkpointEvery: 1, ...more });
    const rows: Element[] = [];
    for (let runs = 0; rows.length < names.length; runs++) {
      assert.ok(runs < 20, `${rows.length} rows after ${runs} runs`);
      const { inputs, keep } = await remaining(await findInputs([file], flags), flags);
      const taken: Element[] = [];
      // A row and a checkpoint each: it is cut behind a checkpoint.
      await readInto(taker(taken, 2 * (runs + 3)), new InputReader(inputs, flags, [], () => {}), never);
      for (const element of taken) if (!(element instanceof Checkpoint)) rows.push(element);
      const last = taken.findLast((element) => element instanceof Checkpoint);
      assert.ok(last !== undefined && taken.at(-1) === last);
      await keep?.(last.position);
    }
    assert.deepEqual(rows.map(plain), names);
  });
}
