/** The type of a column: text unless each value fits another one, for certain. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type TextGuess, TypeGuess } from '../../../../lib/cli/preview/columns/type-guess.ts';
import { converterOf } from '../../../../lib/stage/mapping/conversion.ts';
import fc from '../../../support/fast-check.ts';
import { runs } from '../../../support/runs.ts';

const NOW = Date.UTC(2026, 10, 28);

function guessOf(values: readonly string[], name = 'Column'): TextGuess {
  const guess = new TypeGuess(NOW);
  for (const value of values) guess.see(value);
  return guess.guess(name);
}

/** The guess in short: `number:1,234.56`, `text`, or the choices. */
function short({ type, conversion, choices, rest }: TextGuess): string {
  const text = ({ type: to, format }: NonNullable<typeof conversion>): string => `${to}${format === undefined ? '' : `:${format}`}`;
  if (choices) return choices.map(text).join(' | ');
  if (rest) return `${text(conversion as never)} and ${rest.values} ${rest.formats.map(text).join(' | ')}`;
  return conversion ? text(conversion) : type;
}

const CASES: readonly (readonly [what: string, values: readonly string[], name?: string])[] = [
  ['text', []],
  ['text', ['', 'a'].filter(Boolean)],
  ['number', ['1', '25', '-3']],
  ['number', ['0.5', '12.25']],
  ['text', ['007', '12']],
  ['text', ['+4917', '12']],
  ['text', ['1e5']],
  ['text', ['0x10']],
  ['text', ['12', '12a']],
  ['number', ['123456789012345']],
  ['text', ['1234567890123456']],
  ['text', ['01234', '98765'], 'Zip'],
  ['text', ['12345', '98765'], 'Zip Code'],
  ['text', ['12345', '98765'], 'Order Number'],
  ['number', ['12345', '98765'], 'Number of Orders'],
  ['text', ['1', '2'], 'CRM ID'],
  ['number:1,234.56', ['1,234.50', '0.99', '12']],
  ['number:1,234.56', ['1,234,567', '12']],
  ['number:1.234,56', ['1.234,50', '12']],
  ['number:1234,56', ['12,5', '3']],
  ['number:1 234,56', ['1 234,5', '3']],
  ['number:1 234,56', ['1\u202f234,5']],
  ["number:1'234.56", ["1'234.5"]],
  ['number:1234,56 | number:1,234.56', ['1,234', '2,500', '12']],
  ['number | number:1.234,56', ['1.234', '2.500', '12']],
  ['number', ['1.234', '2.5']],
  ['text', ['1.234,5', '1,234.5']],
  ['boolean', ['TRUE', 'false']],
  ['boolean', ['TRUE', 'True']],
  ['boolean', ['yes', 'No']],
  ['boolean', ['Y', 'N']],
  ['text', ['NO', 'NO']],
  ['text', ['F', 'F']],
  ['text', ['T', 'no']],
  ['text', ['yes', 'no', 'maybe']],
  ['number', ['1', '0']],
  ['time', ['2024-01-02', '2024-01-02T03:04:05Z', '2024-01-02 03:04:05+01:00']],
  ['time and 1 ', ['2024-01-02', '2024-02-30']],
  ['time:DD/MM/YYYY and 1 time', ['2024-01-02', '25/12/2024', '01/02/2024']],
  ['time:DD/MM/YYYY | time:MM/DD/YYYY', ['2024-01-02', '01/02/2024', '01/02/2024']],
  ['time:DD/MM/YYYY', ['25/12/2024', '01/02/2024']],
  ['time:MM/DD/YYYY', ['12/25/2024', '01/02/2024']],
  ['time:DD.MM.YYYY', ['25.12.2024']],
  ['time:D/M/YYYY', ['25/12/2024', '1/2/2024']],
  ['time:D/M/YYYY H:mm', ['25/12/2024 9:30', '1/2/2024 10:30']],
  ['time:DD/MM/YYYY HH:mm:ss', ['25/12/2024 09:30:00']],
  ['time:MM/DD/YYYY hh:mm A', ['12/25/2024 09:30 PM']],
  ['time:M/D/YYYY h:mm A', ['12/25/2024 9:30 PM', '1/2/2024 11:30 am']],
  ['time:DD/MM/YYYY | time:MM/DD/YYYY', ['01/02/2024', '03/04/2024']],
  ['time:DD/MM/YYYY | time:MM/DD/YYYY', ['05/05/2024']],
  ['text', ['25/12/2024', '12/25/2024']],
  ['text', ['31/02/2024']],
  ['text', ['25/12/24', '01/02/23']],
  ['boolean', ['yes', 'no'], 'Tax Exempt'],
  ['text', ['Y', 'N'], 'Tax Code'],
  ['time:DD/MM/YYYY', ['25/12/2024'], 'Account Created At'],
  ['text', ['1700000000', '1700000001'], 'Account Created At'],
  ['time:YYYY/MM/DD', ['2024/12/25']],
  ['time:D MMM YYYY', ['25 Dec 2024', '1 May 2024']],
  ['time:DD-MMM-YYYY', ['25-Dec-2024']],
  ['time:MMM D, YYYY', ['Dec 25, 2024', 'Jan 1, 2024']],
  ['time and 1 time:DD/MM/YYYY', ['2024-01-02', '25/12/2024']],
  ['time and 1 time:DD/MM/YYYY | time:MM/DD/YYYY', ['2024-01-02', '01/02/2024']],
  ['text', ['2024-01-02', 'never']],
  ['number', ['1700000000', '1700000001']],
  ['time', ['1700000000', '1700000001'], 'created_at'],
  ['time', ['1700000000000'], 'Created At'],
  ['number', ['1700000000', '1700000000000'], 'created_at'],
  ['time', ['20241124'], 'Date'],
  ['number', ['20241124'], 'Amount'],
  ['number', ['2024', '2023'], 'Date'],
  ['text', ['10:30']],
];

for (const [what, values, name] of CASES) {
  test(`${JSON.stringify(values).slice(0, 60)}${name === undefined ? '' : ` in ${name}`}: ${what}`, () =>
    assert.equal(short(guessOf(values, name)), what));
}

/** Columns of a known type and format: how a value is written, and what it is. */
interface Known {
  readonly write: (n: number) => string;
  readonly value: (n: number) => number;
}
const DAY = 86_400;
const two = (n: number): string => `${n}`.padStart(2, '0');
const dayOf = (n: number): Date => new Date(n * DAY * 1000);
const dated = (write: (day: number, month: number, year: number) => string): Known => ({
  write: (n) => write(dayOf(n).getUTCDate(), dayOf(n).getUTCMonth() + 1, dayOf(n).getUTCFullYear()),
  value: (n) => n * DAY,
});
const grouped = (n: number, group: string, point: string): string => {
  const [units = '', decimals] = Math.abs(n / 100)
    .toFixed(2)
    .split('.');
  return `${n < 0 ? '-' : ''}${units.replace(/\B(?=(\d{3})+$)/g, group)}${n % 100 === 0 ? '' : `${point}${decimals}`}`;
};
const numbered = (group: string, point: string): Known => ({ write: (n) => grouped(n, group, point), value: (n) => n / 100 });
const KNOWN: readonly Known[] = [
  numbered('', '.'),
  numbered(',', '.'),
  numbered('.', ','),
  numbered(' ', ','),
  numbered("'", '.'),
  numbered('', ','),
  dated((d, m, y) => `${y}-${two(m)}-${two(d)}`),
  dated((d, m, y) => `${two(d)}/${two(m)}/${y}`),
  dated((d, m, y) => `${two(m)}/${two(d)}/${y}`),
  dated((d, m, y) => `${d}.${m}.${y}`),
  dated((d, m, y) => `${m}-${d}-${y}`),
  dated((d, m, y) => `${y}/${m}/${d}`),
];

test('law: whatever a column is written in, the guess never makes another value of it, nor rejects one', () => {
  const columns = fc.tuple(
    fc.constantFrom(...KNOWN),
    fc.array(fc.integer({ min: -20_000, max: 40_000_000 }), { minLength: 1, maxLength: 8 }),
  );
  let converted = 0;
  fc.assert(
    fc.property(columns, ([known, numbers]) => {
      // Days from 1970 to 2079.
      const fit = KNOWN.indexOf(known) < 6 ? numbers : numbers.map((n) => Math.abs(n) % 40_000);
      const { conversion, rest } = guessOf(fit.map(known.write));
      if (conversion === undefined) return;
      assert.equal(rest, undefined);
      const convert = converterOf(conversion, NOW);
      for (const n of fit) {
        const value = convert(known.write(n));
        assert.equal(Number(value), known.value(n), `${known.write(n)} by ${JSON.stringify(conversion)} is ${value}`);
        converted++;
      }
    }),
    { numRuns: runs(5_000) },
  );
  assert.ok(converted > 0);
});

test('law: whatever texts there are, the conversion reads each', () => {
  const text = fc.oneof(
    fc.stringMatching(/^[-+]?[\d.,' ]{1,12}$/),
    fc.stringMatching(/^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}( \d{1,2}:\d\d)?$/),
    fc.constantFrom('TRUE', 'no', 'y', 'F', '1', '0', '2024-01-02'),
  );
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), (values) => {
      const texts = values.map((value) => value.trim()).filter((value) => value !== '');
      const { conversion, rest } = guessOf(texts);
      if (conversion === undefined) return;
      const failed = texts.filter((value) => typeof converterOf(conversion, NOW)(value) === 'string');
      assert.equal(failed.length, rest?.values ?? 0);
    }),
    { numRuns: runs(5_000) },
  );
});
