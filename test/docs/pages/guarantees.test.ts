/** docs/guarantees.md has no blocks: test/docs/tables.test.ts looks at its commands. Each promise says how it is tested, too. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { testPage } from '../page.ts';

testPage('docs/guarantees.md', []);

test('docs/guarantees.md: each promise has a test and says what it does; the charts are there', () => {
  const text = readFileSync('docs/guarantees.md', 'utf8');
  const promises = text.split('\n').filter((line) => / `npm (test|run bench) -- [^`]+` \|$/.test(line) && line.split(' | ').length === 3);
  assert.ok(promises.length >= 19, `${promises.length}`);
  for (const line of promises) assert.match(line, /^\| .+\. \| .+\. \| `npm/, line);
  for (const [, file = ''] of text.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)) assert.ok(existsSync(`docs/${file}`), file);
});
