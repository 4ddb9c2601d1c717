import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CatalogStream } from '../../../lib/airbyte/catalog/catalog.ts';
import { MessageDecoder } from '../../../lib/airbyte/sync/message-decoder.ts';
import { type PendingState, StateBudget } from '../../../lib/airbyte/sync/pending-state.ts';
import { Streams } from '../../../lib/airbyte/sync/streams.ts';
import { CioError } from '../../../lib/errors.ts';
import { loadHash } from '../../../lib/hash.ts';
import { Block } from '../../../lib/record/block.ts';
import { Checkpoint } from '../../../lib/record/checkpoint.ts';
import { originOf } from '../../../lib/record/origin.ts';
import type { Element } from '../../../lib/record/record.ts';
import { Rejection } from '../../../lib/record/rejection.ts';
import { decode } from '../../../lib/stream/decode.ts';
import { row, stateOf } from '../../support/airbyte/connector.ts';
import { mutated, rowText, SPELLINGS, type Spelling } from '../../support/airbyte/messages.ts';
import fc from '../../support/fast-check.ts';
import { cutAt, fractions, oneByOne } from '../../support/read-all.ts';
import { runs } from '../../support/runs.ts';

await loadHash();

const plan: CatalogStream = { name: 's', namespace: 'n', object: 'person_event', mode: 'append', primaryKey: [['id']], cursor: undefined };

/** The elements in words, and the lines that were no messages. */
interface Decoded {
  readonly said: string[];
  readonly unreadable: number[];
}

interface Decoding {
  readonly decoded: Decoded;
  readonly inBlocks: number;
  /** Gives the chunks to a new decoder; false if it failed. What it says comes last then. */
  next(chunks: readonly Buffer[]): boolean;
}

/** Decoders of one sync. */
function begin(all: readonly CatalogStream[], more: { maxLineBytes?: number } = {}): Decoding {
  const decoded: Decoded = { said: [], unreadable: [] };
  const onUnreadable = (line: number): unknown => decoded.unreadable.push(line);
  const options = { streams: new Streams(all), budget: new StateBudget(), onUnreadable, ...more };
  const push = oneByOne((element) => decoded.said.push(say(element)));
  let inBlocks = 0;
  const count = (item: Element | Block): void => {
    if (item instanceof Block) inBlocks += item.size;
    push(item);
  };
  const next = (chunks: readonly Buffer[]): boolean => {
    const decoder = new MessageDecoder(options, count);
    try {
      for (const chunk of chunks) assert.equal(decoder.write(chunk), undefined);
      decoder.end();
    } catch (error) {
      if (!(error instanceof CioError)) throw error;
      decoded.said.push(error.message);
      return false;
    }
    return true;
  };
  return {
    decoded,
    next,
    get inBlocks() {
      return inBlocks;
    },
  };
}

/** What the bytes become. */
function decodeAll(chunks: readonly Buffer[], more: { maxLineBytes?: number } = {}): Decoded {
  const decoding = begin([plan], more);
  assert.ok(decoding.next(chunks));
  return decoding.decoded;
}

function say(element: Element): string {
  if (element instanceof Checkpoint) return `state ${(element.position as PendingState).released()}`;
  if (element instanceof Rejection)
    return `${element.cause.reason} ${element.cause.message} ${element.origin?.stream} ${element.origin?.raw}`;
  const origin = originOf(element);
  return `${JSON.stringify(element)} ${origin?.namespace}.${origin?.stream}:${origin?.line} ${origin?.eventId?.length} ${origin?.raw}`;
}

const TEXT = [
  row('s', { id: 1, name: 'é€😀' }, { namespace: 'n', meta: { changes: [] } }),
  '',
  '  ',
  'no json é',
  '{"type":"RECORD","record":{"stream":"s","data":[1]}}\r',
  '{"type":"RECORD","record":{"stream":"s","data":{"n":1e999}}}',
  '{"type":"RECORD","record":{"stream":"s","d\\u0061ta":{"id":2}}}',
  '{"type":"RECORD","record":{"stream":"s"}}',
  '{"type":"RECORD","record":{"stream":"s","data":{"id":3}},"cut',
  '{"type":"NEWS","record":{"data":{}}}',
  stateOf('s', { a: '}' }),
].join('\n');

test('rows, STATEs and what can not be read, the same however the chunks cut them', () => {
  const bytes = Buffer.from(TEXT);
  const whole = decodeAll([bytes]);
  assert.deepEqual(whole.said, [
    '{"id":1,"name":"é€😀"} n.s:1 26 {"id":1,"name":"é€😀"}',
    'malformed not a JSON message undefined no json é',
    'malformed a record is a JSON object, this is an array s [1]',
    'invalid a number is beyond the range of a double s {"n":1e999}',
    '{"id":2} n.s:7 26 {"id":2}',
    'malformed a record is a JSON object, this is null s null',
    'malformed not a JSON message undefined {"type":"RECORD","record":{"stream":"s","data":{"id":3}},"cut',
    'state {"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"name":"s"},"stream_state":{"a":"}"}},"destinationStats":{"recordCount":5.0,"rejectedRecordCount":0.0}}}',
  ]);
  assert.deepEqual(whole.unreadable, [4, 9]);
  for (let cut = 1; cut < bytes.length; cut++)
    assert.deepEqual(decodeAll([bytes.subarray(0, cut), bytes.subarray(cut)]), whole, `cut at ${cut}`);
});

test('bytes that are not UTF-8 and lines that are too long are rejected, not held', () => {
  const { said, unreadable } = decodeAll([Buffer.from([0x7b, 0xff, 0x0a]), Buffer.from(`${'x'.repeat(101)}\n`)], { maxLineBytes: 100 });
  assert.deepEqual(said, [
    'malformed not valid UTF-8 undefined undefined',
    'too_large 101 bytes, too long for a message undefined undefined',
  ]);
  assert.deepEqual(unreadable, [1, 2]);
});

test('stopped, a line that has only begun stays unread', async () => {
  const begun = Buffer.from(`${row('s', { id: 1 })}\n{"type":"REC`);
  const options = { streams: new Streams([plan]), budget: new StateBudget(), onUnreadable: assert.fail };
  const source = decode((push) => new MessageDecoder(options, push));
  source.stop();
  source.end(begun);
  assert.equal((await source.toArray()).length, 1);
  assert.equal(decodeAll([begun]).said.length, 2);
});

test('a STATE goes back whatever it holds, and a byte order mark before the first message is none of it', () => {
  const deep = `${'['.repeat(2_000)}${']'.repeat(2_000)}`;
  const states = [`{"type":"STATE","state":{"data":{"n":1e999}}}`, `{"type":"STATE","state":{"data":${deep}}}`];
  const { said, unreadable } = decodeAll([Buffer.from(`\uFEFF${states.join('\n')}`)]);
  assert.deepEqual(unreadable, []);
  for (const [n, state] of states.entries()) assert.ok(said[n]?.startsWith(`state ${state.slice(0, -2)}`), said[n]?.slice(0, 80));
});

test('marks of byte order and Ctrl-Z at the ends of any line are none of its message', () => {
  const line = row('s', { id: 1 });
  const { said, unreadable } = decodeAll([Buffer.from(`${line}\n\uFEFF${line}\r\n\uFEFF\uFEFF \u001A${line}\r\u001A\n${line}\u001A`)]);
  assert.deepEqual(unreadable, []);
  assert.equal(said.length, 4);
  assert.ok(said.every((one) => one.startsWith('{"id":1} n.s:')));
});

test('rows without an envelope and types that Airbyte can not have are rejected, not passed over', () => {
  const lines = ['{"person_email":"a@x.io"}', '{"type":"record","record":{}}', '{"type":5}', '{"type":"user","id":1}', '{"type":"LOG"}'];
  const { said, unreadable } = decodeAll([Buffer.from(lines.join('\n'))]);
  assert.deepEqual(unreadable, [1, 2, 3, 4]);
  assert.match(said[0] ?? '', /^malformed its type is not an Airbyte message type, such as RECORD undefined \{"person_email"/);
});

/** A line of a sync: a row, changed or not, or a message of another kind. */
const anyLine: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(rowText, fc.constantFrom('s', 't')).map(([text, stream]) => bytesOf(text, 1, stream)) },
  { weight: 4, arbitrary: fc.tuple(rowText, mutated, fc.nat()).map(([text, change, time]) => bytesOf(change(text), time, 's')) },
  { weight: 2, arbitrary: fc.tuple(rowText, mutated).map(([text, change]) => Buffer.from(change(String(bytesOf(text, 1, 's'))))) },
  { weight: 1, arbitrary: fc.tuple(rowText, fc.nat()).map(([text, place]) => withBadByte(bytesOf(text, 1, 's'), place)) },
  { weight: 1, arbitrary: fc.constantFrom('s', 't').map((stream) => Buffer.from(stateOf(stream, { a: 1 }))) },
  { weight: 1, arbitrary: fc.constantFrom('', '{"type":"LOG"}', 'x', '{"type":"STATE","state":{}}').map((text) => Buffer.from(text)) },
);

function bytesOf(text: string, time: number, stream: string): Buffer {
  return Buffer.from((SPELLINGS[time % 2] as Spelling)(text, String(time), stream));
}

function withBadByte(line: Buffer, place: number): Buffer {
  line[place % line.length] = 0xff;
  return line;
}

/** The same, each line in a decoder of its own, which knows no envelope: or what the first error says. */
function decodeApart(lines: readonly Buffer[], all: readonly CatalogStream[]): Decoded {
  const decoding = begin(all);
  for (const [index, line] of lines.entries()) if (!decoding.next([Buffer.from('\n'.repeat(index)), line])) break;
  return decoding.decoded;
}

test('law: a row in a known envelope is read as if every message were parsed', () => {
  const all = [plan, { ...plan, name: 't', object: 'person_identify' } as const];
  let [inBlocks, tried] = [0, 0];
  fc.assert(
    fc.property(fc.array(anyLine, { minLength: 1, maxLength: 12 }), fractions, (lines, cuts) => {
      const decoding = begin(all);
      decoding.next(cutAt(Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')])), cuts));
      assert.deepEqual(decoding.decoded, decodeApart(lines, all));
      inBlocks += decoding.inBlocks;
      tried += lines.length;
    }),
    { numRuns: runs(1_000) },
  );
  assert.ok(inBlocks > tried / 10, `${inBlocks} of ${tried} rows were in blocks`);
});
