/** The tables of the pages are those of the code, and the commands of docs/guarantees.md exist. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { REASONS } from '../../lib/record/rejection.ts';
import { PAGES, TABLES, tablesIn, withTables } from './tables.ts';

test('every table is the one that the code gives (npm run readme puts them in)', () => {
  const pages = PAGES.map((path) => readFileSync(path, 'utf8'));
  assert.deepEqual(pages.flatMap(tablesIn).sort(), Object.keys(TABLES).sort());
  for (const page of pages) assert.equal(page, withTables(page));
  for (const [name, make] of Object.entries(TABLES)) assert.ok(make().split('\n').length > 2, `${name} has rows`);
});

test('every reason to reject is listed with its meaning', () => {
  for (const [reason, meaning] of Object.entries(REASONS))
    assert.ok(readFileSync('docs/rejects.md', 'utf8').includes(`| \`${reason}\` | ${meaning} |`), reason);
});

test('every command that shows a promise runs tests that are there, or a bench that is', () => {
  const tests = readdirSync('test', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.test.ts'));
  const commands = [...readFileSync('docs/guarantees.md', 'utf8').matchAll(/\| `(npm (?:test|run bench) -- [^`]+)` \|/g)].map(
    ([, command = '']) => command,
  );
  assert.ok(commands.length >= 8);
  for (const command of commands) {
    const [what, names] = [/^npm (test|run bench) -- /.exec(command)?.[1], command.split(' -- ')[1]?.split(' ') ?? []];
    for (const name of names) {
      if (what === 'test')
        assert.ok(
          tests.some((file) => file.includes(name)),
          `${command}: no test ${name}`,
        );
      else assert.ok(readdirSync('bench').includes(`${name}.ts`), `${command}: no bench ${name}`);
    }
  }
});
