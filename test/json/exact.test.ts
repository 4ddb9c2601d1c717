import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExactNumber, JsonError, parse, stringify } from '../../lib/json/exact.ts';
import fc from '../support/fast-check.ts';
import { runs } from '../support/runs.ts';

const reasonOf = (run: () => unknown): [string, string] => {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof JsonError, String(error));
    return [error.reason, error.message];
  }
  return assert.fail('did not throw');
};

test('a number that a double can not hold keeps its digits; arithmetic sees the nearest double', () => {
  const text = '{"a":12345678901234567890,"b":[-0.1000000000000000055],"c":1e-400,"d":123456789012345678e-5}';
  const value = parse(text) as { a: ExactNumber; b: ExactNumber[] };
  assert.ok(value.a instanceof ExactNumber);
  assert.equal(Number(value.a) + 0, 12345678901234567000);
  assert.equal(`${value.b[0]}`, '-0.1000000000000000055');
  assert.equal(stringify(value), text);
  assert.equal(JSON.stringify({ a: value.a }), '{"a":"12345678901234567890"}');
});

test('a number that only looks long is a plain number', () => {
  assert.deepEqual(
    parse('[1.50000000000000000000,0.000000000000000001,100000000000000000000,1e0000000000000000005,12e-0003]'),
    [1.5, 1e-18, 1e20, 1e5, 0.012],
  );
});

test('digits in strings are no numbers', () => {
  const text = '{"card":"12345678901234567890","uuid":"3f5e2781-9e12-4e12-8e123456789","t":"a 1e999 :1e999 \\"12345678901234567890"}';
  assert.deepEqual(parse(text), JSON.parse(text));
  assert.equal(stringify(parse(text)), text);
});

test('a number beyond a double is invalid, wherever it stands', () => {
  for (const text of [
    '1e999',
    '-1E+400',
    '[1, 1e309]',
    '{"a":{"b":[0,1.5e400]}}',
    `1${'0'.repeat(400)}`,
    '1e0309',
    '{"s":"1e5",\n"a":\t1e999}',
  ]) {
    assert.deepEqual(
      reasonOf(() => parse(text)),
      ['invalid', 'a number is beyond the range of a double'],
      text,
    );
  }
});

test('what is not JSON is malformed, and the message holds no contents', () => {
  for (const text of [
    '',
    ' ',
    '{',
    '{"a":secret}',
    '[1,]',
    '01',
    '"\u0000"',
    'NaN',
    '{"a":12345678901234567890',
    '[12345678901234567890,]',
    '1e999x',
  ]) {
    const [reason, message] = reasonOf(() => parse(text));
    assert.ok(reason === 'malformed' || text.startsWith('1e999'), text);
    assert.doesNotMatch(message, /secret/);
  }
});

test('nesting beyond 1000 is malformed to read and no stack overflow to write', () => {
  const nest = (depth: number, inner: string, open = '{"a":', close = '}'): string => open.repeat(depth) + inner + close.repeat(depth);
  for (const inner of ['1', '12345678901234567890', 'null', '"[[["']) {
    assert.equal(stringify(parse(nest(1000, inner))), nest(1000, inner));
    for (const depth of [1001, 5_000, 100_000]) {
      assert.deepEqual(
        reasonOf(() => parse(nest(depth, inner))),
        ['malformed', 'nested too deeply to read'],
      );
      assert.deepEqual(
        reasonOf(() => parse(nest(depth, inner, '[', ']'))),
        ['malformed', 'nested too deeply to read'],
      );
    }
  }
  for (const leaf of [null, 1n, new ExactNumber('1')]) {
    let deep: unknown = leaf;
    for (let i = 0; i < 100_000; i++) deep = { deep };
    assert.deepEqual(
      reasonOf(() => stringify(deep)),
      ['invalid', 'nested too deeply to write'],
    );
  }
});

test('every depth of a value that is still writable is written or refused, never a RangeError', () => {
  for (let depth = 1000; depth < 12_000; depth += 500) {
    for (const leaf of [null, 1n]) {
      let deep: unknown = leaf;
      for (let i = 0; i < depth; i++) deep = { deep };
      try {
        stringify(deep);
      } catch (error) {
        assert.ok(error instanceof JsonError, `${depth} ${String(error)}`);
      }
    }
  }
});

test('many brackets that are not deep are no depth', () => {
  const flat = JSON.stringify({
    rows: Array.from({ length: 5000 }, (_, i) => ({ i: [i] })),
    art: '[{'.repeat(5000),
    esc: '\\"[['.repeat(2000),
  });
  assert.equal(stringify(parse(flat)), flat);
});

test('__proto__ and constructor are keys like any other, on both ways', () => {
  for (const number of ['1', '12345678901234567890']) {
    const text = `{"__proto__":{"polluted":${number}},"constructor":2,"toString":3}`;
    const value = parse(text) as Record<string, unknown>;
    assert.deepEqual(Object.keys(value), ['__proto__', 'constructor', 'toString']);
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
    assert.equal(stringify(value), text);
  }
});

test('the last of two equal keys counts, on both ways', () => {
  assert.deepEqual(parse('{"a":1,"a":{"b":2},"a":3}'), { a: 3 });
  assert.equal(stringify(parse('{"a":12345678901234567890,"b":1,"a":12345678901234567891}')), '{"a":12345678901234567891,"b":1}');
});

test('bigint and ExactNumber are written as digits; NaN, Infinity and invalid dates are refused', () => {
  assert.equal(
    stringify({ a: 10n, b: new ExactNumber('1.10'), c: [undefined, new Date(0)], d: undefined }),
    '{"a":10,"b":1.10,"c":[null,"1970-01-01T00:00:00.000Z"]}',
  );
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, new Date(Number.NaN)]) {
    assert.throws(() => stringify({ null: null, a: [1, { b: bad }] }), {
      reason: 'invalid',
      field: 'a.1.b',
      message: /^JSON has no such value/,
    });
    assert.throws(() => stringify(bad), { reason: 'invalid', field: undefined });
  }
  assert.equal(stringify({ a: null, b: 'null' }), '{"a":null,"b":"null"}');
  const circle: { self?: object } = {};
  circle.self = circle;
  assert.equal(reasonOf(() => stringify(circle))[0], 'invalid');
});

const digits = fc.stringMatching(/^-?(0|[1-9]\d{0,24})(\.\d{1,24})?([eE][+-]?\d{1,3})?$/);
const key = fc.oneof(fc.constantFrom('a', '__proto__', '1e999', ':1e100', '12345678901234567890'), fc.string({ maxLength: 4 }));
const { json: text } = fc.letrec<{ json: string; list: string; object: string }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    digits,
    key.map((k) => JSON.stringify(k)),
    fc.constantFrom('true', 'null'),
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('json'), { maxLength: 4 }).map((items) => `[${items.join(' ,')}]`),
  object: fc
    .uniqueArray(fc.tuple(key, tie('json')), { maxLength: 4, selector: ([name]) => name })
    .map((entries) => `{${entries.map(([name, value]) => `${JSON.stringify(name)}: ${value}`).join(',\t')}}`),
}));

/** The numbers of a JSON text in order, each as sign, significant digits and power of ten. */
function numbersOf(source: string): string[] {
  const tokens = source.match(/"(?:[^"\\]|\\.)*"|-?\d[\d.]*(?:[eE][+-]?\d+)?/g) ?? [];
  return tokens
    .filter((token) => !token.startsWith('"'))
    .map((token) => {
      const [, sign, whole = '', fraction = '', exponent = '0'] = /^(-?)(\d+)\.?(\d*)(?:[eE](.+))?$/.exec(token) as RegExpExecArray;
      const all = BigInt(whole + fraction);
      if (all === 0n) return '0';
      const significant = String(all).replace(/0+$/, '');
      return `${sign}${significant}e${Number(exponent) - fraction.length + String(all).length - significant.length}`;
    });
}

test('law: every number of a text comes back as the same number, or the text is refused as out of range', () => {
  fc.assert(
    fc.property(text, (source) => {
      let value: unknown;
      try {
        value = parse(source);
      } catch (error) {
        assert.deepEqual(
          reasonOf(() => {
            throw error;
          })[0],
          'invalid',
        );
        assert.ok(
          numbersOf(source).some((n) => !Number.isFinite(Number(n))),
          source,
        );
        return;
      }
      // JSON objects list whole-number keys first, so the order may differ.
      assert.deepEqual(numbersOf(stringify(value)).sort(), numbersOf(source).sort());
      assert.equal(stringify(parse(stringify(value))), stringify(value));
    }),
    { numRuns: runs(3000) },
  );
});

test('law: ordinary JSON reads and writes as JSON.parse and JSON.stringify do', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, space) => {
      const source = JSON.stringify(value, null, space);
      assert.deepEqual(parse(source), JSON.parse(source));
      assert.equal(stringify(parse(source)), JSON.stringify(JSON.parse(source)));
    }),
    { numRuns: runs(2000) },
  );
});

test('law: with one exact number in it, the slow way reads all the rest as JSON.parse does, and refuses what it refuses', () => {
  const damage = fc.tuple(fc.nat(), fc.constantFrom('', ',', '}', '"', '\\', ' ', '\u0001', '0', 'x', '\uD800'));
  fc.assert(
    fc.property(fc.jsonValue(), damage, (value, [at, what]) => {
      const good = JSON.stringify(value);
      const place = at % good.length;
      const source = good.slice(0, place) + what + good.slice(place);
      const slow = `[12345678901234567890,${source}]`;
      let expected: unknown;
      try {
        expected = JSON.parse(slow);
      } catch {
        assert.throws(() => parse(slow), JsonError, slow);
        return;
      }
      try {
        const written = stringify((parse(slow) as unknown[]).slice(1));
        assert.equal(JSON.stringify(JSON.parse(written)), JSON.stringify((expected as unknown[]).slice(1)));
      } catch (error) {
        assert.ok(error instanceof JsonError && error.reason === 'invalid', String(error));
      }
    }),
    { numRuns: runs(3000) },
  );
});
