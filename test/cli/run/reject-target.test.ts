/** Where `send` and `check` put rejects: a folder or object storage, and a place that can't keep them. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { check, checkStore, openRejects } from '../../../lib/index.ts';
import { CLI, cli, folder, rejectedIn, sandboxFor } from '../../support/cli/run-cli.ts';
import { objectsIn, STORES } from '../../support/cli/stores.ts';
import { stored } from '../../support/object-storage/contract.ts';

const SEND = ['people'];

for (const [kind, open] of Object.entries(STORES)) {
  test(`${kind}: send keeps rejects there, and check says whether it could`, async (t) => {
    const [store, sandbox] = [await open(t), await sandboxFor(t)];
    const env = { ...sandbox.env, ...store.env };
    const place = ['--rejects', store.place('rejected'), ...store.flags];
    const checked = await cli(['check', ...place], { env });
    assert.deepEqual([checked.status, checked.stderr], [0, '']);
    assert.match(checked.stdout, /\nrejects: good, .*rejected can be written, read, listed and deleted from\n$/);
    const good = await cli([...SEND, ...place, '--quiet'], { env, input: '{"person_id":1}' });
    assert.deepEqual([good.status, good.stderr, await objectsIn(store, 'rejected')], [0, '', 0]);
    const input = '{"n":0,"exact":12345678901234567890}\n{"n":1,"exact":12345678901234567890}';
    const objects = ['--rejects-path', 'run', '--rejects-file', 'all{format_extension}', '--rejects-gzip'];
    const sent = await cli([...SEND, ...place, ...objects], { env, input });
    assert.equal(sent.status, 1, sent.stderr);
    assert.match(sent.stderr, /rejected rows are in .*rejected/);
    assert.deepEqual(await stored(store.place('rejected/run/all.ndjson.gz'), store.options), [0, 1]);
  });
}

for (const [kind, place, says] of [
  ['S3', 's3://no-such-bucket/rejected', /there is no bucket no-such-bucket/],
  ['GCS', 'gs://no-such-bucket/rejected', /there is no bucket no-such-bucket/],
  ['folder', 'a-file/rejected', /a file is in the way/],
] as const) {
  test(`${kind}: a place that can't keep rejects stops the run before it reads, unless --no-check is given`, async (t) => {
    const [store, sandbox, cwd] = [await STORES[kind](t), await sandboxFor(t), await folder(t)];
    await writeFile(join(cwd, 'a-file'), '');
    const options = { cwd, env: { ...sandbox.env, ...store.env }, input: '{"person_id":1}' };
    const args = [...SEND, '--rejects', place, ...store.flags];
    const stopped = await cli(args, options);
    assert.equal(stopped.status, 8, stopped.stderr);
    assert.match(stopped.stderr, says);
    assert.equal(sandbox.state().people.length, 0);
    if (kind !== 'folder') assert.equal((await cli([...args, '--no-check'], options)).status, 0);
    const checked = await cli(['check', '--rejects', place, ...store.flags], options);
    assert.equal(checked.status, 8);
    assert.match(checked.stderr, says);
  });
}

test('at a terminal rejects go to a folder that is named, made when the first one comes; --rejects - prints them', async (t) => {
  const cwd = await folder(t);
  await writeFile(join(cwd, 'people.ndjson'), '{"person_id":1}\n{"n":1}\n');
  await writeFile(join(cwd, 'good.ndjson'), '{"person_id":1}\n');
  // `script` gives the command a terminal of its own.
  const atTerminal = async (command: string): Promise<string> => {
    const { stdout } = await promisify(execFile)('script', ['-qec', `${process.execPath} ${CLI} ${command}`, '/dev/null'], { cwd }).catch(
      (error) => error,
    );
    return String(stdout);
  };
  const printed = await atTerminal('people people.ndjson good.ndjson --dry-run');
  assert.match(printed, /rejected rows go to cio-stream-rejected-[\dT-]+\//);
  assert.doesNotMatch(printed, /"rejected_reason"/);
  const [made = '', ...others] = (await readdir(cwd)).filter((name) => name.startsWith('cio-stream-rejected-'));
  assert.equal(others.length, 0);
  assert.equal((await rejectedIn(join(cwd, made))).length, 1);
  assert.match(await atTerminal('people people.ndjson --dry-run --rejects -'), /"rejected_reason"/);
  await atTerminal('people good.ndjson --dry-run');
  assert.equal((await readdir(cwd)).filter((name) => name.startsWith('cio-stream-rejected-')).length, 1);
});

test('a check leaves no folder behind; check() and openRejects() for programs', async (t) => {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  await checkStore(join(cwd, 'a', 'b'));
  const { siteId, apiKey, url: baseUrl } = sandbox;
  const { region } = await check({ siteId, apiKey, baseUrl, rejects: join(cwd, 'rejected') });
  assert.deepEqual([region, await readdir(cwd)], ['us', []]);
  await assert.rejects(check({ siteId, apiKey: 'wrong', baseUrl, rejects: join(cwd, 'rejected') }), { code: 'CIO_AUTH' });
  await assert.rejects(check({ siteId, apiKey, baseUrl, rejects: 'ftp://x' }), { code: 'CIO_OPTIONS' });
  const rejects = await openRejects(join(cwd, 'nothere'));
  await assert.rejects(rejects.objects().next(), { code: 'CIO_REJECT_STORE', message: /it does not exist/ });
  await rejects.close();
});
