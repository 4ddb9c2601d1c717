import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonLines } from '../../lib/stream/json-lines.ts';
import fc from '../support/fast-check.ts';

test('each object is one line at once: the same value for whoever parses it, without a line break', () => {
  const lineOf = jsonLines();
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), (message) => {
      const line = lineOf(message);
      assert.doesNotMatch(line, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      assert.deepEqual(JSON.parse(line), JSON.parse(JSON.stringify(message)));
    }),
  );
});

test('no line waits for the next turn of the event loop, however many there are', () => {
  const lineOf = jsonLines();
  for (let n = 0; n < 5_000; n++) assert.equal(lineOf({ n }), `{"n":${n}}`);
});
