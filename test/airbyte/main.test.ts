import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { asksForHelp } from '../../lib/airbyte/arguments.ts';
import { createSandbox } from '../../lib/sandbox/create-sandbox.ts';
import { configFor, errorsOf, run, start } from '../support/airbyte/connector.ts';
import { serve } from '../support/scripted-server.ts';

test('spec answers in both forms, with one message', async (t) => {
  const [word, flag] = await Promise.all([start(t, ['spec']).ended, start(t, ['--spec']).ended]);
  assert.deepEqual([word?.stderr, flag?.stderr], ['', '']);
  assert.deepEqual([word?.status, word?.messages.map(({ type }) => type)], [0, ['SPEC']]);
  assert.deepEqual(flag?.lines, word?.lines);
});

test('help is for people; other wrong usage is a TRACE ERROR that names it', async (t) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/lib/airbyte/main.js', 'write', '--help'], { encoding: 'utf8' });
  assert.deepEqual([status, stderr], [0, '']);
  assert.match(stdout, /^usage: destination-customer-io COMMAND .*\n/);
  assert.match(stdout, /^ {2}write --config FILE --catalog FILE +loads/m);
  for (const command of ['spec', 'check --config FILE', 'discover --config FILE']) assert.ok(stdout.includes(`\n  ${command} `), command);
  assert.ok(['--help', '-h'].every((flag) => asksForHelp([flag])));
  for (const args of [[], ['wrong'], ['write']]) {
    const ended = await run(t, args);
    assert.equal(ended.status, 1);
    assert.match(errorsOf(ended)[0]?.message, /; see --help$/);
  }
});

test('check says yes, or why not, and ends with 0 all the same', async (t) => {
  const sandbox = await createSandbox({ siteId: 'site', apiKey: 'SECRET-key' });
  t.after(() => sandbox.close());
  const good = await run(t, ['check', '--config', configFor(sandbox.url)]);
  assert.deepEqual([good.status, good.messages.map(({ connectionStatus }) => connectionStatus.status)], [0, ['SUCCEEDED']]);
  assert.match(good.messages[0]?.connectionStatus.message, /region us/);
  const bad = await run(t, ['--check', '--config', configFor(sandbox.url, { credentials: { siteId: 'site', apiKey: 'WRONG-key' } })]);
  assert.deepEqual([bad.status, bad.messages.map(({ connectionStatus }) => connectionStatus.status)], [0, ['FAILED']]);
  assert.match(bad.messages[0]?.connectionStatus.message, /refused the credentials/);
  assert.ok(!bad.lines.join().includes('WRONG'));
  const both = configFor(sandbox.url, { credentials: { siteId: 'site', apiKey: 'WRONG-key' }, dedupe_directory: '/dev/null' });
  const { status, message } = (await run(t, ['check', '--config', both])).messages[0]?.connectionStatus ?? {};
  assert.equal(status, 'FAILED');
  assert.match(message, /refused the credentials .* \/dev\/null/);
  const nothing = await run(t, ['check', '--config', { region: 'x' }]);
  assert.equal(
    nothing.messages[0]?.connectionStatus.message,
    "config: credentials is missing; config: region must be 'auto', 'us' or 'eu'",
  );
  const path = configFor(sandbox.url, { region: 'x', object_storage_config: { storage_type: 'S3', s3_bucket_name: '?' } });
  assert.match(
    (await run(t, ['check', '--config', path])).messages[0]?.connectionStatus.message,
    /^config: region must .*; config: object_storage_config\.s3_bucket_name is not a bucket name/,
  );
  const gone = await run(t, ['check', '--config', '/nowhere/config.json']);
  assert.match(gone.messages[0]?.connectionStatus.message, /the configuration can't be read \(ENOENT\)/);
});

test('discover answers, or fails with a TRACE ERROR', async (t) => {
  const good = await run(t, ['discover', '--config', configFor('http://127.0.0.1:1')]);
  assert.deepEqual([good.status, good.messages.map(({ type }) => type)], [0, ['DESTINATION_CATALOG']]);
  assert.equal(good.messages[0]?.destination_catalog.operations[0].object_name, 'person_identify');
  const bad = await run(t, ['discover', '--config', {}]);
  assert.deepEqual([bad.status, errorsOf(bad)[0]?.failure_type], [1, 'config_error']);
  assert.equal((await start(t, ['discover', '--config', {}]).ended).status, 1);
});

test('a client that has its answer and sends SIGTERM sees a death by the signal, not 143', async (t) => {
  const { url, received } = await serve(t, () => ({ delayMs: 60_000 }));
  const { child, ended } = start(t, ['check', '--config', configFor(url)]);
  while (received.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill('SIGTERM');
  const { status, signal } = await ended;
  assert.deepEqual([status, signal], [null, 'SIGTERM']);
});
