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

test('the demo delivers the good rows and hands the bad ones back, each with its reason', async (t) => {
  const temporary = await folder(t);
  const env = { ...childEnv(), TMPDIR: temporary, TEMP: temporary };
  const { status, stdout, stderr } = await run(process.execPath, ['demo/demo.js', '--no-build'], process.cwd(), env);
  assert.equal(status, 0, stderr);
  for (const counts of [
    '10 rows: 6 delivered, 4 rejected',
    '7 rows: 4 delivered, 3 rejected',
    '20,000 rows: 19,980 delivered, 20 rejected',
  ])
    assert.ok(stderr.includes(`done: ${counts}, 0 skipped`), counts);
  assert.match(stdout, /The sandbox, a local Track API with the real limits, runs at http:\/\/127\.0\.0\.1:\d+\n/);
  assert.match(
    stdout,
    /now holds 5000 people and 3 events\. Fewer than rows: (.*\n){2}Ada Lovelace: \{"name":"Ada Lovelace","plan":"enterprise",/,
  );
  assert.match(stdout, /people\.ndjson\n( {4}line \d+: .*\n){4}/);
  assert.match(stdout, /events\.csv\n( {4}line \d+: invalid, .*\n){3}/);
  assert.match(stdout, /many\.ndjson\n {4}20 x too_large, attributes\.city: is longer than 1000 bytes\n/);

  // What it says to type next works as it is printed, as far as rows that nobody repaired can go.
  const commands = [...stdout.matchAll(/^ {4}\$ (.*)$/gm)].map(([, command = '']) => command);
  const ends = await Promise.all(commands.map((command) => run('sh', ['-c', command], process.cwd(), env)));
  assert.deepEqual(
    ends.map((end) => [end.status, /: (\d+ rows: \d+ would be delivered, \d+ rejected)/.exec(end.stderr)?.[1]]),
    [4, 3, 20].map((count) => [1, `${count} rows: 0 would be delivered, ${count} rejected`]),
  );
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
      const [, url] = /The sandbox is still there: open (http:\/\/127\.0\.0\.1:\d+) in a browser; Enter ends it\.\r?\n/.exec(text) ?? [];
      if (url === undefined || looked) return;
      looked = fetch(`${url}/state/people?limit=1`)
        .then((response) => response.json() as Promise<{ total: number }>)
        .then(({ total }) => total);
      void looked.catch(() => {}).then(() => child.stdin.write(key));
    });
    const [status] = await closed;
    assert.equal(await looked, 5_000, text);
    assert.equal(status, 0, text);
    assert.match(text, /The sandbox of this demo has ended\./);
  });
  await Promise.all(ends);
});
