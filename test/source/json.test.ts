import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExactNumber, stringify } from '../../lib/json/exact.ts';
import { originOf } from '../../lib/record/origin.ts';
import type { Element, SourceRecord } from '../../lib/record/record.ts';
import { Rejection } from '../../lib/record/rejection.ts';
import { json, jsonDecoder } from '../../lib/source/json.ts';
import type { JsonOptions } from '../../lib/source/options.ts';
import fc from '../support/fast-check.ts';
import { brief, cutAt, everyCut, fractions, mostMemory, oneByOne, outcome, readAll, show } from '../support/read-all.ts';
import { isLong, runs } from '../support/runs.ts';

const read = (input: string | Buffer, options?: JsonOptions): Promise<Element[]> => readAll(jsonDecoder(options), [input]);
async function last(input: string | Buffer, options?: JsonOptions): Promise<Rejection> {
  const element = (await read(input, options)).at(-1);
  assert.ok(element instanceof Rejection, 'not rejected');
  assert.equal(element.cause.stage, 'json');
  return element;
}

test('the items of the root array are the records, however the chunks cut them', async () => {
  const input = Buffer.from(
    '\uFEFF [ {"a":1, "b":[1,{"c":"x\\n\\u00e9"}],"d":{}} ,\n{}, {"é":"😀\\ud83d\\ude00", "t":[true,false,null,-0.5e3,[]]} ]\n',
  );
  const whole = await read(input, { source: 'f' });
  assert.deepEqual(brief(whole), ['{"a":1,"b":[1,{"c":"x\\né"}],"d":{}}', '{}', '{"é":"😀😀","t":[true,false,null,-500,[]]}']);
  assert.deepEqual(
    whole.map((element) => [originOf(element)?.line, originOf(element)?.source]),
    [
      [1, 'f'],
      [2, 'f'],
      [3, 'f'],
    ],
  );
  assert.equal(originOf(whole[2])?.raw, '{"é":"😀😀","t":[true,false,null,-0.5e3,[]]}');
  for (const chunks of everyCut(input)) assert.deepEqual((await readAll(jsonDecoder({ source: 'f' }), chunks)).map(show), whole.map(show));
});

test('an empty array holds no records', async () => {
  assert.deepEqual(await read('[]'), []);
  assert.deepEqual(await read('{"rows":[]}', { path: 'rows' }), []);
});

test('an item that is not an object is rejected and the next one read', async () => {
  const elements = await read('[1,"two",null,[3],{"a":4},true,-5.5e2]');
  assert.deepEqual(brief(elements), ['malformed', 'malformed', 'malformed', 'malformed', '{"a":4}', 'malformed', 'malformed']);
  assert.deepEqual(
    elements.filter((e) => e instanceof Rejection).map(({ origin, cause }) => [origin?.line, origin?.raw, cause.message]),
    [
      [1, '1', 'a record is a JSON object, this is a number'],
      [2, '"two"', 'a record is a JSON object, this is a string'],
      [3, 'null', 'a record is a JSON object, this is null'],
      [4, '[3]', 'a record is a JSON object, this is an array'],
      [6, 'true', 'a record is a JSON object, this is a boolean'],
      [7, '-5.5e2', 'a record is a JSON object, this is a number'],
    ],
  );
});

test('path leads into a document; what stands around the array does not matter', async () => {
  const around = '{"rows":[{"no":1}],"x":{"data":{"rows":[{"no":2}]}},"data":{"y":[{"rows":[{"no":3}]}],"rows":';
  for (const chunks of everyCut(Buffer.from(`${around}[{"a":1},{"a":2}],"rowsy":[{"no":4}]},"row":[{"no":5}]}`))) {
    assert.deepEqual(brief(await readAll(jsonDecoder({ path: 'data.rows' }), chunks)), ['{"a":1}', '{"a":2}']);
  }
  assert.deepEqual(brief(await read('{"r\\u006fws":[{"a":1}]}', { path: 'rows' })), ['{"a":1}']);
});

test('a dot in a name and the index of an item are no steps of a path', async () => {
  for (const [path, input] of [
    ['data.rows', '{"data.rows":[{"no":1}]}'],
    ['data.0', '{"data":[[{"no":1}]]}'],
  ] as const) {
    for (const chunks of [[input], ...everyCut(Buffer.from(input))]) {
      await assert.rejects(readAll(jsonDecoder({ path }), chunks), { code: 'CIO_SOURCE', message: /nothing at the path/ });
    }
  }
});

test('a path that leads nowhere, or to no array, is CIO_SOURCE and named', async () => {
  const cases: [string, RegExp][] = [
    ['{"data":{"row":[]}}', /nothing at the path "data\.rows"/],
    ['{"data":[{"rows":[]}]}', /nothing at the path "data\.rows"/],
    ['{"data":null,"rows":[{}]}', /nothing at the path "data\.rows"/],
    ['[{"data":{"rows":[]}}]', /nothing at the path "data\.rows"/],
    ['{"data":{"rows":{}}}', /at the path "data\.rows" is not an array/],
    ['{"data":{"rows":5}}', /at the path "data\.rows" is not an array/],
  ];
  for (const [input, message] of cases) {
    for (const chunks of [[input], ...everyCut(Buffer.from(input))]) {
      await assert.rejects(readAll(jsonDecoder({ path: 'data.rows' }), chunks), { code: 'CIO_SOURCE', message });
    }
  }
});

test('a document whose root is not an array needs a path', async () => {
  for (const input of ['{"a":1}', '{"a":1}\n{"a":2}\n', '"text"']) {
    await assert.rejects(read(input), { code: 'CIO_SOURCE', message: /path.*ndjson\(\)/ });
  }
});

test('a broken document: what came before, then one rejection that says where', async () => {
  const good = '[{"a":1},{"a":2}';
  for (const rest of [
    '',
    ',',
    ',{"a":',
    ',{"a":1',
    ',{a:3}]',
    ',]',
    '}',
    ' {"a":3}]',
    '] x',
    ',{"a":nul}]',
    ',{"a":"\u0001"}]',
    ',"\\x"]',
    ',01]',
  ]) {
    const input = Buffer.from(good + rest);
    const whole = await read(input);
    assert.deepEqual(brief(whole), ['{"a":1}', '{"a":2}', 'malformed'], rest);
    const { cause, origin } = whole[2] as Rejection;
    assert.match(cause.message, /can't be read from item 3 on/);
    assert.equal(origin?.line, 3);
    for (const chunks of everyCut(input)) assert.deepEqual((await readAll(jsonDecoder(), chunks)).map(show), whole.map(show), rest);
  }
  for (const chunks of everyCut(Buffer.from('[5,"\\x",{}]')))
    assert.deepEqual(brief(await readAll(jsonDecoder(), chunks)), ['malformed', 'malformed']);
  for (const text of ['', ' \n', 'null']) assert.match((await last(text)).cause.message, /there is no array in it/, text);
  assert.match((await last('[')).cause.message, /cut off/);
  assert.match((await last('<p>')).cause.message, /syntax/);
});

test('marks of UTF-8 before a document and Ctrl-Z behind it are none of it, in the middle they are broken', async () => {
  for (const [before, after] of [
    ['\uFEFF', ''],
    ['\uFEFF\uFEFF\r\n', '\r\n\x1a'],
    ['', '\x1a\x1a'],
    ['', '\r\x1a\r\n'],
  ]) {
    const input = Buffer.from(`${before}[{"a":"\uFEFF"},\r{"b":2}]${after}`);
    for (const chunks of [[input], ...everyCut(input)])
      assert.deepEqual(brief(await readAll(jsonDecoder(), chunks)), ['{"a":"\uFEFF"}', '{"b":2}']);
  }
  for (const input of ['[{"a":1},\x1a{"b":2}]', '[{"a":1},"x\x1a y"]', '[{"a":1}\x1a', '[{"a":1},\uFEFF{"b":2}]']) {
    for (const chunks of everyCut(Buffer.from(input)))
      assert.deepEqual(brief(await readAll(jsonDecoder(), chunks)), ['{"a":1}', 'malformed'], input);
  }
});

test('after a broken place the rest of the input is taken without a word', async () => {
  const elements = await readAll(jsonDecoder(), ['[{"a":1},x', '{"a":2}]', '[{"a":3}]', Buffer.from([0xff])]);
  assert.deepEqual(brief(elements), ['{"a":1}', 'malformed']);
});

test('invalid UTF-8 breaks the document there; a real U+FFFD does not', async () => {
  for (const bad of [[0xff], [0xc3, 0x28], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80]]) {
    const input = Buffer.concat([Buffer.from('[{"a":"é"},{"a":"😀'), Buffer.from(bad), Buffer.from('"},{"a":3}]')]);
    const whole = await read(input);
    assert.deepEqual(brief(whole), ['{"a":"é"}', 'malformed']);
    assert.match((whole[1] as Rejection).cause.message, /item 2 on: it is not valid UTF-8/);
    for (const chunks of everyCut(input)) assert.deepEqual((await readAll(jsonDecoder(), chunks)).map(show), whole.map(show));
  }
  assert.match((await last(Buffer.concat([Buffer.from('[{"a":1}]'), Buffer.from([0xc3])]))).cause.message, /UTF-8/);
  assert.deepEqual(brief(await read('[{"a":"\uFFFD"}]')), ['{"a":"\uFFFD"}']);
});

test('numbers keep every digit; one beyond a double costs one item', async () => {
  const item = '{"big":12345678901234567890,"small":0.1000000000000000055}';
  const elements = await read(`[${item},{"a":1e999},{"b":1}]`);
  const record = elements[0] as SourceRecord;
  assert.ok(record.big instanceof ExactNumber && record.small instanceof ExactNumber);
  assert.deepEqual(brief(elements), [item, 'invalid', '{"b":1}']);
});

test('__proto__ and constructor are keys like any other', async () => {
  const [record] = (await read('[{"__proto__":{"polluted":true},"constructor":1}]')) as [SourceRecord];
  assert.deepEqual(Object.keys(record), ['__proto__', 'constructor']);
  assert.equal(record.polluted, undefined);
  assert.deepEqual(brief(await read('{"__proto__":[{"a":1}]}', { path: '__proto__' })), ['{"a":1}']);
});

test('an item over maxRecordBytes is rejected without its text and the next one read', async () => {
  const elements = await read('[{"a":"123456789"},{"a":"éééé"},{"a":"ééééé"},"123456789012345",{"b":1}]', { maxRecordBytes: 17 });
  assert.deepEqual(brief(elements), ['{"a":"123456789"}', '{"a":"éééé"}', 'too_large', 'malformed', '{"b":1}']);
  const { origin } = elements[2] as Rejection;
  assert.deepEqual([origin?.line, origin?.raw], [3, undefined]);
});

const MEGABYTES = isLong ? 100 : 40;

for (const [what, before, after, expected] of [
  ['an item with a string', '{"rows":[{"a":"', '"},{"a":1}]}', ['too_large', '{"a":1}']],
  ['an item with a name', '{"rows":[{"', '":0},{"a":1}]}', ['too_large', '{"a":1}']],
  ['a name outside the array', '{"rows', '":0,"rows":[{"a":1}]}', ['{"a":1}']],
] as const) {
  test(`${what} of ${MEGABYTES} MB is never held`, async () => {
    const chunk = Buffer.alloc(65_536, 'x');
    const elements: Element[] = [];
    const decoder = jsonDecoder({ path: 'rows' })(
      oneByOne((element) => elements.push(element)),
      () => {},
    );
    await decoder.open?.();
    await decoder.write(Buffer.from(before));
    const most = await mostMemory(16 * MEGABYTES, () => decoder.write(chunk));
    await decoder.write(Buffer.from(after));
    await decoder.end();
    assert.ok(most < 30_000_000, `held ${most} bytes`);
    assert.deepEqual(brief(elements), expected);
  });
}

test('nesting 100,000 deep costs one item', async () => {
  const deep = (open: string, close: string): string => `{"a":${open.repeat(100_000)}1${close.repeat(100_000)}}`;
  const elements = await read(`[${deep('[', ']')},${deep('{"a":', '}')},{"b":1}]`);
  assert.deepEqual(brief(elements), ['malformed', 'malformed', '{"b":1}']);
  assert.equal((elements[0] as Rejection).cause.message, 'nested too deeply to read');
});

test('a document that only ever opens is given up', async () => {
  const { cause } = await last('['.repeat(1_200_000));
  assert.match(cause.message, /nested too deeply/);
});

test('options are checked', () => {
  assert.throws(() => json({ paths: 'a' } as JsonOptions), { code: 'CIO_OPTIONS', message: /"path"/ });
  for (const path of ['', 'a..b', '.a']) assert.throws(() => json({ path }), { code: 'CIO_OPTIONS' });
});

const spaced = fc.tuple(fc.array(fc.jsonValue(), { maxLength: 6 }), fc.constantFrom(undefined, 1, '\t'));
const broken = fc.tuple(fc.nat(), fc.constantFrom('', ',', '}', ']', '"', '\\', '[', '{', 'x', '\u0000', ' '));

test('law: the records of a good document are its items, whatever the chunks', async () => {
  await fc.assert(
    fc.asyncProperty(spaced, fractions, async ([items, space], cuts) => {
      const input = Buffer.from(JSON.stringify(items, null, space));
      const elements = await readAll(jsonDecoder(), cutAt(input, cuts));
      const isObject = (item: unknown): boolean => typeof item === 'object' && item !== null && !Array.isArray(item);
      assert.deepEqual(
        brief(elements),
        items.map((item) => (isObject(item) ? JSON.stringify(item) : 'malformed')),
      );
      assert.deepEqual(
        elements.filter((element) => element instanceof Rejection).map(({ origin }) => origin?.raw),
        items.filter((item) => !isObject(item)).map((item) => stringify(item)),
      );
    }),
    { numRuns: runs(500) },
  );
});

test('law: the elements of a damaged document do not depend on the chunks', async () => {
  await fc.assert(
    fc.asyncProperty(spaced, broken, fractions, async ([items, space], [at, damage], cuts) => {
      const text = JSON.stringify(items, null, space);
      const place = at % (text.length + 1);
      const input = Buffer.from(damage === '' ? text.slice(0, place) : text.slice(0, place) + damage + text.slice(place));
      assert.deepEqual(await outcome(jsonDecoder(), cutAt(input, cuts)), await outcome(jsonDecoder(), [input]));
    }),
    { numRuns: runs(1000) },
  );
});
