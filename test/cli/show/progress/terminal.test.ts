/** Progress on a real terminal, made by script(1): the bar, narrow, without colour, without a size, and switched off. */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { shellQuoted } from '../../../../lib/cli/flags/shell-quote.ts';
import { CLI, folder, sandboxFor } from '../../../support/cli/run-cli.ts';

const noScript = spawnSync('script', ['--version']).error !== undefined;
const ROWS = 300;
const LONG = 'x'.repeat(900);

/** Runs a command on a terminal whose input ends at once; what it prints, with escapes in letters. */
function typed(cwd: string, env: Record<string, string>, command: string): Promise<string> {
  return new Promise((resolve) => {
    const terminal = { cwd, env: { PATH: process.env.PATH, TERM: 'xterm', SHELL: '/bin/bash', ...env } };
    const child = execFile('script', ['-qec', command, '/dev/null'], terminal, (_error, stdout) =>
      resolve(stdout.replaceAll('\u001b', 'ESC')),
    );
    child.stdin?.end();
  });
}

const bare = (text = ''): string => stripVTControlCharacters(text.replaceAll('ESC', '\u001b'));

test('rows are awaited from a terminal: one line says so, and how to end them', { skip: noScript && 'no script(1)' }, async (t) => {
  const cwd = await folder(t);
  const shown = await typed(cwd, {}, [process.execPath, CLI, 'people', '--dry-run', '--format', 'csv'].map(shellQuoted).join(' '));
  assert.equal(shown.match(/reading rows from the terminal as CSV; end with Ctrl-D/g)?.length, 1, shown);
});

test('progress on a terminal', { skip: noScript && 'no script(1)' }, async (t) => {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  const name = '顧客\u001b[2J.ndjson';
  const rows = Array.from({ length: ROWS }, (_, n) =>
    JSON.stringify(n === 7 ? { plan: 'none' } : { person_email: `p${n}@example.com`, a: LONG, b: LONG, c: LONG, d: LONG, e: LONG }),
  );
  await writeFile(join(cwd, name), `${rows.join('\n')}\n`);
  const onTerminal = (size: string, env: Record<string, string>, ...flags: string[]): Promise<string> => {
    const words = [process.execPath, CLI, 'people', name, '--rejects', 'rejected', '--rate', '2', '--concurrency', '1', ...flags];
    const command = `stty ${size}; exec ${words.map(shellQuoted).join(' ')} 2>&1`;
    return typed(cwd, { ...sandbox.env, ...env }, command);
  };
  const [wide, narrow, uncoloured, unsized, without] = await Promise.all([
    onTerminal('rows 24 cols 80', {}),
    onTerminal('rows 24 cols 20', {}),
    onTerminal('rows 24 cols 80', { NO_COLOR: '1' }),
    onTerminal('rows 0 cols 0', {}),
    onTerminal('rows 24 cols 80', {}, '--quiet'),
  ]);
  assert.match(wide ?? '', /ESC\[32m█+ESC\[39m/);
  assert.match(bare(wide), /█▒*░* +\d+ %/);
  assert.match(wide ?? '', /of 2 requests\/s/);
  assert.match(wide ?? '', /顧客 \[2J\.ndjson/, 'the name is shown and commands nothing');
  assert.match(wide ?? '', /ESC\[2KESC\[1A/, 'painted again in its place');
  assert.doesNotMatch(wide ?? '', /ESC\[\?25l/, 'the cursor stays');
  for (const line of bare(narrow).split(/[\r\n]+/))
    if (/%|elapsed|requests\/s/.test(line) && !line.includes('(')) assert.ok(line.length < 20, line);
  assert.doesNotMatch(uncoloured ?? '', /ESC\[\d+m/);
  assert.match(uncoloured ?? '', /█/);
  assert.doesNotMatch(unsized ?? '', /█|ESC\[1A/);
  assert.match(unsized ?? '', /1 rejected/);
  assert.doesNotMatch(without ?? '', /█|elapsed/);
});
