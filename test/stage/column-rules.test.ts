/** Rename and convert: by example, and by the law that they keep every other column and every digit. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse, stringify } from '../../lib/json/exact.ts';
import { columnRulesProblem, type Shape, shaperOf } from '../../lib/stage/column-rules.ts';
import type { Conversion } from '../../lib/stage/conversion.ts';
import { usedColumns } from '../../lib/stage/mapping.ts';
import type { Problem } from '../../lib/track/operation.ts';

type Body = Record<string, unknown>;

const NOW = Date.UTC(2026, 10, 27);

/** What becomes of attributes; they are not changed themselves. */
function shaped(shape: Partial<Shape>, attributes: object): Body | Problem {
  const operation: Body = { attributes: { ...attributes } };
  return shaperOf({ rename: {}, convert: {}, ...shape }, NOW)?.(operation) ?? (operation.attributes as Body);
}
const converted = (type: Conversion, value: unknown): unknown => {
  const result = shaped({ convert: { it: type } }, { it: value });
  return 'it' in result ? result.it : result;
};
const fails = (type: Conversion, values: readonly unknown[], message: RegExp): void => {
  for (const value of values) {
    const problem = converted(type, value) as Problem;
    assert.equal(problem?.field, 'it', `${type}: ${String(value)}`);
    assert.match(problem.message, message);
  }
};

test('nothing is asked: there is nothing to run', () => {
  assert.equal(shaperOf({ rename: {}, convert: {} }, NOW), undefined);
});

test('rename: the column goes under the name of the attribute, in its place among the others', () => {
  const rename = { email: 'E-Mail Address', 'First Name': 'first' };
  const row = shaped({ rename }, { a: 1, 'E-Mail Address': 'a@b.c', first: null, z: '' });
  assert.equal(JSON.stringify(row), '{"a":1,"email":"a@b.c","First Name":null,"z":""}');
  assert.deepEqual(shaped({ rename }, { email: 'x', z: 1 }), { email: 'x', z: 1 });
  assert.deepEqual(shaped({ rename: { a: 'b', b: 'c', c: 'a' } }, { a: 1, b: 2, c: 3 }), { c: 1, a: 2, b: 3 });
});

test('rename: two columns for one attribute cost the row, whatever is in them; an absent one is none', () => {
  const rename = { email: 'E-Mail' };
  for (const value of ['x', '', null]) {
    const problem = shaped({ rename }, { 'E-Mail': value, email: 'y' });
    assert.deepEqual(problem, {
      field: 'E-Mail',
      message: 'is renamed to email, and the record has a column email too: rename that as well',
    });
  }
  assert.deepEqual(shaped({ rename: { ...rename, old: 'email' } }, { 'E-Mail': 'x', email: 'y' }), { email: 'x', old: 'y' });
  assert.deepEqual(shaped({ rename }, { 'E-Mail': 'x', email: undefined }), { email: 'x' });
  assert.deepEqual(shaped({ rename }, { 'E-Mail': undefined, email: 'y' }), { email: 'y' });
});

test('number: what JSON calls one, and nothing else', () => {
  assert.deepEqual(
    ['0', '-0.5', '1e3', '12.50', ' 7 ', 7, 7n].map((value) => converted('number', value)),
    [0, -0.5, 1000, 12.5, 7, 7, 7n],
  );
  fails(
    'number',
    ['007', '+1', '1,5', '1.', '.5', '0x10', '1e999', 'NaN', 'ten', '1 2', ' ', Number.NaN, true, {}, [1]],
    /^is not a number/,
  );
});

test('boolean: in words and letters of any case, and as 1 and 0', () => {
  for (const value of ['true', 'TRUE', 'yes', 'Yes', '1', 't', ' T ', 'Y', 1, true]) assert.equal(converted('boolean', value), true);
  for (const value of ['false', 'False', 'no', 'NO', '0', 'f', 'n', 0, false]) assert.equal(converted('boolean', value), false);
  fails('boolean', ['on', 'ja', '2', 2, '01', '1.0', ' ', {}, [true]], /^is not a boolean/);
});

test('number: a text that can mean two numbers is refused with how to say which', () => {
  fails(
    'number',
    ['1,234', '1.234,56', '1,234.56', '1 234', "1'234", '12,5', '1.234.567', '-1,5'],
    /such as number:1\.234,56 or number:1,234\.56$/,
  );
  fails('number', ['12a', 'EUR 5', '$5', '(5)', '5-', '5%'], /such as 1234\.5\)$/);
});

test('time: Unix seconds of whatever a timestamp may be', () => {
  const times = ['2023-11-14T22:13:20Z', '2023-11-14 23:13:20+01:00', '1700000000000', 1_700_000_000, new Date(1_700_000_000_000)];
  for (const value of times) assert.equal(converted('time', value), 1_700_000_000);
  assert.deepEqual(
    ['1950-06-30', '18790314', '9999-12-31', ' 20240101 '].map((value) => converted('time', value)),
    [-615_600_000, Date.parse('1879-03-14') / 1000, 253_402_214_400, 1_704_067_200],
  );
  fails('time', ['45292', 2024, '0024-01-31'], /^is not a time that can be read/);
  fails('time', ['14.11.2023', 'yesterday', '2023-02-30', ' ', -1, true, {}], /^is not a time that can be read/);
});

test('formats: numbers and times as they are written, digit for digit; what is written otherwise is refused', () => {
  assert.deepEqual(
    ['1.234,56', '-1.234.567,8', '0,5', '1234', ' 1.234 ', 7, 7n].map((value) => converted('number:1.234,56', value)),
    [1234.56, -1_234_567.8, 0.5, 1234, 1234, 7, 7n],
  );
  assert.equal(stringify(converted('number:1.234,56', '12.345.678.901.234.567,89')), '12345678901234567.89');
  fails(
    'number:1.234,56',
    ['1,234.56', '1.23', '12.34,5', '1.2345', '007', '5,', ',5', '1e5', ' ', true, {}],
    /^is not a number as 1\.234,56 has it$/,
  );
  fails('number:1.234,56', ['1'.repeat(400)], /double/);
  assert.equal(converted('time:DD/MM/YYYY', '01/02/2024'), Date.UTC(2024, 1, 1) / 1000);
  assert.equal(converted('time:MM/DD/YYYY', '01/02/2024'), Date.UTC(2024, 0, 2) / 1000);
  assert.equal(converted('time:DD/MM/YYYY', '30/06/1950'), -615_600_000);
  assert.equal(converted('time:YYYYMMDD', 20_240_101), 1_704_067_200);
  fails(
    'time:DD/MM/YYYY',
    ['31/04/2024', '1/2/2024', '2024-02-01', '01/02/24', '01/02/2024 ?', 1_700_000_000],
    /^is not a time as DD\/MM\/YYYY has it$/,
  );
});

test('null and an empty text stay: they remove an attribute', () => {
  for (const type of ['number', 'boolean', 'time', 'number:1.234,56', 'time:DD/MM/YYYY'] as const) {
    assert.equal(converted(type, null), null);
    assert.equal(converted(type, ''), '');
    assert.deepEqual(shaped({ convert: { it: type } }, { a: 1 }), { a: 1 });
  }
});

test('a column is converted by its own name, also where it is renamed', () => {
  const shape: Partial<Shape> = { rename: { score: 'Points' }, convert: { Points: 'number', score: 'time' } };
  assert.deepEqual(shaped(shape, { Points: '5' }), { score: 5 });
  assert.deepEqual(shaped(shape, { score: '2023-11-14T22:13:20Z' }), { score: 1_700_000_000 });
});

test('names that every object inherits are names like any other', () => {
  const names = ['__proto__', 'constructor', 'toString'];
  for (const name of names) {
    assert.deepEqual(shaped({ rename: { a: name }, convert: { [name]: 'number' } }, { b: 1 }), { b: 1 });
    const column = JSON.parse(`{"b":1,"${name}":"5"}`);
    assert.deepEqual(shaped({ rename: { a: name }, convert: { [name]: 'number' } }, column), { b: 1, a: 5 });
    const [key, operation] = [`{"b":1,"${name}":"5"}`, { attributes: { b: 1, x: '5' } }];
    assert.equal(shaperOf({ rename: JSON.parse(`{"${name}":"x"}`), convert: {} }, NOW)?.(operation), undefined);
    assert.equal(JSON.stringify(operation.attributes), key);
    assert.equal(Object.getPrototypeOf(operation.attributes), Object.prototype);
  }
});

test('what has no effect is a flaw', () => {
  const columns = usedColumns('person_event', 'id', { person_id: 'ID', person_email: 'Email', timestamp: 'at' });
  assert.deepEqual(Object.fromEntries(columns), {
    ...{ ID: 'person_id', Email: 'person_email', at: 'timestamp' },
    ...{ event_name: 'event_name', event_id: 'event_id' },
  });
  const flaw = (shape: Partial<Shape>): unknown => columnRulesProblem({ rename: {}, convert: {}, ...shape }, columns);
  assert.deepEqual(flaw({ rename: { a: 'x', b: 'x' } }), { option: 'rename', message: 'column "x" is given twice' });
  const taken = 'column "Email" is taken for person_email: only other columns can be renamed';
  assert.deepEqual(flaw({ rename: { a: 'x', email: 'Email' } }), { option: 'rename', message: taken });
  const timed = 'column "at" is taken for timestamp: only other columns can be converted';
  for (const type of ['number', 'number:1.234,56', 'boolean'] as const) {
    assert.deepEqual(flaw({ convert: { at: type } }), { option: 'convert', message: timed });
  }
  // How it is written may be said.
  for (const type of ['time', 'time:DD/MM/YYYY'] as const) assert.equal(flaw({ convert: { at: type } }), undefined);
  assert.equal(flaw({ rename: { ID: 'x' }, convert: { timestamp: 'time', x: 'number' } }), undefined);
  const auto = ['person_cio_id', 'person_id', 'person_email', 'person_phone'];
  assert.deepEqual([...usedColumns('person_identify', 'auto', {}).keys()], auto);
});

const name = fc.oneof(fc.constantFrom('a', 'b', 'c', 'd', 'e', '__proto__', 'constructor'), fc.string());
const names = (min: number): fc.Arbitrary<string[]> => fc.uniqueArray(name, { minLength: min, maxLength: 6 });
const bag = (keys: readonly string[], value: (key: string, index: number) => unknown): Body =>
  Object.fromEntries(keys.map((key, index) => [key, value(key, index)]));

test('law: either the row is refused, or every column is there once with its value, and only the named ones have moved', () => {
  const values = fc.dictionary(name, fc.jsonValue(), { maxKeys: 8 });
  fc.assert(
    fc.property(names(1), names(1), values, (attributes, columns, row) => {
      const rename = bag(attributes.slice(0, columns.length), (_attribute, index) => columns[index]) as Shape['rename'];
      const attributeOf = new Map(Object.entries(rename).map(([attribute, column]) => [column, attribute]));
      const targets = Object.keys(row).map((column) => attributeOf.get(column) ?? column);
      const result = shaped({ rename }, row);
      if (new Set(targets).size < targets.length) return assert.ok(columns.includes((result as Problem).field));
      assert.deepEqual(
        result,
        bag(targets, (_target, index) => Object.values(row)[index]),
      );
    }),
  );
});

test('law: a converted number is the number that JSON would have read, digit for digit; other columns are as they were', () => {
  const digits = fc.stringMatching(/^-?(0|[1-9]\d{0,30})(\.\d{1,30})?([eE][+-]?\d{1,2})?$/);
  fc.assert(
    fc.property(digits, fc.dictionary(name, fc.jsonValue()), (text, others) => {
      const { it: _it, ...rest } = others;
      const result = shaped({ convert: { it: 'number' } }, { ...rest, it: text });
      assert.equal(stringify(result), stringify({ ...rest, it: parse(text) }));
    }),
  );
  assert.equal(stringify(converted('number', '12345678901234567890.10')), '12345678901234567890.10');
});
