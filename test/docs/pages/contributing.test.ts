/** The commands in CONTRIBUTING.md are there: the scripts of npm, the tests, the benches, the variables and the files that they name. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { blocksIn } from '../blocks.ts';

const PAGE = readFileSync('CONTRIBUTING.md', 'utf8');
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
const inTable = [...PAGE.matchAll(/^\| `([^`]+)`/gm)].map(([, command = '']) => command);
const inBlocks = blocksIn(PAGE).flatMap(({ code }) => code.trimEnd().split('\n'));
const COMMANDS = [...inTable, ...inBlocks].map((line) => line.replace(/\s+#.*$/, ''));
const filesIn = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' });
const TESTS = filesIn('test').filter((name) => name.endsWith('.test.ts'));
const SOURCES = [...filesIn('test'), 'run.js']
  .filter((name) => /\.(ts|js)$/.test(name))
  .map((name) => readFileSync(`test/${name}`, 'utf8'));

test('CONTRIBUTING.md: every command is one that can be run', () => {
  assert.ok(COMMANDS.length > 20);
  for (const command of COMMANDS) {
    const words = command.split(' ');
    for (const variable of words.filter((word) => word.startsWith('CIO_')))
      assert.ok(
        SOURCES.some((text) => text.includes(variable.split('=')[0] as string)),
        variable,
      );
    const [program, ...rest] = words.filter((word) => !word.startsWith('CIO_'));
    const [, script = program] = /^"\$\((\S+)/.exec(rest[0] ?? '') ?? [];
    if (program === 'npm') assertScript(rest, command);
    else assert.ok(existsSync(program === 'bash' ? (rest[0] as string) : (script as string)), command);
  }
});

test('CONTRIBUTING.md: the files and folders that it names are there', () => {
  const named = [...PAGE.matchAll(/`((?:lib|test|docs|examples|\.ci)\/[\w./-]*)/g)].map(([, path = '']) => path);
  assert.ok(named.length > 8);
  for (const path of named) assert.ok(/\bname\b/.test(path) || existsSync(path), path);
});

function assertScript([first = '', ...rest]: readonly string[], command: string): void {
  const own = first === 'run' ? rest[0] : first;
  if (own !== 'ci' && own !== 'cit') assert.ok(own !== undefined && own in scripts, command);
  const args = rest.slice(rest.indexOf('--') + 1);
  if (!rest.includes('--')) return;
  for (const arg of args.filter((each) => !each.startsWith('--')))
    if (own === 'bench') assert.ok(existsSync(`bench/${arg}.ts`), command);
    else
      assert.ok(
        TESTS.some((name) => name.includes(arg)),
        `${command}: no test of ${arg}`,
      );
}
