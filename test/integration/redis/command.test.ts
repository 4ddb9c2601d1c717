/** `--redis` on the command line: the rate of all runs together, the region's request included, and what is said of a Redis that is wrong or away. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { folder } from '../../support/reject/folder.ts';
import { start } from '../../support/sandbox.ts';
import { type Child, startChild } from '../../support/scale/child.ts';
import { isMissing } from '../../support/scale/needs.ts';
import { startRedis } from '../../support/scale/redis-server.ts';

const ROWS = 2_000;

test('runs that name the same Redis share the rate, and load everything; what is wrong with it is said without the password', async (t) => {
  if (isMissing(t, 'redis')) return;
  const [redis, sandbox, path] = [await startRedis(t, { requirepass: 'open-sesame' }), await start(t), await folder(t)];
  const file = join(path, 'people.ndjson');
  const text = 'x'.repeat(900);
  const row = (_: unknown, n: number): string => `{"person_id":"p${n}","a":"${text}","b":"${text}","c":"${text}"}\n`;
  await writeFile(file, Array.from({ length: ROWS }, row).join(''));
  const env = { CUSTOMERIO_SITE_ID: 'sandbox-site', CUSTOMERIO_API_KEY: 'sandbox-key', CUSTOMERIO_BASE_URL: sandbox.url };
  const run = (t: TestContext, args: readonly string[], url: string): Child =>
    startChild(t, 'dist/lib/cli/main.js', ['people', file, '--no-progress', ...args], { ...env, CUSTOMERIO_REDIS_URL: url });

  const both = [run(t, ['--rate', '5'], redis.url), run(t, ['--rate', '20'], redis.url)];
  for (const child of both) assert.deepEqual(await child.ended, { status: 0, signal: null }, child.stderr);
  assert.equal(sandbox.state().people.length, ROWS);
  assert.match(
    String(both[1]?.stderr),
    /another process shares a rate of 5 requests a second: that counts for all, and not the 20 of --rate/,
  );

  const wrong = run(t, [], redis.url.replace('open-sesame', 'close-sesame'));
  assert.equal((await wrong.ended).status, 2);
  assert.match(wrong.stderr, /Redis at 127\.0\.0\.1:\d+ refuses the user and password in the address/);
  await redis.kill();
  const alone = run(t, ['--processes', '2'], redis.url);
  assert.deepEqual(await alone.ended, { status: 0, signal: null }, alone.stderr);
  assert.match(
    alone.stderr,
    /Redis at .* ECONNREFUSED: until it is back, this process sends at most 45 requests a second, a share of 100 .* for 2 processes/,
  );
  for (const { stdout, stderr } of [...both, wrong, alone]) assert.doesNotMatch(stdout + stderr, /sesame/);
});

test('an interrupt ends the wait for a Redis that is away', async (t) => {
  if (isMissing(t, 'redis')) return;
  const env = { CUSTOMERIO_SITE_ID: 'sandbox-site', CUSTOMERIO_API_KEY: 'sandbox-key', CUSTOMERIO_BASE_URL: 'http://127.0.0.1:1' };
  const child = startChild(t, 'dist/lib/cli/main.js', ['people', '--rate', '0.01', '--redis', 'redis://127.0.0.1:1', 'package.json'], env);
  const interrupt = setTimeout(() => child.process.kill('SIGINT'), 5_000);
  t.after(() => clearTimeout(interrupt));
  // Without that the wait is longer than a minute and a half.
  assert.deepEqual(await child.ended, { status: 130, signal: null }, child.stderr);
});
