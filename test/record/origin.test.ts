import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ORIGIN, Origin, originOf, withOrigin } from '../../lib/record/origin.ts';

test('an origin rides along unseen: no key, no JSON, but kept by spread', () => {
  const origin = new Origin({ source: 'f', line: 1 });
  const record = withOrigin({ a: 1 }, origin);
  assert.deepEqual(Object.keys(record), ['a']);
  assert.equal(JSON.stringify(record), '{"a":1}');
  assert.equal(originOf({ ...record, b: 2 }), origin);
  assert.equal(originOf(Object.assign({}, record)), origin);
});

test('all fields exist, and a copy keeps them', () => {
  const origin = new Origin({ line: 1 });
  assert.deepEqual(Object.keys(origin).sort(), Object.keys(new Origin({})).sort());
  assert.deepEqual(new Origin({ ...origin, part: 2 }), new Origin({ line: 1, part: 2 }));
});

test('what carries none has none', () => {
  for (const value of [null, undefined, 5, 'text', {}, { [ORIGIN]: 'forged' }, []]) assert.equal(originOf(value), undefined);
});
