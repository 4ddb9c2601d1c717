/** docs/identifiers.md: its rows are sent, and what it lists is refused, as it says. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { identifierFlaw } from '../../../lib/track/identifier.ts';
import { type Promised, testPage } from '../page.ts';

const text = readFileSync('docs/identifiers.md', 'utf8');
const codeIn = (part = ''): string[] => [...part.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

/** The rows of the first table are the file. */
const SEVERAL: Promised = {
  language: 'sh',
  holds: /--id "CRM ID"/,
  async check(place, code) {
    const table = text.slice(text.indexOf('| CRM ID |')).split('\n\n')[0] ?? '';
    const rows = table.split('\n').map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .slice(0, 2)
        .map((cell) => cell.replaceAll('`', '').trim())
        .join(),
    );
    place.write('crm.csv', [rows[0], ...rows.slice(2), ''].join('\n'));
    await place.sh(code, { status: 1 });
    assert.equal(rows.length, 7);
    assert.deepEqual(place.reasons(), ['invalid', 'invalid']);
    assert.deepEqual(JSON.parse(JSON.stringify(place.people())), [
      { id: '7', email: 'ada@example.com', attributes: {} },
      { email: 'bob@example.com', attributes: {} },
      { id: '8', attributes: {} },
    ]);
  },
};

testPage('docs/identifiers.md', [SEVERAL]);

test('docs/identifiers.md: every text that it lists as no value is refused', () => {
  const marks = codeIn(text.slice(text.indexOf('These mean "no value"'), text.indexOf('If your file writes')));
  assert.ok(marks.length > 30);
  for (const mark of marks) {
    for (const spelled of [mark, mark.toUpperCase(), `"${mark}"`]) assert.match(identifierFlaw(spelled) ?? '', /no value/, spelled);
  }
  const others = codeIn(text.split('| an identifier that | why |')[1]?.split('\n\n')[0]);
  assert.equal(others.length, 4);
  for (const other of others) assert.notEqual(identifierFlaw(other), undefined, other);
});
