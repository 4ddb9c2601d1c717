/** Objects out of programs: what is taken as data, what says itself what it is, and what is refused by name. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { ExactNumber, JsonError } from '../../lib/json/exact.ts';
import { Origin, originOf, withOrigin } from '../../lib/record/origin.ts';
import { plainData, plainRecord } from '../../lib/record/plain.ts';
import type { SourceRecord } from '../../lib/record/record.ts';
import fc from '../support/fast-check.ts';
import { GetterDocument, JsonDocument } from '../support/mapper-documents.ts';

const plain = (record: unknown): SourceRecord => plainData(record as SourceRecord);
const refusal = (record: unknown): [field: string | undefined, message: string] => {
  try {
    plain(record);
  } catch (error) {
    assert.ok(error instanceof JsonError, String(error));
    assert.equal(error.reason, 'invalid');
    return [error.field, error.message];
  }
  return assert.fail('was taken');
};

test('what is plain already is not copied', () => {
  const shared = { x: 1 };
  const records: object[] = [
    {
      text: 'x',
      n: 1,
      b: true,
      none: null,
      absent: undefined,
      list: [1, [{ a: 1 }]],
      big: 7n,
      exact: new ExactNumber('1.10'),
      at: new Date(0),
    },
    Object.assign(Object.create(null), { a: { b: 1 } }),
    { one: shared, two: shared },
    withOrigin({ a: 1 }, new Origin({})),
    JSON.parse('{"__proto__":{"a":1},"constructor":2}'),
  ];
  for (const record of records) assert.equal(plain(record), record);
});

test('what has a toJSON() is what that gives, as a record and inside one', () => {
  assert.deepEqual(plain(new JsonDocument({ email: 'a@b.c', at: new JsonDocument({ email: 'x' }) })), {
    email: 'a@b.c',
    at: { email: 'x' },
  });
  assert.deepEqual(plain({ email: 'a@b.c', toJSON: () => ({ id: 1 }) }), { id: 1 });
  const url = new URL('https://example.com/a');
  const record = { url, list: [url, { url }], said: Object.assign(new Map(), { toJSON: () => [] }), gone: { toJSON: () => undefined } };
  assert.deepEqual(plain(record), { url: url.href, list: [url.href, { url: url.href }], said: [], gone: undefined });
  assert.equal(record.url, url);
  // The name under which it stands, as JSON.stringify says it.
  assert.deepEqual(plain({ a: { toJSON: (name: string) => `at ${name}` } }), { a: 'at a' });
});

test('boxed values are what is in the box', () => {
  assert.deepEqual(plain({ a: Object('x'), b: Object(1), c: Object(false), d: Object(2n) }), { a: 'x', b: 1, c: false, d: 2n });
});

test('a row may be an instance of a class whose fields are its own, as database clients make them', () => {
  class RowDataPacket {
    parse(): void {}
  }
  const row = withOrigin(Object.assign(new RowDataPacket(), { id: 1, name: 'x' }), new Origin({ line: 3 }));
  const taken = plain(row);
  assert.deepEqual(JSON.stringify(taken), '{"id":1,"name":"x"}');
  assert.equal(originOf(plainRecord(row as unknown as SourceRecord))?.line, 3);
  class User {
    id = 1;
    address = new Address();
  }
  class Address {
    zip = '1234';
  }
  assert.deepEqual(JSON.stringify(plain(new User())), '{"id":1,"address":{"zip":"1234"}}');
});

test('plain objects and lists of another realm are plain', () => {
  const record = runInNewContext(`({ a: { b: [1, { c: null }] }, at: new Date(0) })`);
  assert.equal(JSON.stringify(plain(record)), '{"a":{"b":[1,{"c":null}]},"at":"1970-01-01T00:00:00.000Z"}');
  assert.match(refusal(runInNewContext(`({ a: new Map() })`))[1], /^is a Map, not plain data/);
  assert.match(refusal({ a: runInNewContext('new Uint8Array(2)') })[1], /^is bytes/);
});

class Money {
  readonly #cents = 100;
  value(): number {
    return this.#cents;
  }
}
class Long {
  low = 1;
  high = 2;
  toNumber(): number {
    return this.low;
  }
}

const NO_DATA: readonly (readonly [what: string, value: unknown, message: RegExp])[] = [
  ['a Buffer', Buffer.from('secret'), /^is bytes \(a Buffer\): convert them to text with map\(\)$/],
  ['an empty Buffer', Buffer.alloc(0), /^is bytes/],
  ['a Uint8Array', new Uint8Array(2), /^is bytes \(a Uint8Array\)/],
  ['a Float64Array', new Float64Array(2), /^is bytes/],
  ['a BigInt64Array', new BigInt64Array(2), /^is bytes/],
  ['a DataView', new DataView(new ArrayBuffer(2)), /^is bytes/],
  ['an ArrayBuffer', new ArrayBuffer(2), /^is bytes/],
  ['a SharedArrayBuffer', new SharedArrayBuffer(2), /^is bytes/],
  ['a Blob', new Blob(['x']), /^is a Blob, not plain data: give it a toJSON\(\)/],
  ['a Map', new Map([['a', 1]]), /^is a Map, not plain data/],
  ['a Set', new Set([1]), /^is a Set/],
  ['a WeakMap', new WeakMap(), /^is a WeakMap/],
  ['a Promise', Promise.resolve(1), /^is a Promise/],
  ['a RegExp', /x/, /^is a RegExp/],
  ['an Error', new TypeError('secret'), /^is a TypeError/],
  ['an Error with fields', Object.assign(new Error('secret'), { code: 'X' }), /^is an Error/],
  ['search parameters', new URLSearchParams('a=1'), /^is a URLSearchParams/],
  ['an iterator', [1][Symbol.iterator](), /^is an? /],
  ['a function', () => 1, /^is a function, not data$/],
  ['a class', GetterDocument, /^is a function/],
  ['a symbol', Symbol('secret'), /^is a symbol/],
  ['a boxed symbol', Object(Symbol('secret')), /^is a Symbol/],
  ['an instance with getters', new GetterDocument({ email: 'a' }), /^is a GetterDocument, not plain data/],
  ['an instance with private fields', new Money(), /^is a Money/],
  ['an instance with methods', new Long(), /^is a Long/],
  ['an instance without fields', new (class Empty {})(), /^is an Empty/],
  [
    'an instance of a class without a name',
    new (class {
      get x() {
        return 1;
      }
    })(),
    /^is an object of a class/,
  ],
  [
    'a toJSON() that fails',
    {
      toJSON: () => {
        throw new Error('secret');
      },
    },
    /^its toJSON\(\) failed$/,
  ],
  ['a toJSON() that gives bytes', { toJSON: () => Buffer.from('x') }, /^is bytes/],
  [
    'a toJSON() that never ends',
    (() => {
      const make = (): object => ({ toJSON: make });
      return make();
    })(),
    /nested too deeply/,
  ],
  [
    'a toJSON() that gives itself',
    (() => {
      const it: object = { toJSON: () => it };
      return it;
    })(),
    /^is a function/,
  ],
  [
    'a proxy that throws',
    new Proxy(
      { a: 1 },
      {
        get: () => {
          throw new Error('secret');
        },
      },
    ),
    /^can't be read$/,
  ],
];

for (const [what, value, message] of NO_DATA) {
  test(`${what} is refused by name, wherever it stands`, () => {
    for (const [record, field] of [
      [{ ok: 1, value }, 'value'],
      [{ a: { b: [1, value] } }, 'a.b.1'],
      [Object.assign(Object.create(null), { list: [{ value }] }), 'list.0.value'],
    ] as const) {
      const [place, said] = refusal(record);
      assert.ok(place === field || place?.startsWith(`${field}.`), `${place} is not ${field}`);
      assert.match(said, message);
      assert.doesNotMatch(said, /secret/);
    }
  });
}

test('a getter of the record that throws is named', () => {
  const record = {
    ok: new URL('https://example.com'),
    get plan(): string {
      throw new Error('secret');
    },
  };
  assert.deepEqual(refusal(record), ['plan', "can't be read"]);
});

test('a record that is no data is refused as a whole', () => {
  const records = [
    new Map([['email', 'a']]),
    new Set(),
    Buffer.from('x'),
    new Error('x'),
    Promise.resolve({}),
    new GetterDocument({ email: 'a' }),
    /x/,
  ];
  for (const record of records) assert.match(refusal(record)[1], /^the record is an? \w+, not plain data: give it a toJSON\(\)/);
  for (const said of [undefined, 'text', 7, [], null, new ExactNumber('1')])
    assert.match(refusal({ toJSON: () => said })[1], /^the toJSON\(\) of the record does not return an object$/);
  for (const said of [Promise.resolve({}), new Map(), Buffer.from('x')])
    assert.match(refusal(Object.assign(new GetterDocument({}), { toJSON: () => said }))[1], /not plain data/);
});

test('a circle, and what is nested too deeply, is said with its place', () => {
  const circle: Record<string, unknown> = { a: 1, many: Array.from({ length: 50 }, () => ({})) };
  circle.in = { list: [circle] };
  assert.deepEqual(refusal(circle), ['in.list.0', 'contains itself']);
  for (const item of circle.many as object[]) Object.assign(item, { up: circle, again: circle });
  assert.deepEqual(refusal(circle), ['many.0.up', 'contains itself']);
  let deep: unknown = 1;
  for (let i = 0; i < 100_000; i++) deep = [deep];
  assert.match(refusal({ deep })[1], /nested too deeply to write/);
  let fine: unknown = 1;
  for (let i = 0; i < 1_000; i++) fine = [fine];
  assert.ok(plain({ fine }));
});

test('law: JSON values pass as they are, and beside an object of a program unchanged', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (record) => {
      assert.equal(plain(record), record);
      const url = new URL('https://example.com/');
      assert.equal(JSON.stringify(plain({ ...record, url })), JSON.stringify({ ...record, url }));
    }),
  );
});
