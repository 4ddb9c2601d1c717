import assert from 'node:assert/strict';
import { test } from 'node:test';
import { indented, readableBody } from '../../../lib/sandbox/page/indent.ts';
import fc from '../../support/fast-check.ts';

const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

test('indented as JSON.stringify does it', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => assert.equal(indented(JSON.stringify(value)), JSON.stringify(value, undefined, 2))));
});

test('every character but the spaces between them stays: digits, escapes, repeated names', () => {
  const text = '{"a": 1.10, "a":12345678901234567890,"b":[ ],"\\u00e9\\"{[,":-0.0e+1 ,"c":{}}';
  assert.equal(indented(text), '{\n  "a": 1.10,\n  "a": 12345678901234567890,\n  "b": [],\n  "\\u00e9\\"{[,": -0.0e+1,\n  "c": {}\n}');
  fc.assert(fc.property(fc.json(), (json) => assert.deepEqual(indented(json).match(TOKENS), json.match(TOKENS))));
});

test('what is not JSON is shown as it came; a body that was cut is indented as far as it goes', () => {
  for (const text of ['<html>\n  <p>', 'a, b: c', '{"a":1', '[1,]', '']) assert.equal(readableBody(text, false), text);
  assert.equal(readableBody('{"a":[1,"x y', true), '{\n  "a": [\n    1,\n    "x y');
  assert.equal(readableBody('<p>{', true), '<p>{');
});
