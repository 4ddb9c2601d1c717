import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Checkpoint } from '../../../lib/record/checkpoint.ts';
import { ItemWriter } from '../../../lib/source/json/item-writer.ts';
import { jsonDecoder } from '../../../lib/source/json.ts';
import type { JsonOptions } from '../../../lib/source/options.ts';
import { DECLINED } from '../../../lib/source/row-buffer.ts';
import fc from '../../support/fast-check.ts';
import { cutAt, everyCut, fractions } from '../../support/read-all.ts';
import { readItems, sameBothWays } from '../../support/read-both-ways.ts';
import { runs } from '../../support/runs.ts';

async function asText<T>(run: () => Promise<T>): Promise<T> {
  const real = ItemWriter.prototype.write;
  ItemWriter.prototype.write = () => DECLINED;
  try {
    return await run();
  } finally {
    ItemWriter.prototype.write = real;
  }
}

/** Reads it both ways; gives how many items came as bytes. */
const same = (input: Buffer, options: JsonOptions = {}, ...cuts: Buffer[][]): Promise<number> =>
  sameBothWays(jsonDecoder(options), input, asText, cuts);

test('an item between two others comes as bytes if it is an object', async () => {
  for (const item of [
    '{}',
    '{"a":1}',
    ' { "a" : [ 1 , -2.50e+1 , 0 , 1E9 , [ ] , { } ] ,\r\n\t"b" : { "c" : null } } ',
    '{"a":true,"b":false,"":""}',
    '{"é":"😀\\u00e9\\ud83d\\ude00\\u4e2d\\u20AC","b":"\\/\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001F\\u0022\\u005c\\u007f"}',
    '{"a":"},{\\"","a":"]"}',
    '{"__proto__":{"x":12345678901234567890}}',
  ]) {
    const input = Buffer.from(`[{"x":0},${item},{"y":1}]`);
    assert.equal(await same(input, {}, ...everyCut(input)), 1, item);
  }
});

test('all other items are read as text, and the next one comes as bytes again', async () => {
  const deep = `{"a":${'['.repeat(60)}${']'.repeat(60)}}`;
  for (const item of [
    '1',
    '"a,b"',
    'null',
    '[1]',
    '{"a":"\\ud83d"}',
    '{"a":"\\udc00\\ud83d"}',
    deep,
    `{"a":"${'x'.repeat(200)}"}`,
    '"}"',
  ]) {
    const input = Buffer.from(`[{"x":0},${item},{"y":1},{}]`);
    assert.equal(await same(input, { maxRecordBytes: 190 }, ...(item.length < 50 ? everyCut(input) : [])), 1, item);
  }
});

test('a mistake in an item breaks the document there', async () => {
  const good = '[{"x":0},{"y":1},';
  const items = ['{a:1}', '{"a":01}', '{"a":1.}', '{"a":-}', '{"a":1e}', '{"a":tru}', '{"a":"\n"}', '{"a":"\\x"}', '{"a":"\\u12g4"}'];
  for (const item of [
    ...items,
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '{,}',
    '{"a":[1,]}',
    '{"a":[1}}',
    '{"a":1 2}',
    '{"a":1}}',
    '{"a":1}]',
    '',
    'truetrue',
  ]) {
    const input = Buffer.from(`${good}${item},{"z":1},{}]`);
    assert.equal(await same(input, {}, ...everyCut(input)), 1, item);
  }
  const bad = Buffer.from(`${good}{"a":"ÿ"},{"z":1}]`, 'latin1');
  await same(bad, {}, ...everyCut(bad));
});

const TOKENS: readonly [text: string, weight: number][] = [
  ['{"a":1},', 6],
  ['{"é": "x\\u00e9"},', 2],
  ['{"a":[1, {"b":null}]},', 2],
  // More than is read as text at once.
  [`{"a":"${'x, é'.repeat(600)}"},`, 1],
  [' '.repeat(2500), 1],
  ['{', 2],
  ['}', 2],
  ['[', 1],
  [']', 1],
  [',', 3],
  [':', 1],
  ['"', 1],
  ['"a"', 2],
  ['"a":', 2],
  ['1', 1],
  ['-0.5e1', 1],
  ['true', 1],
  [' ', 2],
  ['\n', 1],
  ['\\', 1],
  ['\\u00', 1],
  ['😀', 1],
  ['\uFEFF', 1],
  ['\x1a', 1],
  ['3,', 1],
];
const piece = fc.oneof(
  ...TOKENS.map(([text, weight]) => ({ arbitrary: fc.constant(Buffer.from(text)), weight })),
  { arbitrary: fc.constant(Buffer.from([0xff])), weight: 1 },
  { arbitrary: fc.json({ maxDepth: 3 }).map((text) => Buffer.from(`{"v":${text}},`)), weight: 6 },
  {
    arbitrary: fc.string({ unit: 'binary', maxLength: 4 }).map((text) => Buffer.from(`{"s":${JSON.stringify(text, null, 1)} },`)),
    weight: 3,
  },
);
const options: fc.Arbitrary<JsonOptions> = fc.record(
  { maxRecordBytes: fc.integer({ min: 1, max: 40 }), checkpointEveryRecords: fc.integer({ min: 1, max: 3 }), source: fc.constant('f') },
  { requiredKeys: [] },
);
const document = fc
  .tuple(
    fc.array(piece, { maxLength: 20 }),
    fc.constantFrom('[', '[{"x":0},', '[{"x":0}', '[1,', ''),
    fc.constantFrom(']', '{}]', '', ']\n\x1a'),
  )
  .map(([pieces, start, end]) => Buffer.concat([Buffer.from(start), ...pieces, Buffer.from(end)]));

test('law: items that come as bytes are those that are read as text, in their order, whatever the chunks', async () => {
  await fc.assert(
    fc.asyncProperty(document, options, fractions, (input, given, cuts) => same(input, given, cutAt(input, cuts)).then(() => {})),
    { numRuns: runs(3000) },
  );
});

test('law: at every border of a small document, and from every checkpoint on', async () => {
  await fc.assert(
    fc.asyncProperty(document, options, async (input, given) => {
      await same(input, given, ...everyCut(input.subarray(0, 80)));
      const { shown } = await readItems(jsonDecoder({ ...given, checkpointEveryRecords: 1 }), [input]);
      for (const one of shown) if (one instanceof Checkpoint) await same(input, { ...given, startAt: one.position as never });
    }),
    { numRuns: runs(300) },
  );
});
