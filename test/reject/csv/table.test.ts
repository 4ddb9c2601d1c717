import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringify } from 'csv-stringify/sync';
import { Rejection } from '../../../lib/record/rejection.ts';
import { jsonOf, NO_CELL, unguarded } from '../../../lib/reject/csv/cells.ts';
import { csvTable } from '../../../lib/reject/csv/table.ts';
import { formatRejection, META_NAMES } from '../../../lib/reject/reject-line.ts';
import fc from '../../support/fast-check.ts';
import { runs } from '../../support/runs.ts';

const lineOf = (record: string): string => `{"record":${record},"rejected_reason":"invalid","rejected_at":"now"}`;

/** The cells of the records, as they are written, without what is said beside them. */
function cells(flat: boolean, ...records: string[]): string[] {
  const table = csvTable(stringify, flat);
  for (const record of records) table.addColumns(lineOf(record));
  const behind = new RegExp(`,"invalid",${','.repeat(META_NAMES.length - 3)}"now",(?:,"(?:[^"]|"")*")?\r\n`);
  return table.rows(records.map(lineOf)).split(behind).slice(0, -1);
}

test('text is quoted; numbers, true, false and null are bare, with every digit; a nested value is its JSON; absent is empty', () => {
  assert.deepEqual(cells(true, '{"a":"x","b":12345678901234567890,"c":true,"d":null,"e":[1.50,{}],"f":""}', '{"g":-1e5}'), [
    '"x",12345678901234567890,true,null,"[1.5,{}]","",,',
    ',,,,,,-100000,',
  ]);
});

test('a record that does not fit into cells is whole in its column, with the text that it has', () => {
  for (const odd of ['{"n":"[1]"}', '{"n":"\\ud800"}', '[1]', '"text"', '{"n":1,"rejected_x":1}', '{"n": 1, "record": 1}'])
    assert.equal(cells(true, '{"n":1}', odd).at(-1), `,"${odd.replaceAll('"', '""')}"`, odd);
  assert.deepEqual(cells(true, '{"a":"[1]"}'), [',"{""a"":""[1]""}"']);
  assert.deepEqual(cells(true, '{"a":"[x"}'), ['"[x",']);
  assert.deepEqual(cells(false, '{"a": 1.50}'), ['"{""a"": 1.50}"']);
});

test('the header has the columns of all records in the order that rows show, then ours', () => {
  const table = csvTable(stringify, true);
  for (const record of ['{"b":1}', '{"a":1,"b":2}', '[1]', '{"\\ud800":1}', '{"=x":1}']) table.addColumns(lineOf(record));
  assert.equal(table.header(), `${['a', 'b', "'=x", 'record', ...META_NAMES, 'rejected_sheet'].map((name) => `"${name}"`).join(',')}\r\n`);
});

test('records beyond 1,000 columns stay whole, and those before keep their cells', () => {
  const wide = (from: number, count: number): string =>
    JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, n) => [`c${from + n}`, 1])));
  const [first, second, third] = cells(true, wide(0, 1_000), wide(1_000, 1), '{"c5":7}');
  assert.equal(first, `${'1,'.repeat(1_000)}`);
  assert.equal(second, `${','.repeat(1_000)}"{""c1000"":1}"`);
  assert.equal(third, `${','.repeat(5)}7${','.repeat(995)}`);
});

test('status and attempts are numbers, all that is said else is text', () => {
  const rejection = new Rejection({ reason: 'refused', stage: 's', message: '=1', status: 422, attempts: 2 }, { a: 1 });
  const row = csvTable(stringify, false).rows([formatRejection(rejection, 0).trimEnd()]);
  assert.equal(row, `"{""a"":1}","refused",,"'=1","s",,422,2,,"1970-01-01T00:00:00.000Z",\r\n`);
});

test('without its quotes, a cell is a number or a word of JSON if it can be, else text', () => {
  const of = (text: string): unknown => jsonOf({ text, quoted: false });
  for (const json of ['0', '-1.50', '1e5', 'true', 'false', 'null', '[1]', ' {"a":1}']) assert.equal(of(json), json);
  for (const text of ['01', '+1', '1.', '.5', 'True', 'NaN', '[1', ' 1', '1e']) assert.equal(of(text), JSON.stringify(text));
  assert.equal(jsonOf(NO_CELL), undefined);
  assert.deepEqual(
    ['', '1', 'null', '[1]', '[1'].map((text) => jsonOf({ text, quoted: true })),
    ['""', '"1"', '"null"', '[1]', '"[1"'],
  );
});

test('law: of a text that was guarded exactly one apostrophe is taken away, of another none', () => {
  const text = fc.string({ unit: fc.constantFrom("'", '=', '+', '-', '@', '＝', '\t', '\0', '\uFEFF', ' ', 'a') });
  fc.assert(
    fc.property(text, (given) => {
      const [row = ''] = cells(true, JSON.stringify({ a: given }));
      const written = row.slice(1, -2);
      assert.equal(unguarded(written) ?? written, given);
      assert.doesNotMatch(written, /^[\s\p{Cc}\p{Cf}]*[=+\-@＝]/u);
    }),
    { numRuns: runs(300) },
  );
});

test('columns that a mapping names and no record has stand first; columns of records have the room before them', () => {
  const numbered = (count: number): string[] => Array.from({ length: count }, (_, n) => `m${n}`);
  const header = (names: readonly string[], ...records: string[]): string[] => {
    const table = csvTable(stringify, true, () => names);
    for (const record of records) table.addColumns(lineOf(record));
    const all = table.header().trimEnd().slice(1, -1).split('","');
    return all.slice(0, all.indexOf('record'));
  };
  assert.deepEqual(header(['z', 'a', 'y', '=x', 'record', '\ud800'], '{"b":1,"a":2}'), ['z', 'y', "'=x", 'b', 'a']);
  assert.deepEqual(header(['z'], '[1]'), []);
  const full = header(numbered(2_000), '{"b":1}', '{"c":1}');
  assert.deepEqual(full, [...numbered(998), 'b', 'c']);
  const table = csvTable(stringify, true, () => ['z']);
  table.addColumns(lineOf('{"b":1}'));
  assert.match(table.rows([lineOf('{"b":1}')]), /^,1,,"invalid",/);
});
