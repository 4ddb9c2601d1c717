import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { CioError } from '../../lib/errors.ts';
import { ExactNumber, stringify } from '../../lib/json/exact.ts';
import { type Origin, originOf } from '../../lib/record/origin.ts';
import type { Element, SourceRecord } from '../../lib/record/record.ts';
import { Rejection } from '../../lib/record/rejection.ts';
import { ndjson, ndjsonDecoder } from '../../lib/source/ndjson.ts';
import type { SourceOptions } from '../../lib/source/options.ts';
import fc from '../support/fast-check.ts';
import { brief, cutAt, everyCut, fractions, mostMemory, oneByOne, outcome, readAll, show } from '../support/read-all.ts';
import { runs } from '../support/runs.ts';

const read = (input: string | Buffer, options?: SourceOptions): Promise<Element[]> => readAll(ndjsonDecoder(options), [input]);
const place = (element: Element): (number | undefined)[] => {
  const origin = (element instanceof Rejection ? element.origin : originOf(element)) as Origin;
  return [origin.line, origin.offset, origin.bytes];
};
async function rejected(input: string | Buffer, options?: SourceOptions): Promise<Rejection> {
  const [element, ...others] = await read(input, options);
  assert.ok(element instanceof Rejection, 'not rejected');
  assert.equal(element.cause.stage, 'ndjson');
  assert.equal(element.record, undefined);
  assert.deepEqual(others, []);
  return element;
}

test('each line is a record that knows where it came from', async () => {
  const elements = await read('{"a":1}\n{"b":"é"}\n{"c":3}', { source: 'f', version: 'v', stream: 's', namespace: 'n' });
  assert.deepEqual(brief(elements), ['{"a":1}', '{"b":"é"}', '{"c":3}']);
  assert.deepEqual(elements.map(place), [
    [1, 0, 7],
    [2, 8, 10],
    [3, 19, 7],
  ]);
  const { source, version, stream, namespace, raw } = originOf(elements[1]) as Origin;
  assert.deepEqual([source, version, stream, namespace, raw], ['f', 'v', 's', 'n', '{"b":"é"}']);
});

test('CRLF, blank lines and a BOM: no record of their own, but they count', async () => {
  const input = Buffer.from('\uFEFF{"a":1}\r\n\r\n \t \n\n{"b":2}\r\n{"c":3}\r');
  const whole = await read(input);
  assert.deepEqual(brief(whole), ['{"a":1}', '{"b":2}', '{"c":3}']);
  assert.deepEqual(whole.map(place), [
    [1, 3, 7],
    [5, 19, 7],
    [6, 28, 7],
  ]);
  for (const chunks of everyCut(input)) assert.deepEqual((await readAll(ndjsonDecoder(), chunks)).map(show), whole.map(show));
});

test('an empty input, a lone BOM and lone newlines hold no records', async () => {
  for (const input of ['', '\uFEFF', '\n', '\r\n\r\n', '  ']) assert.deepEqual(await read(input), []);
});

test('a line ends at CR alone, and at any CRs before an LF, however they are cut', async () => {
  const input = Buffer.from('{"a":1}\r{"b":2}\r\r{"c":3}\r\r\n\r\n{"d":4}\r\r\r\n{"e":5}\n\r{"f":6}\r');
  const whole = await readAll(ndjsonDecoder(), [input]);
  assert.deepEqual(brief(whole), ['{"a":1}', '{"b":2}', '{"c":3}', '{"d":4}', '{"e":5}', '{"f":6}']);
  assert.deepEqual(whole.map(place), [
    [1, 0, 7],
    [2, 8, 7],
    [4, 17, 7],
    [6, 29, 7],
    [7, 40, 7],
    [9, 49, 7],
  ]);
  for (const chunks of everyCut(input)) assert.deepEqual((await readAll(ndjsonDecoder(), chunks)).map(show), whole.map(show));
});

test('a file of old Mac of more than maxRecordBytes is read like any other, a broken line of it is one rejection', async () => {
  const lines = Array.from({ length: 500 }, (_, i) => (i === 250 ? '{"i":' : `{"i":${i}}`));
  const elements = await read(lines.join('\r'), { maxRecordBytes: 50 });
  assert.deepEqual(
    brief(elements),
    lines.map((line) => (line === '{"i":' ? 'malformed' : line)),
  );
  assert.deepEqual(place(elements[251] as Element).slice(0, 1), [252]);
});

test('what joined files leave at the start of a line is none of it: marks of UTF-8, once or twice, and Ctrl-Z', async () => {
  const input = Buffer.from(
    '\uFEFF\uFEFF{"a":1}\n\uFEFF{"b":2}\r\n\uFEFF\uFEFF {"c":3}\n\x1a\uFEFF{"d":4}\n\uFEFF\n\uFEFFnope\n{"e":"\uFEFF"}\x1a',
  );
  const whole = await readAll(ndjsonDecoder(), [input]);
  assert.deepEqual(brief(whole), ['{"a":1}', '{"b":2}', '{"c":3}', '{"d":4}', 'malformed', '{"e":"\uFEFF"}']);
  for (const element of whole) {
    const { offset = 0, bytes = 0, raw } = (element instanceof Rejection ? element.origin : originOf(element)) as Origin;
    assert.equal(input.toString('utf8', offset, offset + bytes), raw);
    assert.doesNotMatch(raw ?? '', /^\uFEFF/);
  }
  for (const chunks of everyCut(input)) assert.deepEqual((await readAll(ndjsonDecoder(), chunks)).map(show), whole.map(show));
});

test('a Ctrl-Z at the end, on a line of its own or behind the last record, is left out; in the middle it is not', async () => {
  for (const end of ['\x1a', '\n\x1a', '\r\n\x1a\x1a\x1a', '\r\x1a\r\n', '\x1a\n'])
    assert.deepEqual(brief(await read(`{"a":1}${end}`)), ['{"a":1}']);
  assert.deepEqual(brief(await read('{"a":1}\x1a{"b":2}\n')), ['malformed']);
  assert.deepEqual(brief(await read('{"a":1}{"b":2}\n')), ['malformed']);
});

test('what is not a JSON object is rejected as malformed, and the next line is read', async () => {
  for (const line of ['nope', '{"a":1', '{"a":1}}', "{'a':1}", '[1]', '5', '"text"', 'null', 'true', '{"a":\u0000}', '\u0000', '\u000b']) {
    const [bad, good] = await read(`${line}\n{"next":true}\n`);
    assert.ok(bad instanceof Rejection, line);
    assert.equal(bad.cause.reason, 'malformed');
    assert.equal(bad.origin?.raw, line);
    assert.equal(bad.bytes, undefined);
    assert.equal(stringify(good), '{"next":true}');
  }
});

test('a JSON document over lines is named: its last line would be sent by itself', async () => {
  for (const text of ['[{"a":1},\n{"b":2}\n]\n', '[\n{"a":1},\n{"b":2}\n]\n', '[\r\n]', '{\n"a":\n{"b":2}\n}\n', '\uFEFF[\n{"a":1}\n]']) {
    for (const chunks of everyCut(Buffer.from(text)))
      await assert.rejects(readAll(ndjsonDecoder(), chunks), /the input is a JSON document, not one object per line/, text);
  }
});

test('a truncated last line is malformed', async () => {
  const elements = await read('{"a":1}\n{"b":"tru');
  assert.deepEqual(brief(elements), ['{"a":1}', 'malformed']);
  assert.deepEqual(place(elements[1] as Element), [2, 8, 9]);
});

test('the message says where but never what', async () => {
  const { cause } = await rejected('{"secret":s3cr3t}');
  assert.match(cause.message, /not valid JSON/);
  assert.doesNotMatch(cause.message, /s3cr|secret/);
});

test('invalid UTF-8 is malformed and keeps its bytes; a real U+FFFD is fine', async () => {
  const bytes = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]);
  const bad = await rejected(Buffer.concat([bytes, Buffer.from('\n')]));
  assert.equal(bad.cause.reason, 'malformed');
  assert.deepEqual(bad.bytes, bytes);
  assert.equal(bad.origin?.raw, undefined);
  assert.deepEqual(brief(await read('{"a":"\uFFFD"}')), ['{"a":"\uFFFD"}']);
});

test('the bytes of a rejection stay what they were when the next cut line comes', async () => {
  const line = (n: number): Buffer => Buffer.from([0x7b, 0xff, n, 10]);
  const elements = await readAll(ndjsonDecoder(), everyCut(Buffer.concat([line(1), line(2), line(3)])).at(-1) as Buffer[]);
  assert.deepEqual(
    elements.map((element) => (element as Rejection).bytes?.toString('hex')),
    ['7bff01', '7bff02', '7bff03'],
  );
});

test('a line over maxRecordBytes is one rejection without its text, however it is cut', async () => {
  const input = Buffer.from('{"a":"12345"}\r\n{"a":"123456"}\r\n{"a":"1234567890"}\n{"b":1}\n{"a":"1234567890"}');
  const whole = await read(input, { maxRecordBytes: 14 });
  assert.deepEqual(brief(whole), ['{"a":"12345"}', '{"a":"123456"}', 'too_large', '{"b":1}', 'too_large']);
  assert.deepEqual(place(whole[2] as Element), [3, 31, 18]);
  assert.deepEqual(place(whole[4] as Element), [5, 58, 18]);
  assert.equal((whole[2] as Rejection).origin?.raw, undefined);
  for (const chunks of everyCut(input)) {
    assert.deepEqual((await readAll(ndjsonDecoder({ maxRecordBytes: 14 }), chunks)).map(show), whole.map(show));
  }
});

test('a line of 200 MB is never held', async () => {
  const chunk = Buffer.alloc(65_536, 'x');
  const elements: Element[] = [];
  const decoder = ndjsonDecoder()(
    oneByOne((element) => elements.push(element)),
    () => {},
  );
  const most = await mostMemory(3200, () => decoder.write(chunk));
  await decoder.write(Buffer.from('\n{"a":1}\n'));
  await decoder.end();
  assert.ok(most < 6_000_000, `held ${most} bytes`);
  assert.deepEqual(brief(elements), ['too_large', '{"a":1}']);
  assert.deepEqual(elements.map(place), [
    [1, 0, 209_715_200],
    [2, 209_715_201, 7],
  ]);
});

test('nesting 100,000 deep is a rejection, not a stack overflow', async () => {
  const deep = (open: string, close: string): string => `{"a":${open.repeat(100_000)}1${close.repeat(100_000)}}`;
  for (const line of [deep('[', ']'), deep('{"a":', '}'), deep('[', ']').replace('1', '12345678901234567890')]) {
    const { cause } = await rejected(line);
    assert.deepEqual([cause.reason, cause.message], ['malformed', 'nested too deeply to read']);
  }
});

test('__proto__ and constructor are keys like any other', async () => {
  const line = '{"__proto__":{"polluted":true},"constructor":1}';
  const [record] = (await read(line)) as [SourceRecord];
  assert.deepEqual(Object.keys(record), ['__proto__', 'constructor']);
  assert.equal(stringify(record), line);
  assert.equal(({} as { polluted?: boolean }).polluted, undefined);
  assert.equal(record.polluted, undefined);
});

test('numbers keep every digit, and one beyond a double is rejected', async () => {
  const line = '{"big":12345678901234567890,"small":0.1000000000000000055}';
  const [record] = (await read(line)) as [SourceRecord];
  assert.ok(record.big instanceof ExactNumber && record.small instanceof ExactNumber);
  assert.equal(stringify(record), line);
  assert.equal((await rejected('{"a":1e999}')).cause.reason, 'invalid');
});

test('compressed input is refused, also when the mark is cut', async () => {
  const cases: [Buffer, RegExp][] = [
    [gzipSync('{"a":1}\n'), /gzip-compressed/],
    [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x04]), /zstd-compressed/],
  ];
  for (const [input, message] of cases) {
    for (const chunks of [[input], ...everyCut(input)]) {
      await assert.rejects(readAll(ndjsonDecoder(), chunks), { name: 'CioError', code: 'CIO_SOURCE', message });
    }
  }
});

test('as a stream: pipeline gets all elements in order, an error of the source fails it', async () => {
  const lines = Array.from({ length: 5000 }, (_, i) => (i % 7 === 0 ? 'bad' : `{"i":${i}}`)).join('\n');
  const seen: Element[] = [];
  await pipeline(Readable.from(cutAt(Buffer.from(lines), [0.1, 0.5, 0.7]), { objectMode: false }), ndjson(), async (source) => {
    for await (const element of source) seen.push(element as Element);
  });
  assert.deepEqual(
    brief(seen),
    lines.split('\n').map((line) => (line === 'bad' ? 'malformed' : line)),
  );
  const refused = pipeline(Readable.from([gzipSync('x')]), ndjson(), async (source) => {
    for await (const element of source) assert.fail(`got ${element}`);
  });
  await assert.rejects(refused, CioError);
});

test('an unknown option is reported at once', () => {
  assert.throws(() => ndjson({ maxRecordByte: 5 } as SourceOptions), { code: 'CIO_OPTIONS', message: /maxRecordBytes/ });
  assert.throws(() => ndjson({ maxRecordBytes: 0 }), { code: 'CIO_OPTIONS' });
});

const piece = fc.oneof(
  fc.constantFrom(
    '{"a":1}',
    '{"é":"✓😀"}',
    '\n',
    '\r\n',
    '\r',
    '\r\r\n',
    '\x1a',
    '\n\n',
    ' ',
    '\uFEFF',
    '\uFFFD',
    '{"n":12345678901234567890}',
    '{',
    '"',
    '\u0000',
  ),
  fc.json().map((text) => `{"x":${text}}`),
  fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes)),
);
const content = fc.array(piece, { maxLength: 30 }).map((pieces) => Buffer.concat(pieces.map((p) => Buffer.from(p as string))));

test('law: the elements do not depend on the chunks, and offset and bytes lead back to the text', async () => {
  await fc.assert(
    fc.asyncProperty(content, fractions, fc.integer({ min: 1, max: 60 }), async (input, cuts, maxRecordBytes) => {
      const whole = await outcome(ndjsonDecoder({ maxRecordBytes }), [input]);
      assert.deepEqual(await outcome(ndjsonDecoder({ maxRecordBytes }), cutAt(input, cuts)), whole);
      if (typeof whole === 'string') return;
      for (const { origin, bytes } of whole) {
        const { offset, bytes: length, raw } = origin as Required<Origin>;
        const there = input.subarray(offset, (offset as number) + (length as number));
        if (raw !== undefined) assert.equal(there.toString(), raw);
        if (bytes !== undefined) assert.equal(there.toString('hex'), bytes);
      }
      const lines = input
        .toString('latin1')
        .replace(/^\xef\xbb\xbf/, '')
        .split(/\r*\n|\r/);
      const isBlank = (line: string): boolean => /^(?:[ \t]|\xef\xbb\xbf)*$/.test(line.replaceAll('\x1a', ''));
      assert.equal(whole.length, lines.filter((line) => !isBlank(line) || line.length > maxRecordBytes).length);
    }),
    { numRuns: runs(1000) },
  );
});
