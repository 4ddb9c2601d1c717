/** What docs/comparison.md promises: its command is a bench, its scripts are short, and what it says follows from the results on file. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { ComparisonFigures } from '../../../bench/comparison.ts';
import { readResults } from '../../../bench/page/results.ts';
import { type Promised, testPage } from '../page.ts';

const PAGE = readFileSync('docs/comparison.md', 'utf8');

const BENCH: Promised = {
  language: 'sh',
  holds: /^npm run bench/,
  async check(_place, code) {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
    assert.equal(code, 'npm run bench -- comparison\n');
    assert.equal(scripts.bench, 'node dist/bench/main.js'); // and .ci/run makes a smoke run of each bench
    assert.match(readFileSync('bench/main.ts', 'utf8'), /\['comparison', comparison\]/);
  },
};

testPage('docs/comparison.md', [BENCH]);

test('docs/comparison.md: what is compared is short, and there', () => {
  const files = [...PAGE.matchAll(/\((\.\.\/bench\/comparison\/[^)]+)\)/g)].map(([, file = '']) => file.slice(3));
  assert.equal(files.length, 4);
  for (const file of files) assert.ok(existsSync(file) && readFileSync(file, 'utf8').split('\n').length <= 75, file);
});

test('docs/comparison.md: what Airbyte does has its source, at a commit that stays', () => {
  const links = [...PAGE.matchAll(/^\[\d\]: (\S+)$/gm)].map(([, link = '']) => link);
  assert.equal(links.length, 5);
  for (const link of links) assert.match(link, /^https:\/\/github\.com\/airbytehq\/airbyte\/blob\/[0-9a-f]{40}\/[\w./-]+\.kt$/);
  for (const [, numbers = ''] of PAGE.matchAll(/\((\[\d\](?:, \[\d\])*)\)/g))
    for (const [, number] of numbers.matchAll(/\[(\d)\]/g)) assert.ok(Number(number) >= 1 && Number(number) <= links.length);
});

test('docs/comparison.md: of our own rows none is lost, doubled, wrong or overtaken', () => {
  const figures = readResults().comparison?.figures as ComparisonFigures | undefined;
  assert.ok(figures, 'bench/results/comparison.json');
  for (const [name, counts] of Object.entries(figures.counts)) {
    const { rows, delivered, handedBack, lost, unsent, twice, wrong, overtaken, overLimit, failed } =
      counts['customerio-streams'] ?? assert.fail(name);
    assert.equal(delivered + handedBack, rows, name);
    assert.deepEqual([lost, unsent, twice, wrong, overtaken, overLimit, failed], [0, 0, 0, 0, 0, 0, false], name);
  }
});
