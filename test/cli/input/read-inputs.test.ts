/** The inputs' way into the pipeline: to their ends, to where it is stopped, and until the pipeline fails. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Transform, Writable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { InputFormat, SendFlags } from '../../../lib/cli/flags/flags.ts';
import { type Bytes, findInputs, type Input, type Resumption } from '../../../lib/cli/input/inputs.ts';
import { InputReader } from '../../../lib/cli/input/read-inputs.ts';
import { readInto } from '../../../lib/cli/input/record-reader.ts';
import { Checkpoint } from '../../../lib/record/checkpoint.ts';
import type { Element } from '../../../lib/record/record.ts';
import type { SourcePosition } from '../../../lib/source/checkpointer.ts';
import { sandboxFor, start } from '../../support/cli/run-cli.ts';
import fc from '../../support/fast-check.ts';
import { show } from '../../support/read-all.ts';
import { runs } from '../../support/runs.ts';

const FLAGS = { object: 'person_identify', column: [], null: [] } as unknown as SendFlags;
const ROW = '{"person_email":"a@x.io"}\n';

function fileOf(t: TestContext, name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'cio-read-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, name);
}

const never = new AbortController().signal;

async function readerOf(file: string): Promise<InputReader> {
  return new InputReader(await findInputs([file], FLAGS), FLAGS, [], assert.fail);
}

/** Resolves when `value` has not changed for many turns. */
async function stillness(value: () => number): Promise<void> {
  let last = value();
  for (let turns = 0; turns < 200; turns++) {
    await new Promise(setImmediate);
    if (value() !== last) [last, turns] = [value(), 0];
  }
}

// The few end in the source's buffer with the file at its end; the many leave bytes of the file unread.
for (const rows of [10, 100_000]) {
  test(`a pipeline that fails with ${rows} records on their way ends the reading`, { timeout: 60_000 }, async (t) => {
    const file = fileOf(t, 'rows.ndjson');
    writeFileSync(file, ROW.repeat(rows));
    const reader = await readerOf(file);
    const head = new Writable({
      objectMode: true,
      highWaterMark: 1,
      // Takes one and never asks for more; goes when everything that can move has moved.
      write: () => void stillness(() => reader.bytesRead).then(() => head.destroy()),
    });
    await readInto(head, reader, never);
    assert.ok(head.destroyed);
  });
}

for (const how of ['the pipeline has failed', 'stopped']) {
  const skip = process.platform === 'win32' && 'Windows has no named pipes';
  test(`${how}: a named pipe that nobody writes to is not waited for`, { timeout: 60_000, skip }, async (t) => {
    const pipe = fileOf(t, 'rows.ndjson');
    execFileSync('mkfifo', [pipe]);
    const stop = new AbortController();
    const head = new Writable({ objectMode: true });
    const read = readInto(head, await readerOf(pipe), stop.signal);
    await new Promise(setImmediate);
    if (how === 'stopped') stop.abort();
    else head.destroy();
    await read;
  });
}

test('an input leaves nothing behind on the pipeline', async (t) => {
  const file = fileOf(t, 'rows.ndjson');
  writeFileSync(file, ROW);
  const head = new Transform({ objectMode: true, transform: (_row, _encoding, callback) => callback() }).resume();
  const listeners = (): string =>
    head
      .eventNames()
      .map((name) => `${String(name)} ${head.listenerCount(name)}`)
      .join();
  const [before, reader] = [listeners(), await readerOf(file)];
  await reader.read(head, never);
  assert.equal(listeners(), before);
});

const sha512 = (n: number): string => createHash('sha512').update(`${n}`).digest('hex');
const rowsOf = (count: number): string[] => Array.from({ length: count }, (_, n) => `{"person_id":"p${n}","n":${n}}`);
const TEXTS: Record<Exclude<InputFormat, 'parquet'>, string[]> = {
  ndjson: [rowsOf(4).join('\n'), `${rowsOf(3).join('\r\n')}\n\n{broken\n${rowsOf(1)}\r`, ''],
  json: [`[${rowsOf(4)}]`, `\uFEFF [ ${rowsOf(2).join(' ,\n')}, 17, "x,y]", null, {"deep":[1,{"a":"}"}]} ]\n`],
  csv: [
    'person_id,n\na,1\r\n"b\n""b"",",2\n\n"c",3',
    'sep=;\nperson_id;n\na;"1;\n2"\nperson_id;n\none\nb;2\n',
    'person_id,n\na,1\nx,"he said "hi"\nb,2\nc,"3"\nd,4\n"open,5\ne,6\n',
    'person_id,n\ra,1\r"b\r\nb",2\rc,3\r',
  ],
};

interface Document {
  readonly format: keyof typeof TEXTS;
  readonly text: string;
  readonly from: 'file' | 'gzip file' | 'standard input';
}

const bytesOf = ({ text, from }: Document): Buffer => (from === 'gzip file' ? gzipSync(text) : Buffer.from(text));

/** Elements of a reader, with their origins, in the order in which they arrive. */
const shown = (elements: readonly Element[]): unknown[] => elements.filter((one) => !(one instanceof Checkpoint)).map(show);

/**
 * Reads documents from the positions of an earlier run and keeps the new ones; stopped when it asks for more than `most` bytes,
 * wherever that is.
 */
async function readSome(
  documents: readonly Document[],
  positions: Map<string, SourcePosition>,
  most: number,
  size = 7,
): Promise<Element[]> {
  const stop = new AbortController();
  let left = most;
  const pieces = (bytes: Buffer): Bytes => {
    let at = 0;
    const read = function (this: Readable): void {
      const to = Math.min(at + Math.min(size, left), bytes.length);
      if (at === bytes.length) this.push(null);
      // Later, so that the piece before has arrived.
      else if (to === at) setImmediate(() => stop.abort());
      else this.push(bytes.subarray(at, to));
      left -= to - at;
      at = to;
    };
    // With a mark of one byte nothing is read ahead.
    return Object.assign(new Readable({ highWaterMark: 1, read }), { bytesRead: 0 });
  };
  const inputs = documents.map((document, index): Input => {
    const { format, from } = document;
    const startAt = positions.get(`${index}`);
    const skip: Resumption['skip'] | undefined =
      from === 'gzip file' || startAt?.csv?.ends === 'cr' ? 'bytes' : from === 'file' ? undefined : 'lines';
    const resumption = startAt && { from: { startAt, ...(skip !== undefined && { skip }) } };
    const open = async (offset: number): Promise<Bytes> => pieces(bytesOf(document).subarray(offset));
    const nothing = { version: undefined, encoding: undefined, size: undefined };
    return { label: `${index}`, source: `${index}`, ...nothing, format, ...resumption, open };
  });
  const elements: Element[] = [];
  const write = (element: Element, _encoding: string, callback: () => void): void => {
    elements.push(element);
    const { source, ...position } = Object(element instanceof Checkpoint ? element.position : undefined);
    if (source !== undefined) positions.set(source, { source, ...position });
    callback();
  };
  const unread = inputs.filter(({ label }) => !positions.get(label)?.ended);
  const reader = new InputReader(unread, { ...FLAGS, resume: 'state.json', checkpointEvery: 3 } as SendFlags, [], assert.fail);
  await readInto(new Writable({ objectMode: true, write }), reader, stop.signal);
  // What was read is covered by a position, so that nothing comes twice.
  if (elements.length > 0) assert.ok(elements.at(-1) instanceof Checkpoint);
  return elements;
}

const documents = Object.entries(TEXTS).flatMap(([format, texts]) =>
  texts.flatMap((text) =>
    (['file', 'gzip file', 'standard input'] as const).map((from): Document => ({ format: format as Document['format'], text, from })),
  ),
);

test('stopped at any byte of any input, and resumed there, each record is read exactly once', async () => {
  for (const document of documents) {
    const whole = shown(await readSome([document], new Map(), Number.POSITIVE_INFINITY));
    for (let place = 0; place < bytesOf(document).length; place += document.from === 'file' ? 1 : 3) {
      const positions = new Map<string, SourcePosition>();
      const before = await readSome([document], positions, place);
      const after = await readSome([document], positions, Number.POSITIVE_INFINITY);
      assert.deepEqual([...shown(before), ...shown(after)], whole, `${JSON.stringify(document)} at ${place}`);
    }
  }
});

test('law: several inputs, stopped and resumed again and again, however the bytes come', async () => {
  const some = fc.array(fc.constantFrom(...documents), { minLength: 1, maxLength: 3 });
  const stops = fc.array(fc.tuple(fc.nat(300), fc.integer({ min: 1, max: 40 })), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(some, stops, async (documents, stops) => {
      const whole = shown(await readSome(documents, new Map(), Number.POSITIVE_INFINITY));
      const positions = new Map<string, SourcePosition>();
      const elements: Element[] = [];
      for (const [most, size] of stops) elements.push(...(await readSome(documents, positions, most, size)));
      elements.push(...(await readSome(documents, positions, Number.POSITIVE_INFINITY)));
      assert.deepEqual(shown(elements), whole);
    }),
    { numRuns: runs(100) },
  );
});

// In a process of its own: what is left behind shows in that it never ends.
test('stopped after an input has failed, the process ends', { timeout: 60_000 }, async (t) => {
  const file = fileOf(t, 'rows.ndjson.gz');
  const rows = Array.from({ length: 2_000 }, (_, n) => `{"person_email":"a${n}@x.io","x":"${sha512(n)}"}\n`);
  // Corrupt near its beginning: what comes behind stays in the stream that failed.
  writeFileSync(file, gzipSync(rows.join('')).fill(0, 12_000, 13_000));
  const sandbox = await sandboxFor(t, { faults: [{ path: '/api/v2/batch', latencyMs: 2_000 }] });
  const { child, ended } = start(['people', file, '--linger-ms', '30000'], { env: sandbox.env });
  // What was read is less than a batch: its request leaves because the input has failed.
  while (sandbox.state().counts.requests < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill('SIGTERM');
  const { status, stderr } = await ended;
  assert.equal(status, 5, stderr);
});
