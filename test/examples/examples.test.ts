/** What holds for all examples: short, explained, listed, and tested. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Promised, testPage } from '../docs/page.ts';

const TESTS = ['examples', join('integration', 'kafka')];

test('each example is under 40 lines, says how to run it, is in the list, and runs in a test', () => {
  const page = readFileSync(join('examples', 'README.md'), 'utf8');
  const tests = TESTS.flatMap((folder) =>
    readdirSync(join('test', folder)).map((name) => readFileSync(join('test', folder, name), 'utf8')),
  ).join('');
  const files = readdirSync('examples').filter((name) => name !== 'README.md');
  assert.ok(files.length >= 9);
  for (const file of files) {
    const text = readFileSync(join('examples', file), 'utf8');
    assert.ok(text.split('\n').length <= 40, `${file} is too long`);
    const [comment = ''] = text.split('*/', 1);
    assert.match(comment, /^\/\*\*\n( \* .+\n){2,4} $/, file);
    assert.match(comment, new RegExp(` \\* .*(node (--test )?|--transform )examples/${file}`), file);
    assert.ok(page.includes(`| [${file}](${file}) |`), `${file} is not in the list`);
    assert.ok(tests.includes(file), `no test names ${file}`);
  }
});

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
