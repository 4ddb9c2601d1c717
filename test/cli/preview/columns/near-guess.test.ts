/** Columns that nearly are numbers, times or booleans: said exactly if nine of ten cells are, and counted as a run converts them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Near, NearGuess } from '../../../../lib/cli/preview/columns/near-guess.ts';
import { converterOf } from '../../../../lib/stage/mapping/conversion.ts';
import fc from '../../../support/fast-check.ts';
import { runs } from '../../../support/runs.ts';

const NOW = Date.UTC(2026, 10, 28);

function nearOf(texts: readonly string[], { name = 'Column', isNumber = false, marks = {} } = {}): Near | undefined {
  const guess = new NearGuess(NOW);
  for (const text of texts) guess.see(text);
  return guess.nearest({ name, isNumber, marks: new Map(Object.entries(marks)) });
}

/** In short: `most 18/20 time:DD/MM/YYYY | time:MM/DD/YYYY`. */
function short(near: Near | undefined): string {
  if (near === undefined) return 'nothing';
  const forms = near.forms.map(({ conversion: { type, format } }) => `${type}${format === undefined ? '' : `:${format}`}`);
  return `${near.how} ${near.read}/${near.cells} ${forms.join(' | ')}`;
}

const times = (count: number, ...texts: string[]): string[] => Array.from({ length: count }, (_, i) => texts[i % texts.length] as string);

const CASES: readonly (readonly [what: string, texts: readonly string[], more?: Parameters<typeof nearOf>[1]])[] = [
  ['most 18/20 time:DD/MM/YYYY', [...times(18, '25/12/2024', '01/02/2024'), 'soon', '31/02/2024']],
  ['nothing', [...times(17, '25/12/2024'), 'soon', 'later', 'never']],
  ['nothing', [...times(8, '25/12/2024'), 'soon']],
  ['most 18/20 time:DD/MM/YYYY | time:MM/DD/YYYY', [...times(18, '01/02/2024', '03/04/2024'), 'soon', 'later']],
  ['most 19/20 time', [...times(19, '2024-01-02', '2024-01-02T03:04:05Z'), '2024-02-30']],
  // Of a format whose shape comes late, all is counted.
  ['most 18/20 time:D/M/YYYY H:mm', ['soon', 'later', ...times(18, '1/2/2024 9:30', '25/12/2024 10:30')]],
  ['most 19/20 number:1,234.56', [...times(19, '1,234.50', '12'), '1.234,5']],
  ['most 19/20 number', [...times(19, '1234.5', '0.25'), '1.234,5']],
  ['most 19/20 number:1234,56 | number:1,234.56', [...times(19, '1,234', '2,500'), 'x']],
  ['all 20/20 number', [...times(19, '1', '2.5'), '1e5']],
  ['all 20/20 number', [...times(19, '1', '2.5'), '12345678901234567']],
  ['all 20/20 boolean', [...times(18, 'TRUE', 'FALSE'), 'Yes', '1']],
  ['most 19/20 boolean', [...times(19, 'yes', 'no'), 'maybe']],
  // Norway, and a sign.
  ['nothing', [...times(19, 'NO'), 'DE']],
  ['nothing', [...times(19, 'F'), 'M']],
  ['nothing', times(20, 'a', 'b', 'words of all kinds')],
  ['nothing', [...times(10, '001', '002'), ...times(100, '100', '200')]],
  ['most 19/20 number', [...times(19, '1.5', '100'), '007']],
  ['nothing', [...times(19, '12345'), 'x'], { name: 'Zip Code' }],
  ['nothing', [...times(19, '1'), 'x'], { name: 'CRM ID' }],
  ['most 19/20 time', [...times(19, '2024-01-02'), 'x'], { name: 'Account Created At' }],
  ['most 19/20 time', [...times(19, '1700000000', '1700000001000'), '0'], { name: 'created_at', isNumber: true }],
  ['all 20/20 time', times(20, '1700000000', '1700000000000'), { name: 'last_seen', isNumber: true }],
  ['nothing', times(20, '1700000000', '1700000000000'), { name: 'Amount', isNumber: true }],
  ['several 20/20 time | time:DD/MM/YYYY', times(20, '2024-01-02', '2024-01-03', '25/12/2024')],
  ['several 20/20 time:DD/MM/YYYY | time:MM/DD/YYYY', times(20, '25/12/2024', '12/25/2024', '01/02/2024')],
  ['several 20/20 number:1,234.56 | number:1.234,56', times(20, '1,234.5', '1.234,5')],
  ['nothing', times(20, '2024-01-02', '12', 'x')],
  // Texts that stand for nothing, and stay.
  ['most 18/20 number', times(18, '1', '2'), { marks: { NA: 2 } }],
  ['nothing', times(18, '1', '2'), { marks: { NA: 3 } }],
];

for (const [what, texts, more] of CASES)
  test(`${JSON.stringify([...new Set(texts)]).slice(0, 60)} in ${more?.name ?? 'a column'}: ${what}`, () =>
    assert.equal(short(nearOf(texts, more)), what));

test('examples of the others, and the word if it is the only one', () => {
  const near = nearOf([...times(30, '1', '2'), 'soon', 'later', 'soon']);
  assert.deepEqual([near?.others, near?.word], [['soon', 'later'], undefined]);
  assert.equal(nearOf([...times(30, '1', '2'), 'unknown', 'unknown'])?.word, 'unknown');
  assert.equal(nearOf(times(30, '1'), { marks: { NA: 2 } })?.word, 'NA');
  // Of a long one the beginning is kept, and so it is not known to be the same.
  const long = nearOf([...times(30, '1'), 'x'.repeat(10_000)]);
  assert.deepEqual([long?.others[0]?.length, long?.word], [80, undefined]);
});

test('what only a person can read', () => {
  const lookOf = (texts: readonly string[], name = 'Column', isNumber = false) => {
    const guess = new NearGuess(NOW);
    for (const text of texts) guess.see(text);
    return guess.unread({ name, isNumber, marks: new Map() })?.what;
  };
  const amounts = 'amounts with a currency or % beside the number';
  for (const text of ['$1,234.50', '€ 12', '12 €', '-$5', '(£5.00)', '12%', 'USD 12.50', '1.234,50 kr', 'R$ 12,00'])
    assert.equal(lookOf([text]), amounts, text);
  for (const text of ['INV001', 'A 12', '$', '%', '12', 'C$ x', '10 Main St']) assert.equal(lookOf([text]), undefined, text);
  assert.equal(lookOf(times(20, '25/12/24')), 'days with years of two digits');
  assert.equal(lookOf(['WAHR', 'falsch']), 'words for true and false');
  assert.equal(lookOf(['ja', 'ja']), undefined);
  assert.equal(lookOf(['45000', '45001.5'], 'Signup Date', true), 'the numbers that a spreadsheet gives to days');
  assert.equal(lookOf(['45000'], 'Amount', true), undefined);
  assert.equal(lookOf(['$5'], 'Tax Code'), undefined);
  assert.equal(lookOf([...times(9, '5%'), 'x']), amounts);
  assert.equal(lookOf([...times(8, '5%'), 'x']), undefined);
});

/** Columns of one form, the conversion that reads it, and cells that it does not read. */
const two = (n: number): string => `${n}`.padStart(2, '0');
const FORMS: readonly (readonly [conversion: string, write: (n: number) => string])[] = [
  ['time:DD/MM/YYYY', (n) => `${two(13 + (n % 16))}/${two(1 + (n % 12))}/${2000 + (n % 25)}`],
  ['time:YYYY/MM/DD', (n) => `${2000 + (n % 25)}/${two(1 + (n % 12))}/${two(1 + (n % 28))}`],
  ['time', (n) => `${2000 + (n % 25)}-${two(1 + (n % 12))}-${two(1 + (n % 28))}`],
  ['number:1,234.56', (n) => `${1 + (n % 9)},${100 + (n % 900)}.5`],
  ['number', (n) => `${n % 1000}.25`],
  ['boolean', (n) => (n % 2 === 0 ? 'TRUE' : 'FALSE')],
];
const SPOILED = fc.constantFrom('soon', '31/02/2024', '2024-13-01', 'x1', '1.2.3', '--,', 'maybe', '99/99/9999');

test('law: a column of one form with spoiled cells is named exactly if nine of ten are good, and the conversion reads those', () => {
  const column = fc.record({
    form: fc.constantFrom(...FORMS),
    good: fc.array(fc.nat(5_000), { minLength: 2, maxLength: 60 }),
    bad: fc.array(SPOILED, { minLength: 1, maxLength: 6 }),
    from: fc.nat(60),
  });
  let named = 0;
  fc.assert(
    fc.property(column, ({ form: [conversion, write], good, bad, from }) => {
      const texts = good.map(write);
      texts.splice(from % texts.length, 0, ...bad);
      const near = nearOf(texts);
      const isMost = texts.length >= 10 && good.length * 10 >= texts.length * 9;
      if (!isMost) return assert.equal(short(near), 'nothing');
      named++;
      const [best] = near?.forms ?? [];
      assert.equal(`${best?.conversion.type}${best?.conversion.format ? `:${best.conversion.format}` : ''}`, conversion);
      const convert = converterOf(best?.conversion as never, NOW);
      assert.deepEqual([near?.read, best?.reads], [good.length, texts.filter((text) => typeof convert(text) !== 'string').length]);
      for (const other of near?.others ?? []) assert.equal(typeof convert(other), 'string', other);
    }),
    { numRuns: runs(2_000) },
  );
  assert.ok(named > 0);
});

test('law: whatever is in a column, the counts are those of a run', () => {
  const text = fc.oneof(
    SPOILED,
    fc.stringMatching(/^[-+]?[\d.,' ]{1,10}$/),
    fc.stringMatching(/^\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}( \d{1,2}:\d\d)?$/),
    fc.constantFrom('TRUE', 'no', 'yes', '1', '2024-01-02', '$5', 'Dec 25, 2024', '25 Dec 2024'),
    fc.string({ maxLength: 12 }),
  );
  const usual = fc.constantFrom('1', '2.5', '25/12/2024', 'yes', 'no');
  const mostly = fc.tuple(usual, fc.integer({ min: 0, max: 40 }), fc.array(text, { maxLength: 4 }));
  fc.assert(
    fc.property(mostly, ([common, count, others]) => {
      const texts = [...times(count, common), ...others].map((one) => one.trim()).filter((one) => one !== '');
      const near = nearOf(texts);
      for (const { conversion, reads } of near?.forms ?? []) {
        const convert = converterOf(conversion, NOW);
        assert.equal(texts.filter((one) => typeof convert(one) !== 'string').length, reads, JSON.stringify(conversion));
      }
    }),
    { numRuns: runs(2_000) },
  );
});
