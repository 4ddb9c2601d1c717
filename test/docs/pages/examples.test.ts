/** What the block of examples/README.md promises, and how that is seen. */
import assert from 'node:assert/strict';
import { type Promised, testPage } from '../page.ts';

/** csv.mjs: people with typed columns. */
const CSV: Promised = {
  language: 'sh',
  holds: /examples\/csv\.mjs crm\.csv/,
  async check(place, code) {
    const head = 'CRM ID,First Name,E-Mail Address,Created At,Lifetime Value,Internal Notes';
    place.write('crm.csv', `${head}\n7,Ada,ada@example.com,2024-01-02T00:00:00Z,"1,234.50",secret\n8,Zoë,zoe@example.com,yesterday,2,x\n`);
    const { stdout, stderr } = await place.sh(code);
    assert.deepEqual([stdout, stderr], ['2 rows: 1 delivered, 1 rejected (1 invalid), 0 skipped\n', '']);
    assert.deepEqual(place.people(), [
      { id: '7', email: 'ada@example.com', attributes: { first_name: 'Ada', created_at: 1704153600, ltv: 1234.5 } },
    ]);
    assert.match(place.rejected()[0] ?? '', /"rejected_field":"Created At".*"source":"crm\.csv","line":3/);
  },
};

testPage('examples/README.md', [CSV]);
