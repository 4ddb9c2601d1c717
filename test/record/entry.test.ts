/** The length of an entry is that of its text as it is sent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Entry } from '../../lib/record/entry.ts';
import fc from '../support/fast-check.ts';

test('law: bytes are those of the text in UTF-8, however often they are asked for', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const entry = new Entry({}, text, {}, undefined);
      const bytes = Buffer.from(text).length;
      assert.deepEqual([entry.bytes, entry.bytes], [bytes, bytes]);
    }),
  );
});

test('it holds what it is made of, and nobody observes it at first', () => {
  const [operation, record] = [{ type: 'person' }, { row: 1 }];
  const entry = new Entry(operation, '{"type":"person"}', record, undefined, ['truncated']);
  assert.ok(entry.operation === operation && entry.record === record);
  assert.deepEqual([entry.json, entry.warnings, entry.origin, entry.observer], ['{"type":"person"}', ['truncated'], undefined, undefined]);
});
