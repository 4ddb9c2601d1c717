/** `check` and `sandbox`. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { test } from 'node:test';
import { cli, folder, sandboxFor, start } from './run-cli.ts';

test('check: good and wrong credentials, a place for rejects that works and one that does not', async (t) => {
  const [sandbox, cwd] = [await sandboxFor(t, { region: 'eu' }), await folder(t)];
  const good = await cli(['check', '--rejects', 'rejected'], { cwd, env: sandbox.env });
  assert.deepEqual([good.status, good.stderr], [0, '']);
  assert.match(
    good.stdout,
    /^credentials: good, region eu, workspace 1, at http:\/\/127\.0\.0\.1:\d+\nrejects: rejected can be written\n$/,
  );
  const wrong = await cli(['check'], { env: { ...sandbox.env, CUSTOMERIO_API_KEY: 'wrong' } });
  assert.equal(wrong.status, 3);
  assert.match(wrong.stderr, /refused the credentials \(HTTP 401\)\n.*what to do: Check the site id and the API key/);
  await mkdir(join(cwd, 'a'));
  await writeFile(join(cwd, 'a', 'file'), '');
  const blocked = await cli(['check', '--rejects', 'a/file'], { cwd, env: sandbox.env });
  assert.equal(blocked.status, 8);
  assert.match(blocked.stderr, /a file is in its way/);
});

test('sandbox: its address is the first line, Ctrl-C ends it', async () => {
  const running = start(['sandbox', '--port', '0', '--site-id', 'me', '--api-key', 'mine', '--region', 'eu']);
  const [url] = await once(createInterface(running.child.stdout as Readable), 'line');
  const authorization = `Basic ${Buffer.from('me:mine').toString('base64')}`;
  const reply = await fetch(`${url}/api/v1/accounts/region`, { headers: { authorization } });
  assert.equal(((await reply.json()) as { region: string }).region, 'eu');
  running.child.kill('SIGINT');
  const { status, stderr } = await running.ended;
  assert.equal(status, 0);
  assert.match(stderr, new RegExp(`export CUSTOMERIO_BASE_URL=${url}`));
});

test('sandbox: faults from the command line; a port that is taken and faults that are none are told', async (t) => {
  const cwd = await folder(t);
  await writeFile(join(cwd, 'faults.json'), '[{"status":503,"times":1}]');
  const running = start(['sandbox', '--faults', '@faults.json'], { cwd });
  const [url] = await once(createInterface(running.child.stdout as Readable), 'line');
  const statuses = [await fetch(`${url}/api/v2/batch`), await fetch(`${url}/api/v2/batch`)].map(({ status }) => status);
  assert.deepEqual(statuses, [503, 401]);
  const taken = await cli(['sandbox', '--port', new URL(url).port]);
  assert.equal(taken.status, 2);
  assert.match(taken.stderr, /can't listen on port \d+ \(EADDRINUSE\)/);
  running.child.kill('SIGTERM');
  assert.equal((await running.ended).status, 0);
  const none = await cli(['sandbox', '--faults', '{}']);
  assert.deepEqual([none.status, none.stderr.split('\n')[0]], [2, 'cio-stream: --faults must be a JSON array, or @FILE with one in it']);
});
