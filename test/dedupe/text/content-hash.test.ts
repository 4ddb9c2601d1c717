import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ContentHash } from '../../../lib/dedupe/text/content-hash.ts';
import { ExactNumber, parse, stringify } from '../../../lib/json/exact.ts';
import fc from '../../support/fast-check.ts';
import { runs } from '../../support/runs.ts';

const content = new ContentHash(['_update', 'cio_relationships']);

/** Behind the value, and its hash. */
function read(hash: ContentHash, bytes: Buffer, from: number, to: number): { end: number; hash: string } {
  hash.begin();
  const end = hash.add(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), bytes, from, to);
  return { end, hash: `${hash.first} ${hash.second}` };
}

/** The hash of a text, whatever lies around it. */
function hashOf(text: string): string {
  const bytes = Buffer.from(`,"${text}"}]        `);
  const found = read(content, bytes, 2, bytes.length - 11);
  assert.equal(found.end, bytes.length - 11, text);
  return found.hash;
}

const hashOfValue = (value: unknown): string => hashOf(stringify(value));

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
      assert.equal(hashOfValue(shuffled(value, () => stream.next().value as number)), hashOfValue(value));
    }),
  );
});

test('two JSON values have the same hash only when they are the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), fc.jsonValue({ maxDepth: 3 }), (one, two) => {
      const [a, b] = [JSON.parse(JSON.stringify(one)), JSON.parse(JSON.stringify(two))];
      let same = true;
      try {
        assert.deepEqual(a, b);
      } catch {
        same = false;
      }
      assert.equal(hashOfValue(a) === hashOfValue(b), same);
    }),
    { numRuns: runs(2_000) },
  );
});

test('the spelling of a number does not count, its value does', () => {
  const same = (...texts: string[]): void => assert.equal(new Set(texts.map((text) => hashOfValue(parse(text)))).size, 1, texts.join());
  same('1', '1.0', '1e0', '10e-1', '100E-2');
  same('100', '1e2', '1.00e+2');
  same('0', '-0', '0.0', '0e5');
  same('1.5', '1.50', '15e-1');
  same('1e21', '1000000000000000000000', '1.0e+21');
  same('12345678901234567890', '12345678901234567890.0', '1.2345678901234567890e19');
  same('0.1000000000000000055511151231257827', '1000000000000000055511151231257827e-34');
  assert.equal(hashOfValue(10n ** 21n), hashOfValue(1e21));
  assert.equal(hashOfValue(12345678901234567890n), hashOfValue(new ExactNumber('12345678901234567890')));
  assert.equal(hashOfValue(7n), hashOfValue(7));
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
  assert.equal(new Set(distinct.map((text) => hashOfValue(parse(text)))).size, distinct.length);
});

test('values of a program count as what goes over the wire', () => {
  const time = new Date(0);
  assert.equal(hashOfValue({ time }), hashOfValue({ time: time.toJSON() }));
  assert.equal(hashOfValue({ a: undefined, b: 1, c: () => 1 }), hashOfValue({ b: 1 }));
  assert.equal(hashOfValue([undefined, Number(1)]), hashOfValue([null, 1]));
  assert.equal(hashOfValue(Object.assign(Object.create(null), { a: 1 })), hashOfValue({ a: 1 }));
  assert.equal(hashOfValue({ toJSON: () => 'x' }), hashOfValue('x'));
  class Money {
    readonly cents = 5;
  }
  assert.equal(hashOfValue(new Money()), hashOfValue({ cents: 5 }));
});

/** Another JSON text of the same value. */
function respelled(value: unknown, next: () => number): string {
  const space = (): string => [' ', '\n', '\t', '', '', ''][Math.floor(next() * 6)] ?? '';
  if (typeof value === 'string')
    return `"${[...value].map((char) => (next() < 0.2 ? [...char].map(escaped).join('') : JSON.stringify(char).slice(1, -1))).join('')}"`;
  if (typeof value === 'number' && next() < 0.5) return respelledNumber(value, Math.floor(next() * 5) - 2);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const parts = Array.isArray(value)
    ? value.map((item) => respelled(item, next))
    : Object.entries(value)
        .sort(() => next() - 0.5)
        .map(([name, member]) => `${respelled(name, next)}${space()}:${space()}${respelled(member, next)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}${space()}${parts.map((part) => `${part}${space()}`).join(`,${space()}`)}${close}`;
}

function respelledNumber(value: number, shift: number): string {
  const [digits = '0', exponent = '0'] = (value === 0 ? '0' : value.toExponential()).split('e');
  return `${digits}${digits.includes('.') ? '0' : '.00'}${shift < 0 ? 'E' : 'e'}${exponent}`;
}

function escaped(char: string): string {
  return Array.from({ length: char.length }, (_, i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`).join('');
}

test('law: however a value is spelled, its hash is the same', () => {
  const chance = fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }));
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', '"', '\\', '/', '\n', '\u0001', 'é', '東', '😀', '\ud800', '\u2028', '\u007f'),
  });
  const number = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.constantFrom(0, -0, 1e21, 5e-324, 1.7976931348623157e308),
  );
  const value = fc.object({
    key: text,
    values: [text, number, fc.boolean(), fc.constant(null)],
    maxDepth: 3,
    maxKeys: 50,
    withObjectString: false,
  });
  fc.assert(
    fc.property(value, chance, (given, stream) => {
      const next = (): number => stream.next().value as number;
      const form = hashOfValue(given);
      assert.equal(hashOf(respelled(given, next)), form);
    }),
    { numRuns: runs(2_000) },
  );
});

test('many members in any order, also of objects within', () => {
  const names = Array.from({ length: 700 }, (_, n) => `name ${(n * 7919) % 700}`);
  const text = (order: readonly string[]): string => `{${order.map((name) => `"${name}":1`).join()}}`;
  const form = hashOf(text(names));
  assert.equal(hashOf(text([...names].reverse())), form);
  assert.equal(hashOf(text([...names].sort())), form);
  assert.equal(hashOf(`{"in":${text(names)}}`), hashOf(`{"in":${text([...names].reverse())}}`));
});

test('what is not JSON, or is nested deeper than anything that is read, has no hash', () => {
  for (const text of [
    '',
    '{',
    '{"a"',
    '{"a":',
    '{"a":1',
    '{"a":1 "b"',
    '[1',
    '[1 2]',
    '"a',
    '"a\\',
    'tru',
    '{a:1}',
    ']',
    '['.repeat(5_000),
  ]) {
    assert.equal(read(content, Buffer.from(`${text}        `), 0, Buffer.byteLength(text)).end, -1, text);
  }
});

test('it sees the names that are looked for, among the outermost members only', () => {
  for (const [text, isThere] of [
    ['{"_update":null}', true],
    ['{"a":{"_update":1}}', false],
    ['{"a":1,"cio_relationships":[]}', true],
    ['{"\\u005fupdate":1}', true],
    ['{"x_update":1,"_updat":1,"_update ":1,"b":"_update"}', false],
    ['{}', false],
  ] as const) {
    hashOf(text);
    assert.equal(content.hasWatched, isThere, text);
  }
});

test('law: the hash does not depend on the rows before, also if those have the same names elsewhere', () => {
  const name = fc.constantFrom('a', 'b', 'm', 'z', 'a"', 'ä');
  const { value } = fc.letrec<{ value: unknown; object: unknown; list: unknown }>((tie) => ({
    value: fc.oneof({ maxDepth: 3 }, fc.constantFrom(1, 'x', null), tie('object'), tie('list')),
    object: fc
      .uniqueArray(fc.tuple(name, tie('value')), { selector: ([key]) => key, maxLength: 4 })
      .map((members) => Object.fromEntries(members)),
    list: fc.array(tie('value'), { maxLength: 3 }),
  }));
  const rows = fc.array(fc.dictionary(name, value, { maxKeys: 4 }), { minLength: 2, maxLength: 6 });
  fc.assert(
    fc.property(rows, fc.array(fc.nat(5), { maxLength: 10 }), (distinct, order) => {
      for (const n of order) {
        const text = JSON.stringify(distinct[n % distinct.length]);
        const bytes = Buffer.from(`${text}        `);
        const length = Buffer.byteLength(text);
        assert.deepEqual(read(content, bytes, 0, length), read(new ContentHash([]), bytes, 0, length));
      }
    }),
    { numRuns: runs(1_000) },
  );
});

test('values that are alike have nothing in common: each half of the hash collides as rarely as chance has it, both never', () => {
  const count = 100_000;
  const bit = (i: number, k: number): number => (i >> k) & 1;
  const families: ((i: number) => string)[] = [
    (i) => `{"created_at":${1_000_000_000 + i}}`,
    (i) => `{"a":${i % 317},"b":${Math.floor(i / 317)}}`,
    (i) => `{"list":[${i % 50},${Math.floor(i / 50) % 50},"${Math.floor(i / 2_500)}"]}`,
    (i) => `{"at":{"lat":${i % 317},"lon":${Math.floor(i / 317)}},"plan":"free"}`,
    (i) => `{"text":"${Array.from({ length: 17 }, (_, k) => 'äö'[bit(i, k)]).join('')}"}`,
  ];
  const equal = (hashes: (string | undefined)[]): number => hashes.length - new Set(hashes).size;
  for (const family of families) {
    const hashes = Array.from({ length: count }, (_, i) => hashOf(family(i)));
    assert.equal(equal(hashes), 0);
    // By chance there are 1.2 of them.
    for (const half of [0, 1]) assert.ok(equal(hashes.map((hash) => hash.split(' ')[half])) < 20, `${family(0)}`);
  }
});
