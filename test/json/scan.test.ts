import assert from 'node:assert/strict';
import { test } from 'node:test';
import { elementsOf, isDeeperThan, spanOf } from '../../lib/json/scan.ts';
import fc from '../support/fast-check.ts';

const found = (text: string, ...path: string[]): string | undefined => {
  const span = spanOf(text, ...path);
  return span && text.slice(span.from, span.to);
};

test('finds the text of a member, through objects, whatever stands before it', () => {
  assert.equal(found('{"a":1,"b":{"c":[1,{"c":2}],"d":"}"},"e":null}', 'b', 'd'), '"}"');
  assert.equal(
    found(' {\t"a" : { } , "record":{"x":"\\"data\\":{","data": {"n":12345678901234567890.10} } }', 'record', 'data'),
    '{"n":12345678901234567890.10}',
  );
  assert.equal(found('{"a":"\\\\","b":-1.5e9}', 'b'), '-1.5e9');
  assert.equal(found('{"a":true}', 'a'), 'true');
});

test('says undefined where there is no such member, or no JSON', () => {
  for (const text of [
    '',
    '{}',
    '[{"a":1}]',
    '{"b":1}',
    '{"a"',
    '{"a":',
    '{"a":{',
    '{"a":"x',
    '{"a":[1',
    '{"x":1 "a":2}',
    '{a:1}',
    'null',
    '{"x":"\\',
    '{,"a":1}',
  ])
    assert.equal(found(text, 'a'), undefined, text);
  assert.equal(found('{"a":[{"b":1}]}', 'a', 'b'), undefined);
});

test('law: the span of every member holds that member, in any spelling of the object', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }), fc.constantFrom(0, 1, 2), (object, indent) => {
      const text = JSON.stringify({ outer: object }, null, indent);
      for (const [name, value] of Object.entries(object)) {
        // An escaped name is not looked for.
        if (JSON.stringify(name) !== `"${name}"`) continue;
        assert.deepEqual(JSON.parse(found(text, 'outer', name) ?? ''), JSON.parse(JSON.stringify(value)));
      }
    }),
  );
});

test('law: the elements of an array have the texts that they came as', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.constantFrom(0, 1, 2), (values, indent) => {
      const text = JSON.stringify(values, null, indent);
      const elements = elementsOf(text, 0);
      assert.deepEqual(
        elements.map((element) => JSON.parse(element)),
        JSON.parse(text),
      );
      for (const element of elements) assert.ok(text.includes(element) && element.trim() === element);
    }),
  );
});

test('says exactly how deep a text may nest; brackets in strings do not count', () => {
  for (const [open, close] of [
    ['[', ']'],
    ['{"a":', '}'],
  ] as const) {
    const deep = (n: number): string => `{"a":"\\"[[[[[[[[[[","b":${open.repeat(n - 1)}1${close.repeat(n - 1)},"c":"]]]]"}`;
    assert.equal(isDeeperThan(5, deep(5)), false);
    assert.equal(isDeeperThan(5, deep(6)), true);
  }
  assert.equal(isDeeperThan(5, '[]'.repeat(50)), false);
});

test('law: no text makes it fail or hang', () => {
  const pieces = fc.array(fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '\\', 'a', '1', ' ', '"a"', '"a":'), { maxLength: 40 });
  fc.assert(
    fc.property(pieces, (parts) => {
      const text = parts.join('');
      found(text, 'a', 'a');
      elementsOf(text, 0);
      isDeeperThan(2, text);
    }),
  );
});
