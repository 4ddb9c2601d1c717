/** What a type makes of the values of a column: the value meant, or why it is refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExactNumber, stringify } from '../../../lib/json/exact.ts';
import { type ColumnType, conversionProblem, converterOf, timeFormatOf } from '../../../lib/stage/mapping/conversion.ts';
import fc from '../../support/fast-check.ts';

const NOW = Date.UTC(2026, 10, 27);

/** `type` may have a format behind a colon. */
const converted = (type: string, value: unknown): unknown => {
  const [, name, format] = /^(\w+)(?::(.*))?$/.exec(type) ?? [];
  return converterOf({ type: name as ColumnType, format }, NOW)(value);
};
const fails = (type: string, values: readonly unknown[], message: RegExp): void => {
  for (const value of values) {
    const problem = converted(type, value);
    assert.ok(typeof problem === 'string', `${type}: ${String(value)}`);
    assert.match(problem, message);
  }
};

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
  fails('time', ['45292', 2024, '0024-01-31'], /^is not a valid time/);
  fails('time', ['14.11.2023', 'yesterday', '2023-02-30', ' ', -1, true, {}], /^is not a valid time/);
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
    /^is not a number written like 1\.234,56$/,
  );
  fails('number:1.234,56', ['1'.repeat(400)], /double/);
  assert.equal(converted('time:DD/MM/YYYY', '01/02/2024'), Date.UTC(2024, 1, 1) / 1000);
  assert.equal(converted('time:MM/DD/YYYY', '01/02/2024'), Date.UTC(2024, 0, 2) / 1000);
  assert.equal(converted('time:DD/MM/YYYY', '30/06/1950'), -615_600_000);
  assert.equal(converted('time:YYYYMMDD', 20_240_101), 1_704_067_200);
  fails(
    'time:DD/MM/YYYY',
    ['31/04/2024', '1/2/2024', '2024-02-01', '01/02/24', '01/02/2024 ?', 1_700_000_000],
    /^is not a time written as DD\/MM\/YYYY(: the year has two digits)?$/,
  );
});

test('law: whatever the value is, it becomes one of the type, or a sentence says what is wrong with it', () => {
  const isNumber = (value: unknown): boolean =>
    (typeof value === 'number' && Number.isFinite(value)) || typeof value === 'bigint' || value instanceof ExactNumber;
  const types: Record<string, (value: unknown) => boolean> = {
    number: isNumber,
    'number:1.234,56': isNumber,
    boolean: (value) => typeof value === 'boolean',
    time: (value) => Number.isSafeInteger(value),
    'time:DD/MM/YYYY': (value) => Number.isSafeInteger(value),
  };
  const value = fc.oneof(fc.anything(), fc.date({ noInvalidDate: false }), fc.stringMatching(/^[0-9.,:/ TtNn+-]{1,12}$/));
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(types)), value, (type, given) => {
      const made = converted(type, given);
      if (typeof made === 'string') assert.match(made, /^is not a /, type);
      else assert.ok(types[type]?.(made), `${type}: ${String(made)}`);
    }),
    { numRuns: 500 },
  );
});

test('what is asked for is checked before; without a format there is none to compile', () => {
  assert.equal(conversionProblem('time', undefined), undefined);
  assert.match(conversionProblem('Number', undefined) ?? '', /^unknown type "Number"/);
  assert.match(conversionProblem('constructor', undefined) ?? '', /^unknown type/);
  assert.equal(conversionProblem('boolean', ''), 'boolean has no format');
  assert.equal(timeFormatOf(undefined), undefined);
});
