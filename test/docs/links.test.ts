/** Links between the pages lead to files, and to headings that are there. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

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
