/** What each block of docs/columns.md promises, and how that is seen. */
import assert from 'node:assert/strict';
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
