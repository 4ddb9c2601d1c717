/** What becomes of attributes: by example, and by the law that they keep every other column and every digit. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse, stringify } from '../../../lib/json/exact.ts';
import { columnRules } from '../../../lib/stage/mapping/column-rules.ts';
import { type Columns, type OtherColumns, planOf } from '../../../lib/stage/mapping/columns.ts';
import { type ColumnType, conversionProblem } from '../../../lib/stage/mapping/conversion.ts';
import type { Problem } from '../../../lib/track/operation.ts';
import fc from '../../support/fast-check.ts';

type Body = Record<string, unknown>;

const NOW = Date.UTC(2026, 10, 27);

const rulesOf = (columns: Columns, others: OtherColumns = 'keep'): ReturnType<typeof columnRules> =>
  columnRules(planOf({ object: 'person_identify', identifier: 'id', columns, others, event: undefined }), NOW);

/** What becomes of attributes; they are not changed themselves. */
function shaped(columns: Columns, attributes: object, others?: OtherColumns): Body | Problem {
  const operation: Body = { attributes: { ...attributes } };
  return rulesOf(columns, others).shape?.(operation) ?? (operation.attributes as Body);
}
const detailsOf = (text: string): { type: ColumnType; format?: string } => {
  const [, type, format] = /^(\w+)(?::(.*))?$/.exec(text) ?? [];
  return { type: type as ColumnType, ...(format !== undefined && { format }) };
};
/** `type` may have a format behind a colon. */
const converted = (type: string, value: unknown): unknown => {
  const result = shaped({ it: detailsOf(type) }, { it: value });
  return 'it' in result ? result.it : result;
};
test('nothing is asked: there is nothing to run', () => {
  assert.equal(rulesOf({}).shape, undefined);
  assert.equal(rulesOf({ ID: 'person_id', at: 'timestamp', a: 'a', b: {} }).shape, undefined);
});

test('a column goes under the name of its attribute, in its place among the others', () => {
  const columns = { 'E-Mail Address': 'email', first: 'First Name' };
  const row = shaped(columns, { a: 1, 'E-Mail Address': 'a@b.c', first: null, z: '' });
  assert.equal(JSON.stringify(row), '{"a":1,"email":"a@b.c","First Name":null,"z":""}');
  assert.deepEqual(shaped(columns, { email: 'x', z: 1 }), { email: 'x', z: 1 });
  assert.deepEqual(shaped({ b: 'a', c: 'b', a: 'c' }, { a: 1, b: 2, c: 3 }), { c: 1, a: 2, b: 3 });
});

test('a column can be left out, and so can all that are not named', () => {
  const row = { a: 1, Notes: 'x', b: '5' };
  assert.deepEqual(shaped({ Notes: false }, row), { a: 1, b: '5' });
  assert.deepEqual(shaped({ b: { attribute: 'n', type: 'number' } }, row, 'drop'), { n: 5 });
  assert.deepEqual(shaped({ b: { type: 'number' } }, row, 'drop'), { b: 5 });
  assert.deepEqual(shaped({}, row, 'drop'), {});
  // A name that is free again may be taken.
  assert.deepEqual(shaped({ a: false, b: 'a' }, row), { a: '5', Notes: 'x' });
});

test('two columns for one attribute cost the row, whatever is in them; an absent one is none', () => {
  const columns = { 'E-Mail': 'email' };
  const message = 'becomes email, and so does the column email of the record: give one of them another name, or leave it out';
  for (const value of ['x', '', null]) {
    assert.deepEqual(shaped(columns, { 'E-Mail': value, email: 'y' }), { field: 'E-Mail', message });
    assert.deepEqual(shaped(columns, { email: 'y', 'E-Mail': value }), { field: 'E-Mail', message });
  }
  assert.deepEqual(shaped({ ...columns, email: 'old' }, { 'E-Mail': 'x', email: 'y' }), { email: 'x', old: 'y' });
  assert.deepEqual(shaped({ ...columns, email: false }, { 'E-Mail': 'x', email: 'y' }), { email: 'x' });
  assert.deepEqual(shaped(columns, { 'E-Mail': 'x', email: undefined }), { email: 'x' });
  assert.deepEqual(shaped(columns, { 'E-Mail': undefined, email: 'y' }), { email: 'y' });
});

test('snake case: for columns that are not named, and two with one name cost the row', () => {
  const row = { 'First Name': 'Ada', lastName: 'L', 'E-Mail Address': 'a@b.c', plan: 'pro' };
  assert.deepEqual(shaped({ 'E-Mail Address': 'Email' }, row, 'snake_case'), {
    first_name: 'Ada',
    last_name: 'L',
    Email: 'a@b.c',
    plan: 'pro',
  });
  assert.deepEqual(shaped({ 'Joined At': { type: 'time' } }, { 'Joined At': '2024-01-01' }, 'snake_case'), { joined_at: 1_704_067_200 });
  const twice = (more: object, columns: Columns = {}): unknown => shaped(columns, { ...row, ...more }, 'snake_case');
  const message = (name: string, other: string): string =>
    `becomes ${name}, and so does the column ${other} of the record: give one of them another name, or leave it out`;
  assert.deepEqual(twice({ first_name: 'x' }), { field: 'First Name', message: message('first_name', 'first_name') });
  assert.deepEqual(twice({ 'FIRST-NAME': '' }), { field: 'FIRST-NAME', message: message('first_name', 'First Name') });
  assert.deepEqual(twice({ X: 1 }, { X: 'first_name' }), { field: 'X', message: message('first_name', 'First Name') });
  assert.deepEqual((twice({ 'FIRST-NAME': 'x' }, { 'First Name': false }) as Body).first_name, 'x');
  // It would have been more than an attribute under that name.
  for (const column of ['Person ID', 'personId']) {
    assert.deepEqual(shaped({}, { [column]: 7 }, 'snake_case'), {
      field: column,
      message: 'in snake case is person_id, which is a record field here: say what the column is',
    });
  }
  assert.deepEqual(shaped({}, { 'Person Email': 'a@b.c', Timestamp: 1 }, 'snake_case'), { person_email: 'a@b.c', timestamp: 1 });
});

test('names that are made are kept for a while only', () => {
  const { shape } = rulesOf({}, 'snake_case');
  for (let i = 0; i < 25_000; i++) {
    const operation = { attributes: { [`Column No${i}`]: i } };
    assert.equal(shape?.(operation), undefined);
    assert.deepEqual(operation.attributes, { [`column_no${i}`]: i });
  }
});

test('a path inside an operation is that of the column that it comes from', () => {
  const { columnOf } = rulesOf({ 'Sub.scriptions': 'cio', 'E-Mail': 'email', Notes: false }, 'snake_case');
  const record = { 'Sub.scriptions': {}, 'E-Mail': 'x', 'First Name': {}, plan: 1 };
  const paths = ['email', 'cio.topics.topic_1', 'first_name.deep.0', 'plan', 'nothing.of.it'];
  assert.deepEqual(
    paths.map((path) => columnOf(path, record)),
    ['E-Mail', 'Sub.scriptions.topics.topic_1', 'First Name.deep.0', 'plan', 'nothing.of.it'],
  );
});

test('a value that does not fit its type costs the row, by the name of the column', () => {
  for (const type of ['number', 'boolean', 'time', 'number:1.234,56', 'time:DD/MM/YYYY']) {
    assert.equal((converted(type, 'nothing of it') as Problem).field, 'it');
  }
});

test('null and an empty text stay: they remove an attribute', () => {
  for (const type of ['number', 'boolean', 'time', 'number:1.234,56', 'time:DD/MM/YYYY']) {
    assert.equal(converted(type, null), null);
    assert.equal(converted(type, ''), '');
    assert.deepEqual(shaped({ it: detailsOf(type) }, { a: 1 }), { a: 1 });
    assert.equal(conversionProblem(detailsOf(type).type, detailsOf(type).format), undefined);
  }
});

test('a column is converted by its own name, also if it gets another', () => {
  const columns: Columns = { Points: { attribute: 'score', type: 'number' }, score: { attribute: 'scored_at', type: 'time' } };
  assert.deepEqual(shaped(columns, { Points: '5' }), { score: 5 });
  assert.deepEqual(shaped(columns, { score: '2023-11-14T22:13:20Z', Points: '5' }), { scored_at: 1_700_000_000, score: 5 });
});

test('names that every object inherits are names like any other', () => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    const columns: Columns = { [name]: { attribute: 'a', type: 'number' } };
    assert.deepEqual(shaped(columns, { b: 1 }), { b: 1 });
    assert.deepEqual(shaped(columns, JSON.parse(`{"b":1,"${name}":"5"}`)), { b: 1, a: 5 });
    const operation = { attributes: { b: 1, x: '5' } };
    assert.equal(rulesOf({ x: name }).shape?.(operation), undefined);
    assert.equal(JSON.stringify(operation.attributes), `{"b":1,"${name}":"5"}`);
    assert.equal(Object.getPrototypeOf(operation.attributes), Object.prototype);
  }
});

const name = fc.oneof(fc.constantFrom('a', 'b', 'c', 'd', 'e', '__proto__', 'constructor'), fc.string());
const names = (min: number): fc.Arbitrary<string[]> => fc.uniqueArray(name, { minLength: min, maxLength: 6 });
const bag = (keys: readonly string[], value: (key: string, index: number) => unknown): Body =>
  Object.fromEntries(keys.map((key, index) => [key, value(key, index)]));

test('law: either the row is refused, or every column is there once with its value, and only the named ones have moved', () => {
  const values = fc.dictionary(name, fc.jsonValue(), { maxKeys: 8 });
  fc.assert(
    fc.property(names(1), names(1), values, (attributes, columns, row) => {
      const named = bag(columns.slice(0, attributes.length), (_column, index) => ({ attribute: attributes[index] })) as Columns;
      const attributeOf = new Map(columns.slice(0, attributes.length).map((column, index) => [column, attributes[index] as string]));
      const targets = Object.keys(row).map((column) => attributeOf.get(column) ?? column);
      const result = shaped(named, row);
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
      const result = shaped({ it: { type: 'number' } }, { ...rest, it: text });
      assert.equal(stringify(result), stringify({ ...rest, it: parse(text) }));
    }),
  );
  assert.equal(stringify(converted('number', '12345678901234567890.10')), '12345678901234567890.10');
});
