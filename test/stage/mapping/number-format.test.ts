/** Examples of numbers: which are understood, what they read, and the law that nothing is read in two ways. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numberFormat } from '../../../lib/stage/mapping/number-format.ts';
import fc from '../../support/fast-check.ts';

const reading = (example: string): ((text: string) => string | undefined) => {
  const read = numberFormat(example);
  return typeof read === 'string' ? assert.fail(`${example}: ${read}`) : read;
};

const READ: readonly (readonly [example: string, ...(readonly [text: string, number: string])[]])[] = [
  [
    '1.234,56',
    ['1.234,56', '1234.56'],
    ['1.234', '1234'],
    ['1234,5', '1234.5'],
    ['-1.234.567,8', '-1234567.8'],
    ['0,50', '0.50'],
    ['+7', '7'],
  ],
  ['1,234.56', ['1,234.56', '1234.56'], ['1,234', '1234'], ['12', '12'], ['−5.5', '-5.5']],
  ['1 234,56', ['1 234 567,8', '1234567.8'], ['1\u00a0234', '1234'], ['1\u202f234,5', '1234.5']],
  ['1\u202f234,56', ['1 234,5', '1234.5']],
  ["1'234.56", ["1'234'567.8", '1234567.8'], ['1’234', '1234']],
  ['1_234.5', ['1_234', '1234']],
  ['1234,56', ['1234,5', '1234.5'], ['1', '1']],
  ['1234.56', ['1234.5', '1234.5']],
  ['0,5', ['2,25', '2.25']],
  ['1.234.567', ['1.234.567', '1234567'], ['1.234', '1234'], ['5', '5']],
  ['1 234', ['1 234', '1234']],
];

for (const [example, ...pairs] of READ) {
  test(`${example} reads`, () => {
    const read = reading(example);
    for (const [text, number] of pairs) assert.equal(read(text), number, text);
  });
}

const REFUSED: readonly (readonly [example: string, ...texts: string[]])[] = [
  [
    '1.234,56',
    '1,234.56',
    '1.23',
    '12.34',
    '1.2345',
    '1.23.456',
    '1234.567',
    '.234',
    '0.123',
    '007',
    '00',
    '5,',
    ',5',
    '1.234,',
    '--5',
    '5-',
    '1,2,3',
  ],
  ['1,234.56', '1.234,56', '12,34', '1,2345', '1,23,456.7', '0x10', '1e5', '5.', '', ' ', '1 234', '$5', '5 %', '(5)', '１'],
  ['1234,56', '1.234,56', '1 234', '1234.5'],
  ['1.234.567', '1.234,5', '1,5'],
];

for (const [example, ...texts] of REFUSED) {
  test(`${example} refuses`, () => {
    const read = reading(example);
    for (const text of texts) assert.equal(read(text), undefined, text);
  });
}

test('an example that says too little, or two things, is refused with how to write it', () => {
  for (const example of ['1.234', '1,234', '12.345', '0,123'])
    assert.match(String(numberFormat(example)), /can be read in two ways.*1\.234,56/);
  for (const example of ['1234', '5']) assert.match(String(numberFormat(example)), /shows no separator/);
  for (const example of ['1.234.56', '1,234,567,8']) assert.match(String(numberFormat(example)), /uses one separator for two things/);
  for (const example of ['', 'x', '1,23,456.78', '€1.234,56', '-1.234,56', '1.234,56 ', '1;234', '#.##0,00', '1.234,', 'de'])
    assert.match(String(numberFormat(example)), /is not an example of a number/, example);
});

test('law: a number written with any separators is that number by its own example, and never another by another', () => {
  const examples = ['1.234,56', '1,234.56', '1 234,56', "1'234.56"];
  const parts = fc.tuple(
    fc.bigInt({ min: 0n, max: 10n ** 30n }),
    fc.stringMatching(/^(\d{1,20})?$/),
    fc.constantFrom(...examples),
    fc.boolean(),
  );
  fc.assert(
    fc.property(parts, ([units, decimals, example, grouped]) => {
      const [, group = '', point = ''] = /^1(.)234(.)56$/.exec(example) ?? [];
      const whole = grouped ? String(units).replace(/\B(?=(\d{3})+$)/g, group) : String(units);
      const number = `${units}${decimals && `.${decimals}`}`;
      const text = `${whole}${decimals && point + decimals}`;
      assert.equal(reading(example)(text), number);
      // What two examples take, such as 1.234 and 12, is another number only where there is one separator, of groups here and of decimals there.
      for (const other of examples) {
        const read = reading(other)(text);
        if (read !== undefined && read !== number) assert.equal(text.replace(/\d/g, '').length, 1);
      }
    }),
  );
});
