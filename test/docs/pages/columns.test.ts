/** docs/columns.md: its blocks run; both ways to say what a column becomes are one, and snake case is as its table has it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { columnsOf } from '../../../lib/cli/flags/columns.ts';
import { snakeCase } from '../../../lib/stage/mapping/snake-case.ts';
import { type Promised, testPage } from '../page.ts';

const CRM_ROW = ['7', 'ada@example.com', '2024-01-01', '"1,234.50"', 'secret', 'Ada'];
const CRM = `CRM ID,E-Mail Address,Created At,Lifetime Value,Internal Notes,First Name\n${CRM_ROW.join(',')}\n,bob@example.com,,,,\n`;
const CRM_PEOPLE = [
  { id: '7', email: 'ada@example.com', attributes: { created_at: 1_704_067_200, ltv: 1234.5, first_name: 'Ada' } },
  { email: 'bob@example.com', attributes: {} },
];

const COLUMNS: Promised = {
  language: 'js',
  holds: /^validate\(\{\n/,
  async check(place, code) {
    place.write('crm.csv', CRM);
    const imports = "import { createReadStream } from 'node:fs';\nimport { csv, validate } from 'customerio-streams';";
    const { stdout } = await place.js(
      `${imports}\nconst entries = await createReadStream('crm.csv').pipe(csv()).pipe(${code.trim().replace(/;$/, '')}).toArray();
      console.log(JSON.stringify(entries.map(({ operation: { identifiers, attributes } }) => ({ identifiers, attributes }))));`,
    );
    const [ada] = CRM_PEOPLE;
    assert.deepEqual(JSON.parse(stdout), [
      { identifiers: { id: '7' }, attributes: { ...ada?.attributes, email: 'ada@example.com' } },
      { identifiers: { email: 'bob@example.com' }, attributes: {} },
    ]);
  },
};

const COLUMN_FLAGS: Promised = {
  language: 'sh',
  holds: /--snake-case/,
  async check(place, code) {
    place.write('crm.csv', CRM);
    await place.sh(code);
    assert.deepEqual(JSON.parse(JSON.stringify(place.people())), CRM_PEOPLE);
  },
};

testPage('docs/columns.md', [COLUMNS, COLUMN_FLAGS]);

/** The cells of the rows of the table whose head begins so. */
function tableOf(head: string): string[][] {
  const [, rows = ''] = readFileSync('docs/columns.md', 'utf8').split(new RegExp(`^\\| ${head} .*\\n\\|[-|]+\\n`, 'm'));
  const lines = rows.slice(0, rows.indexOf('\n\n')).split('\n');
  return lines.map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')));
}
const codeIn = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

test('what stands in one line is the same mapping', () => {
  const rows = tableOf('in `columns`');
  assert.ok(rows.length >= 7);
  for (const [inCode, flags] of rows) {
    const columns = JSON.parse(runInNewContext(`JSON.stringify({ ${codeIn(inCode)[0]} })`));
    for (const text of codeIn(flags)) {
      const [, flag = '', value = ''] = /^--(\w+) (.*)$/.exec(text) ?? [];
      const given = value.replaceAll('"', '');
      const read = columnsOf({ object: 'person_event', ...(flag === 'column' ? { column: [given] } : { [flag]: given }) });
      const normal = (target: unknown): unknown => (Object(target).field === 'timestamp' ? { type: 'time', ...Object(target) } : target);
      const [expected, got] = [Object.entries(columns), Object.entries(read.settings.columns)];
      assert.deepEqual(
        got.map(([column, target]) => [column, typeof target === 'string' ? target : normal(target)]),
        expected.map(([column, target]) => [column, typeof target === 'string' ? target : normal(target)]),
        text,
      );
    }
  }
});

test('snake case', () => {
  const rows = tableOf('column \\| attribute');
  assert.ok(rows.length >= 6);
  for (const [names, attributes] of rows) {
    const [columns, snakes] = [codeIn(names), codeIn(attributes)];
    columns.forEach((column, index) => {
      assert.equal(snakeCase(column), snakes.length === 0 ? column : (snakes[index] ?? snakes[0]));
    });
  }
});
