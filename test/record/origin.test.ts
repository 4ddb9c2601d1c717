import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ORIGIN, Origin, originOf, withOrigin } from '../../lib/record/origin.ts';
import { flat, originFrom } from '../flat-origin.ts';

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

test('a parked text is the same text; one that may not fit stays where it is', () => {
  const raw = 'Zoë 美咲';
  const buffer = Buffer.alloc(64);
  const origin = originFrom({ raw });
  const end = origin.park(buffer, 3);
  assert.equal(end, 3 + Buffer.byteLength(raw));
  assert.equal(origin.raw, raw);
  assert.equal(origin.park(buffer, end), end, 'it is parked already');
  const tight = originFrom({ raw });
  assert.equal(tight.park(buffer, 60), 60);
  assert.equal(tight.raw, raw);
  assert.ok(origin.hasRaw && tight.hasRaw && !originFrom({}).hasRaw);
});

test('what carries none has none', () => {
  for (const value of [null, undefined, 5, 'text', {}, { [ORIGIN]: 'forged' }, []]) assert.equal(originOf(value), undefined);
});
