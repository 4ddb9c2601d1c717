/** `npm run demo` shows what it promises. It runs here without its build, because other tests read dist/ at the same time. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { shellQuoted } from '../lib/cli/flags/shell-quote.ts';
import { childEnv, run } from './support/child.ts';
import { folder } from './support/folder.ts';
import { isLong } from './support/runs.ts';
import { skipOrFail } from './support/skip-or-fail.ts';

test('the demo delivers the good rows and rejects the bad ones, each with its reason', async (t) => {
  const temporary = await folder(t);
  const env = { ...childEnv(), TMPDIR: temporary, TEMP: temporary };
  const { status, stdout, stderr } = await run(process.execPath, ['demo/demo.js', '--no-build'], process.cwd(), env);
  assert.equal(status, 0, stderr);
  for (const counts of [
    '10 rows: 6 delivered, 4 rejected',
    '7 rows: 4 delivered, 3 rejected',
    '20,000 rows: 19,980 delivered, 20 rejected',
  ])
    assert.match(stderr, new RegExp(`done: ${counts}, 0 skipped`));
  assert.match(stdout, /A sandbox is running at http:\/\/127\.0\.0\.1:\d+: /);
  assert.match(stdout, /now holds 5,000 people and 3 events\. (.*\n){2}Ada Lovelace: \{"name":"Ada Lovelace","plan":"enterprise",/);
  assert.match(stderr, /^ +2 +malformed/m);
  assert.match(stderr, /^ +1 +invalid +timestamp +is not a valid time/m);
  assert.match(stderr, /^ +20 +too_large +attributes\.city +is longer than 1000 bytes/m);

  // What it says to type next works as it is printed, as far as rows that nobody repaired can go.
  const commands = [...stdout.matchAll(/^ {2}(npx cio-stream .*)$/gm)].map(([, command = '']) => command);
  const [list, replay] = await Promise.all(commands.map((command) => run('sh', ['-c', command], process.cwd(), env)));
  assert.equal(list?.status, 0, list?.stderr);
  assert.match(list?.stdout ?? '', /^27 rejected rows /);
  assert.equal(replay?.status, 1, replay?.stderr);
  assert.match(replay?.stderr ?? '', /: 27 rows: 0 would be delivered, 27 rejected/);
});

test('on a terminal the sandbox stays open, at the address that is said, until Enter or Ctrl-C', async (t) => {
  if (spawnSync('script', ['--version']).error) return skipOrFail(t, 'no script(1)');
  const temporary = await folder(t);
  // Enter shows it to people; the long runs press Ctrl-C as well.
  const ends = (isLong ? ['\r', '\u0003'] : ['\r']).map(async (key) => {
    const command = `exec ${shellQuoted(process.execPath)} demo/demo.js --no-build`;
    const env = { ...childEnv(), TMPDIR: temporary, TERM: 'xterm', SHELL: '/bin/sh' };
    const child = spawn('script', ['-qec', command, '/dev/null'], { env });
    t.after(() => child.kill('SIGKILL'));
    const closed = once(child, 'close');
    let [text, looked] = ['', undefined as Promise<number> | undefined];
    child.stdout.on('data', (chunk) => {
      text += chunk;
      const [, url] =
        /The sandbox is still running\. Open (http:\/\/127\.0\.0\.1:\d+) in a browser [^\n]*press Enter to end it\.\r?\n/.exec(text) ?? [];
      if (url === undefined || looked) return;
      looked = fetch(`${url}/state/people?limit=1`)
        .then((response) => response.json() as Promise<{ total: number }>)
        .then(({ total }) => total);
      void looked.catch(() => {}).then(() => child.stdin.write(key));
    });
    const [status] = await closed;
    assert.equal(await looked, 5_000, text);
    assert.equal(status, 0, text);
    assert.match(text, /The sandbox has ended\./);
  });
  await Promise.all(ends);
});
