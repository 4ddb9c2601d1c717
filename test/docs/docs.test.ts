/** What docs/ says of identifiers, limits, rows of another parser and the sandbox is what the code does. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { identifierFlaw } from '../../lib/track/identifier.ts';
import { LIMIT_LISTS, type Limits, MAX_BATCH_BYTES } from '../../lib/track/limits.ts';
import { blocksIn } from './blocks.ts';
import { Place, SAMPLES } from './place.ts';

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

test('docs/values.md: parse() of ndjson may stand before validate(), and costs what the table says', async (t) => {
  const block = blocksIn(readFileSync('docs/values.md', 'utf8')).find(({ code }) => code.includes("from 'ndjson'"));
  assert.ok(block);
  const place = await Place.open(t);
  const digits = '"event_name":"paid","total":12345678901234567890';
  const rows = [`{"person_email":"ada@example.com",${digits}}`, `{"person_email":null,${digits}}`];
  place.write('events.ndjson', rows.join('\n'));
  await place.js(block.code);
  // JSON.parse has no other digits for it either: the text is what counts.
  const [rejected] = place.rejected();
  assert.match(rejected ?? '', /"total":12345678901234567000\b/);
  assert.doesNotMatch(rejected ?? '', /"rejected_line"/);
  assert.deepEqual(
    place.sandbox.state().events.map(({ name }) => name),
    ['paid'],
  );
  place.write('events.ndjson', SAMPLES['events.ndjson']);
  await assert.rejects(place.js(block.code), /Could not parse row/);
});

test('docs/sandbox.md: its test passes, its fault is one, and each call in its table has an answer', async (t) => {
  const text = readFileSync('docs/sandbox.md', 'utf8');
  const blocks = blocksIn(text);
  const [program, fault] = [blocks.find(({ language }) => language === 'js'), blocks.find(({ code }) => code.startsWith('curl'))];
  assert.ok(program && fault);
  const place = await Place.open(t);
  // Without this it would report to the runner of this test.
  const alone = { env: { NODE_TEST_CONTEXT: undefined }, flags: ['--test-reporter=tap'] };
  assert.match((await place.js(program.code, alone)).stdout, /^# pass 1$/m);
  await place.sh(fault.code);
  assert.equal((await fetch(`${place.sandbox.url}/api/v2/batch`, { method: 'POST' })).status, 503);
  const rows = text.split('\n').filter((line) => /^\| `(GET|DELETE) /.test(line));
  assert.equal(rows.length, 9);
  const lists = [...(rows[1] ?? '').matchAll(/`(?:GET \/state)?(\/\w+)`/g)].map(([, name]) => `/state${name}`);
  assert.equal(lists.length, 6);
  const { body } = await fetch(`${place.sandbox.url}/events-stream`);
  await body?.cancel();
  for (const path of [
    '/state',
    ...lists,
    '/requests',
    '/requests/1',
    '/refused',
    '/faults',
    '/requests?status=none',
    '/state/events?person=x',
  ])
    assert.equal((await fetch(place.sandbox.url + path)).status, 200, path);
});

test('links between the pages lead to files, and to headings that are there', () => {
  const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', ...readdirSync('docs').map((name) => join('docs', name))];
  const headings = (path: string): string[] =>
    [...readFileSync(path, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    );
  let seen = 0;
  for (const page of pages.filter((name) => name.endsWith('.md'))) {
    for (const [link, file = '', heading] of readFileSync(page, 'utf8').matchAll(/\]\((?![a-z]+:)([^)#\s]*)(?:#([^)\s]+))?\)/g)) {
      const target = file === '' ? page : join(dirname(page), file);
      assert.ok(existsSync(target), `${page}: ${link}`);
      if (heading !== undefined) assert.ok(headings(target).includes(heading), `${page}: ${link}`);
      seen++;
    }
  }
  assert.ok(seen > 30, `${seen}`);
});
