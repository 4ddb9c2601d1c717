/** The script in the shells that it is for: what it offers, and that the line being typed is never run. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { cli, folder } from '../support/cli/run-cli.ts';

const has = (shell: string): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0;

/** What the function offers for a line as bash cuts it. */
const ASK = `ask() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _cio_stream; echo "\${COMPREPLY[*]}"; }`;

test('bash: commands, flags, choices; else files; nothing is run', { skip: !has('bash') && 'no bash here' }, async (t) => {
  const cwd = await folder(t);
  const { stdout: script, status } = await cli(['completion', 'bash']);
  assert.equal(status, 0);
  await writeFile(join(cwd, 'script'), script);
  const asked = [
    ['cio-stream', 'pe'],
    ['cio-stream', 'people', '--region', ''],
    ['cio-stream', 'people', '--region', '=', 'e'],
    ['cio-stream', 'people', '--reg'],
    ['cio-stream', 'people', 'cr'],
    ['cio-stream', 'people', '--config', 'lo'],
    ['cio-stream', 'people', '$(touch made)', '`touch made`', '--limits', 'c'],
    ['cio-stream', 'people', '$(touch made)'],
    ['cio-stream', 'help', 'rep'],
    ['cio-stream', 'completion', ''],
    ['cio-stream', 'people', '*', '-'],
  ];
  const quoted = asked.map((words) => `ask ${words.map((word) => `'${word}'`).join(' ')}`).join('\n');
  const program = `set -u; source ./script; source ./script; ${ASK}\n${quoted}\ncomplete -p cio-stream`;
  const lines = execFileSync('bash', ['--norc', '--noprofile', '-c', program], { cwd, encoding: 'utf8' }).split('\n');
  assert.deepEqual(lines.slice(0, 10), ['people', 'us eu auto', 'eu', '--region', '', '', 'connector', '', 'replay', 'bash zsh']);
  assert.match(lines[10] ?? '', /^--config .*--snake-case .*-q --quiet --help$/);
  assert.match(lines[11] ?? '', /-o bashdefault -o default -F _cio_stream cio-stream/);
  await assert.rejects(access(join(cwd, 'made')));
});

test('zsh: the same by bashcompinit', { skip: !has('zsh') && 'no zsh here' }, async (t) => {
  const cwd = await folder(t);
  await writeFile(join(cwd, 'script'), (await cli(['completion', 'zsh'])).stdout);
  // ksh's arrays begin at 0, as bashcompinit sets it up for such functions.
  const program = `source ./script; source ./script
ask() { emulate -L ksh; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _cio_stream; print -r -- "\${COMPREPLY[*]}"; }
ask cio-stream pe; ask cio-stream people --region e; ask cio-stream people '$(touch made)' --lim; print -r -- "\${_comps[cio-stream]}"`;
  const out = execFileSync('zsh', ['-f', '-c', program], { cwd, encoding: 'utf8', env: { ...process.env, ZDOTDIR: cwd, HOME: cwd } });
  assert.match(out, /^people\neu\n--limits --limit\n.*_cio_stream/);
  await assert.rejects(access(join(cwd, 'made')));
});

test('version says what a bug report needs; a shell that is unknown is a usage error', async () => {
  const { stdout } = await cli(['version']);
  assert.match(
    stdout,
    new RegExp(`^customerio-streams \\d+\\.\\d+\\.\\d+, Node ${process.version}, ${process.platform} ${process.arch}\\n$`),
  );
  assert.equal((await cli(['completion', 'fish'])).status, 2);
});
