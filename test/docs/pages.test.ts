/** Every page that has code has a test that runs it, and every page is reached from the README. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { fencesIn } from './blocks.ts';

const DOCS = readdirSync('docs').filter((name) => name.endsWith('.md'));
const PAGES = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'examples/README.md', ...DOCS.map((name) => join('docs', name))];

test('each page with code blocks has a test of its own', () => {
  for (const page of PAGES) {
    if (fencesIn(readFileSync(page, 'utf8')) === 0) continue;
    const name = page === 'examples/README.md' ? 'examples' : (page.split('/').at(-1) ?? '').slice(0, -3).toLowerCase();
    const path = `test/docs/pages/${name}.test.ts`;
    assert.ok(existsSync(path) && readFileSync(path, 'utf8').includes(page), `${page} has code, and no ${path} that runs it`);
  }
});

test('each page is in the table of the README', () => {
  const linked = [...readFileSync('README.md', 'utf8').matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, path = '']) =>
    normalize(join(dirname('README.md'), path)),
  );
  for (const page of PAGES.slice(1)) assert.ok(linked.includes(page), page);
});
