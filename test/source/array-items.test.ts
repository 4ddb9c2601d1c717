/** What the reader says of each item; the records that come of them are the matter of json.test.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { itemReader } from '../../lib/source/array-items.ts';
import fc from '../support/fast-check.ts';
import { runs } from '../support/runs.ts';

interface Said {
  readonly items: [text: string, number: number][];
  readonly tooLarge: number[];
  readonly broken: [why: string, number: number][];
}

async function read(chunks: readonly string[], path: readonly string[] = [], maxBytes = 1000): Promise<Said> {
  const said: Said = { items: [], tooLarge: [], broken: [] };
  const reader = await itemReader(path, maxBytes, {
    item: (text, number) => said.items.push([text, number]),
    tooLarge: (number) => said.tooLarge.push(number),
    broken: (why, number) => said.broken.push([why, number]),
  });
  for (const chunk of chunks) reader.write(chunk);
  reader.end();
  assert.equal(reader.broken, said.broken.length > 0);
  return said;
}

/** What is said of the text, the same wherever it is cut. */
async function items(text: string, path?: readonly string[], maxBytes?: number): Promise<Said> {
  const whole = await read([text], path, maxBytes);
  for (let at = 1; at < text.length; at++) assert.deepEqual(await read([text.slice(0, at), text.slice(at)], path, maxBytes), whole, text);
  assert.deepEqual(await read([...text], path, maxBytes), whole, text);
  return whole;
}

test('an item is its text without white space, digits and signs as they came', async () => {
  const { items: seen } = await items(
    '[ {"a" : 1.00e+2, "b":[ ] , "c":{ }} , "\\u0041\\n", -0 , 12345678901234567890,true, null ,[[1 ,2]]]',
  );
  assert.deepEqual(seen, [
    ['{"a":1.00e+2,"b":[],"c":{}}', 1],
    ['"A\\n"', 2],
    ['-0', 3],
    ['12345678901234567890', 4],
    ['true', 5],
    ['null', 6],
    ['[[1,2]]', 7],
  ]);
});

test('control characters above U+007E are not escaped', async () => {
  assert.deepEqual((await items('["\u007F\u0085é"]')).items, [['"\u007F\u0085é"', 1]]);
});

test('a scalar that a mistake follows is no item; one with a comma or the end of the array behind it is', async () => {
  for (const text of ['[1, 2 3]', '[1, 2x]', '[1, 2 "a"]', '[1, 2}']) {
    assert.deepEqual(await items(text), { items: [['1', 1]], tooLarge: [], broken: [['its syntax is wrong', 2]] }, text);
  }
  assert.deepEqual((await items('[1, 2, x')).items, [
    ['1', 1],
    ['2', 2],
  ]);
});

test('the number is that of the item that is cut off, or that would have come', async () => {
  assert.deepEqual((await items('[{},{"a":[')).broken, [['it is cut off', 2]]);
  assert.deepEqual((await items('[{},')).broken, [['it is cut off', 2]]);
  assert.deepEqual((await items('[{}')).broken, [['it is cut off', 2]]);
  assert.deepEqual((await items('  ')).broken, [['there is no array in it', 1]]);
  assert.deepEqual((await items('{"rows":[{}],"x":', ['rows'])).broken, [['it is cut off', 2]]);
});

test('the limit is one of bytes: at the limit an item is whole, one byte over it is only a number', async () => {
  for (const item of ['{"a":"éé"}', '"éé"', '[[],[]]', '1234567']) {
    const bytes = Buffer.byteLength(item);
    assert.deepEqual(await items(`[0,${item},1]`, [], bytes), {
      items: [
        ['0', 1],
        [item, 2],
        ['1', 3],
      ],
      tooLarge: [],
      broken: [],
    });
    const { items: others, tooLarge } = await items(`[0,${item},1]`, [], bytes - 1);
    assert.deepEqual(
      [others, tooLarge],
      [
        [
          ['0', 1],
          ['1', 3],
        ],
        [2],
      ],
      item,
    );
  }
});

test('the name at a path must be the whole name, and at its place', async () => {
  const text = '{"row":[0],"rowsx":[1],"x":{"rows":[2]},"\\u0072ows":[3,{"rows":[4]}],"after":[5]}';
  assert.deepEqual((await items(text, ['rows'])).items, [
    ['3', 1],
    ['{"rows":[4]}', 2],
  ]);
  assert.deepEqual((await items(text, ['x', 'rows'])).items, [['2', 1]]);
});

test('a reader that was given up says nothing more', async () => {
  const said: unknown[] = [];
  const note = (...args: unknown[]): void => void said.push(args);
  const reader = await itemReader([], 100, { item: note, tooLarge: note, broken: note });
  reader.write('[{"a":1},{"b"');
  reader.break('why');
  reader.write(':2},{}]');
  reader.end();
  assert.deepEqual(said, [
    ['{"a":1}', 1],
    ['why', 2],
  ]);
});

test('law: the items of any array are those that JSON.parse finds in it, however it is cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 6 }), fc.nat(3), fc.nat(), async (values, indent, cut) => {
      const text = JSON.stringify({ other: values, rows: values }, undefined, indent);
      const at = cut % text.length;
      const { items: seen, broken } = await read([text.slice(0, at), text.slice(at)], ['rows']);
      assert.deepEqual(broken, []);
      assert.deepEqual(
        seen,
        (JSON.parse(text) as { rows: unknown[] }).rows.map((value, n) => [JSON.stringify(value), n + 1]),
      );
    }),
    { numRuns: runs(200) },
  );
});
