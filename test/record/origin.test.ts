import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ORIGIN, Origin, originOf, withOrigin } from '../../lib/record/origin.ts';
import { flat, originFrom } from '../support/flat-origin.ts';

test('an origin rides along unseen: no key, no JSON, but kept by spread', () => {
  const origin = new Origin({ line: 1 }, { source: 'f' });
  const record = withOrigin({ a: 1 }, origin);
  assert.deepEqual(Object.keys(record), ['a']);
  assert.equal(JSON.stringify(record), '{"a":1}');
  assert.equal(originOf({ ...record, b: 2 }), origin);
  assert.equal(originOf(Object.assign({}, record)), origin);
});

test('another part of the same record keeps all but the event id', () => {
  const all = {
    source: 'f',
    stream: 's',
    namespace: 'n',
    version: 'v',
    line: 1,
    offset: 2,
    bytes: 3,
    raw: '{}',
    eventId: 'E',
    part: undefined,
  };
  assert.deepEqual(flat(originFrom(all).withPart(2)), { ...all, part: 2, eventId: undefined });
});

test('a text given as bytes is read where it lies; either kind is written as UTF-8', () => {
  const chunk = Buffer.from('before{"é":1}after');
  const origin = Origin.ofBytes(chunk, 6, 14, [3, 40, 8], { source: 'f' });
  const all = { source: 'f', stream: undefined, namespace: undefined, version: undefined, line: 3, offset: 40, bytes: 8, raw: '{"é":1}' };
  assert.deepEqual(flat(origin), { ...all, eventId: undefined, part: undefined });
  for (const each of [origin, originFrom({ raw: '{"é":1}' })]) {
    const buffer = Buffer.alloc(30);
    assert.equal(each.writeRaw(buffer, 3), 11);
    assert.equal(buffer.toString('utf8', 3, 11), '{"é":1}');
  }
  assert.deepEqual(
    [origin, originFrom({ raw: 'é' }), originFrom({})].map(({ maxRawBytes }) => maxRawBytes),
    [8, 3, undefined],
  );
});

test('what carries none has none', () => {
  for (const value of [null, undefined, 5, 'text', {}, { [ORIGIN]: 'forged' }, []]) assert.equal(originOf(value), undefined);
});
