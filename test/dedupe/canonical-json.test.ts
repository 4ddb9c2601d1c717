import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalJson } from '../../lib/dedupe/canonical-json.ts';
import { ExactNumber, parse } from '../../lib/json/exact.ts';
import { runs } from '../support/runs.ts';

/** The same value with its keys in another order. */
function shuffled(value: unknown, random: () => number): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, random));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, member]): [string, unknown] => [key, shuffled(member, random)]);
  return Object.fromEntries(entries.sort(() => random() - 0.5));
}

test('the order of keys does not count, at any depth', () => {
  fc.assert(
    fc.property(fc.object({ maxDepth: 4 }), fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (value, stream) => {
      assert.equal(canonicalJson(shuffled(value, () => stream.next().value as number)), canonicalJson(value));
    }),
  );
});

test('two JSON values have the same text only when they are the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), fc.jsonValue({ maxDepth: 3 }), (one, two) => {
      const [a, b] = [JSON.parse(JSON.stringify(one)), JSON.parse(JSON.stringify(two))];
      let same = true;
      try {
        assert.deepEqual(a, b);
      } catch {
        same = false;
      }
      assert.equal(canonicalJson(a) === canonicalJson(b), same);
    }),
    { numRuns: runs(2_000) },
  );
});

test('the spelling of a number does not count, its value does', () => {
  const same = (...texts: string[]): void => assert.equal(new Set(texts.map((text) => canonicalJson(parse(text)))).size, 1, texts.join());
  same('1', '1.0', '1e0', '10e-1', '100E-2');
  same('100', '1e2', '1.00e+2');
  same('0', '-0', '0.0', '0e5');
  same('1.5', '1.50', '15e-1');
  same('1e21', '1000000000000000000000', '1.0e+21');
  same('12345678901234567890', '12345678901234567890.0', '1.2345678901234567890e19');
  same('0.1000000000000000055511151231257827', '1000000000000000055511151231257827e-34');
  assert.equal(canonicalJson(10n ** 21n), canonicalJson(1e21));
  assert.equal(canonicalJson(12345678901234567890n), canonicalJson(new ExactNumber('12345678901234567890')));
  assert.equal(canonicalJson(7n), canonicalJson(7));
  const distinct = [
    '1',
    '-1',
    '10',
    '"1"',
    '1.5',
    '15',
    '12345678901234567890',
    '12345678901234567891',
    'true',
    'null',
    '""',
    '[]',
    '{}',
    '[1]',
  ];
  assert.equal(new Set(distinct.map((text) => canonicalJson(parse(text)))).size, distinct.length);
});

test('values of a program count as what goes over the wire', () => {
  const time = new Date(0);
  assert.equal(canonicalJson({ time }), canonicalJson({ time: time.toJSON() }));
  assert.equal(canonicalJson({ a: undefined, b: 1, c: () => 1 }), canonicalJson({ b: 1 }));
  assert.equal(canonicalJson([undefined, Number(1)]), canonicalJson([null, 1]));
  assert.equal(canonicalJson(Object.assign(Object.create(null), { a: 1 })), canonicalJson({ a: 1 }));
  assert.equal(canonicalJson({ toJSON: () => 'x' }), canonicalJson('x'));
  class Money {
    readonly cents = 5;
  }
  assert.equal(canonicalJson(new Money()), canonicalJson({ cents: 5 }));
});
