import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Item, readBatch, readEntity } from '../../lib/sandbox/body.ts';
import fc from '../support/fast-check.ts';

const bytes = (text: string): Buffer => Buffer.from(text);

function items(text: string): readonly Item[] {
  const read = readBatch(bytes(text));
  assert.ok(Array.isArray(read), JSON.stringify(read));
  return read;
}

test('every item has the text that it came as', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { minLength: 1 }), fc.constantFrom(undefined, 1, '\t'), (values, space) => {
      const body = JSON.stringify({ before: { batch: [1] }, batch: values, after: ['}', '"', '\\'] }, null, space);
      const read = items(body);
      assert.deepEqual(
        read.map(({ text }) => JSON.parse(text)),
        JSON.parse(JSON.stringify(values)),
      );
      for (const { text } of read) assert.ok(body.includes(text) && text.trim() === text);
    }),
  );
});

test('finds the batch as JSON.parse would', () => {
  assert.deepEqual(
    items(' {"b\\u0061tch" : [ 1 , "a,]" ] } ').map(({ text }) => text),
    ['1', '"a,]"'],
  );
  assert.deepEqual(
    items('{"batch":[1],"batch":[2]}').map(({ text }) => text),
    ['2'],
  );
  assert.deepEqual(
    items('{"x":"\\"batch\\":[9]","batch":[{"a":"\\\\"}]}').map(({ text }) => text),
    ['{"a":"\\\\"}'],
  );
});

test('numbers keep their digits', () => {
  const [item] = items('{"batch":[{"a":12345678901234567890,"b":0.1000000000000000055,"c":1e2,"d":7,"e":-9007199254740993}]}');
  const { a, b, c, d, e } = Object(item?.value);
  assert.deepEqual([String(a), String(b), String(e)], ['12345678901234567890', '0.1000000000000000055', '-9007199254740993']);
  assert.deepEqual([Number(c), d], [100, 7]);
});

test('a number out of range is the fault of its item alone', () => {
  const read = items('{"batch":[{"a":1e999},{"a":1}]}');
  assert.deepEqual(
    read.map(({ problem }) => problem?.message),
    ['a number is out of range', undefined],
  );
});

test('__proto__ is a name like any other', () => {
  for (const more of ['', ',"n":12345678901234567890']) {
    const [item] = items(`{"batch":[{"__proto__":{"x":1}${more}}]}`);
    assert.deepEqual(Object.keys(item?.value as object).slice(0, 1), ['__proto__']);
    assert.equal(Object.getPrototypeOf(item?.value), Object.prototype);
  }
});

const deep = (n: number): string => `${'['.repeat(n)}${']'.repeat(n)}`;

const MALFORMED: [why: string, body: Buffer][] = [
  ['nothing', bytes('')],
  ['no JSON', bytes('{"batch":[')],
  ['two documents', bytes('{"batch":[1]}{}')],
  ['a trailing comma', bytes('{"batch":[1,]}')],
  ['a byte order mark', bytes('\ufeff{"batch":[1]}')],
  ['invalid UTF-8', Buffer.from([...bytes('{"batch":["'), 0xff, ...bytes('"]}')])],
  ['a bare NUL in a string', bytes('{"batch":["\0"]}')],
  ['text', bytes('batch')],
  ['NaN', bytes('{"batch":[NaN]}')],
  ['100,000 levels', bytes(`{"batch":[${deep(100_000)}]}`)],
  ['100,000 levels that never close', bytes('{"a":'.repeat(100_000))],
  ['100,000 levels and a long number', bytes(`{"batch":[12345678901234567890,${deep(100_000)}]}`)],
];

for (const [why, body] of MALFORMED) {
  test(`refuses ${why}`, () => {
    for (const read of [readBatch(body), readEntity(body)]) {
      assert.ok(!Array.isArray(read) && 'reason' in read, why);
      assert.equal(read.reason, 'invalid');
    }
  });
}

test('refuses what is JSON but no batch', () => {
  for (const [text, field, reason] of [
    ['[]', '', 'invalid'],
    ['"batch"', '', 'invalid'],
    ['null', '', 'invalid'],
    ['{}', 'batch', 'required'],
    ['{"batch":[]}', 'batch', 'required'],
    ['{"batch":{"0":1}}', 'batch', 'invalid'],
    ['{"batch":null}', 'batch', 'invalid'],
  ] as const) {
    const read = readBatch(bytes(text));
    assert.ok(!Array.isArray(read), text);
    assert.deepEqual([read.field, read.reason], [field, reason], text);
  }
});

test('a thousand levels with exact numbers are read', () => {
  const read = items(`{"batch":[[12345678901234567890,${deep(1_900)}]]}`);
  assert.equal(read[0]?.problem, undefined);
});
