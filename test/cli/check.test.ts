import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { cli, folder, sandboxFor, start } from '../support/cli/run-cli.ts';
import { serve } from '../support/scripted-server.ts';

test('check: good and wrong credentials, a place for rejects that works and one that does not', async (t) => {
  const [sandbox, cwd] = [await sandboxFor(t, { region: 'eu' }), await folder(t)];
  const good = await cli(['check', '--rejects', 'rejected'], { cwd, env: sandbox.env });
  assert.deepEqual([good.status, good.stderr], [0, '']);
  assert.match(
    good.stdout,
    /^credentials: good, region eu, workspace 1, at http:\/\/127\.0\.0\.1:\d+\nrejects: good, rejected can be written, read, listed and deleted from\n$/,
  );
  const printed = await cli(['check', '--rejects', '-'], { env: sandbox.env });
  assert.match(printed.stdout, /^credentials: .*\n$/, 'standard output is not a place to check');
  const wrong = await cli(['check'], { env: { ...sandbox.env, CUSTOMERIO_API_KEY: 'wrong' } });
  assert.equal(wrong.status, 3);
  assert.match(wrong.stderr, /refused the credentials \(HTTP 401\)\n.*what to do: Check the site id and the API key/);
  await mkdir(join(cwd, 'a'));
  await writeFile(join(cwd, 'a', 'file'), '');
  const blocked = await cli(['check', '--rejects', 'a/file'], { cwd, env: sandbox.env });
  assert.equal(blocked.status, 8);
  assert.match(blocked.stderr, /a file is in the way/);
});

test('check: an API that is away for a while is reported, and waited for', async (t) => {
  const { url } = await serve(t, (_request, n) => (n === 0 ? { status: 429 } : { body: { region: 'us', environment_id: 1 } }));
  const running = start(['check'], { input: '', env: { CUSTOMERIO_BASE_URL: url, CUSTOMERIO_SITE_ID: 'site', CUSTOMERIO_API_KEY: 'key' } });
  await running.says('the Track API answers HTTP 429; trying again for up to 30 s\n');
  assert.equal((await running.ended).status, 0);
});

test('check: what is no address of Kafka, and flags that would do nothing', async () => {
  const cases: [args: string[], message: RegExp][] = [
    [['people.csv'], /people\.csv is not a Kafka address; to look at a file, use cio-stream preview/],
    [['--from', 'latest'], /--from works only with a kafka:\/\/ address/],
    [['kafka://host/topic'], /the address names no consumer group .*cio-stream check 'kafka:\/\/host:9092\/topic\?group=crm'/],
    [['kafka://ada:pass-word@host/topic?group=crm'], /must not contain credentials/],
    [['kafka://host/topic?group=crm', '--redis', 'http://user:pass-word@host'], /^cio-stream: --redis /],
  ];
  for (const [args, message] of cases) {
    const { status, stderr, stdout } = await cli(['check', ...args], { env: { CUSTOMERIO_SITE_ID: 'site', CUSTOMERIO_API_KEY: 'key' } });
    assert.deepEqual([status, stdout], [2, ''], stderr);
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /pass-word/);
  }
});
