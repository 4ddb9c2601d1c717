/**
 * Runs the compiled tests on the Node that runs this file. Node 20, 22 and 24 agree on one way only: a list of files.
 * Arguments narrow it down: `npm test -- write law/law`.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

const wanted = process.argv.slice(2);
const files = readdirSync('test', { recursive: true })
  .filter((name) => name.endsWith('.test.ts'))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  .sort()
  .map((name) => join('dist', 'test', name.replace(/\.ts$/, '.js')));
if (files.length === 0) {
  console.error(`no test file matches ${wanted.join(' ')}`);
  process.exit(1);
}
// Most of a test is waiting, for processes and servers: so one more at a time than there are processors.
const concurrency = `--test-concurrency=${availableParallelism() + 1}`;
// A test that hangs should fail, with its name. The longest file takes two minutes.
const timeout = '--test-timeout=600000';
const seed = ['--import', './dist/test/support/seed.js'];
const { status } = spawnSync(process.execPath, ['--test', ...seed, concurrency, timeout, '--test-reporter=spec', ...files], {
  stdio: 'inherit',
});
process.exit(status ?? 1);
