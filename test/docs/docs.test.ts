/** What docs/ says of identifiers and limits is what the code does. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { identifierFlaw } from '../../lib/track/identifier.ts';
import { LIMIT_LISTS, type Limits, MAX_BATCH_BYTES } from '../../lib/track/limits.ts';

test('docs/identifiers.md: every mark for no value that it lists is refused', () => {
  const text = readFileSync('docs/identifiers.md', 'utf8');
  const list = text.slice(text.indexOf('Marks for no value'), text.indexOf('If your file writes'));
  const marks = [...list.matchAll(/`([^`]+)`/g)].map(([, mark = '']) => mark);
  assert.ok(marks.length > 30);
  for (const mark of marks) {
    for (const spelled of [mark, mark.toUpperCase(), `"${mark}"`])
      assert.match(identifierFlaw(spelled) ?? '', /a mark for no value/, spelled);
  }
});

test('docs/limits.md: its table has the numbers of both lists', () => {
  const text = readFileSync('docs/limits.md', 'utf8');
  const { published, connector } = LIMIT_LISTS;
  const rows: [label: string, name: keyof Limits][] = [
    ['the entry as JSON', 'entryBytes'],
    ['an identifier', 'identifierBytes'],
    ['the number of attributes', 'attributes'],
    ['the name of an attribute', 'attributeNameBytes'],
    ['a text value of an attribute', 'attributeValueBytes'],
    ['all attributes together', 'attributesBytes'],
    ['the name of an event', 'eventNameBytes'],
  ];
  const say = (value: number): string => (value === Number.POSITIVE_INFINITY ? 'none' : value.toLocaleString('en-US'));
  for (const [label, name] of rows) {
    const cells = [published.person, published.object, published.event, connector.event].map((limits) => say(limits[name]));
    assert.ok(text.includes(`\n| ${label} | ${cells.join(' | ')} |\n`), label);
  }
  assert.ok(text.includes(MAX_BATCH_BYTES.toLocaleString('en-US')));
});
