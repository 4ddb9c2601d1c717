/** What docs/ says of limits and the sandbox is what the code does. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { LIMIT_LISTS, type Limits, MAX_BATCH_BYTES } from '../../lib/track/limits.ts';
import { blocksIn } from './blocks.ts';
import { Place } from './place.ts';

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
  const pages = [
    'README.md',
    'ARCHITECTURE.md',
    'CONTRIBUTING.md',
    'examples/README.md',
    ...readdirSync('docs').map((name) => join('docs', name)),
  ];
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
