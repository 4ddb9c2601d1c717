/** What holds for all examples: short, explained, listed, and tested. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

/** csv.mjs runs as the page says. */
const PAGE = join('test', 'docs', 'pages', 'examples.test.ts');
const TESTS = ['examples', join('integration', 'kafka')].flatMap((folder) =>
  readdirSync(join('test', folder)).map((name) => join('test', folder, name)),
);

test('each example is under 40 lines, says how to run it, is in the list, and runs in a test', () => {
  const page = readFileSync(join('examples', 'README.md'), 'utf8');
  const tests = [PAGE, ...TESTS].map((path) => readFileSync(path, 'utf8')).join('');
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
